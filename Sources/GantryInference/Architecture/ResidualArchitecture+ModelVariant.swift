import GantryCore

extension ResidualArchitecture {
    /// The layout that a pipeline bundle names.
    public init(_ variant: ModelVariant, classes: Int) {
        switch variant {
        case .torchvisionV15: self = .resNet50(classes: classes)
        case .kerasV1: self = .kerasResNet50(classes: classes)
        }
    }
}
