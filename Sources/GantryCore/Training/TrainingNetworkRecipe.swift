/// The part of a recipe that says what learns.
public struct TrainingNetworkRecipe: Sendable, Hashable {
    /// A weight file or bundle to begin with; nil with `architecture`.
    public var model: String?
    /// The published network to begin from nothing with; nil with `model`.
    public var architecture: PublishedNetwork?
    /// Another stem than the published network's; nil: its own.
    public var stem: ResidualArchitecture.Stem?
    /// What is said of it beside its tensors, or beside the published network; the file's own, or the usual, where
    /// nothing is.
    public var said = SaidConventions()
    /// What the names of its tensors begin with, of a weight file that has several networks.
    public var prefix: String?
    /// The key of its state dict, of a checkpoint that has several.
    public var stateDict: String?
    /// Side of the input; nil: the bundle's, 224, or 32 with CIFAR's stem.
    public var inputSize: Int?
    /// How pictures become squares; nil: the bundle's, or `area`.
    public var resize: ResizeConvention?
    /// What the network sees; nil: the bundle's, or `torch`.
    public var inputConvention: InputConvention?
    /// What is not trained.
    public var freeze: FreezePoint
    /// Which statistics batch norms use while they are trained.
    public var batchNorm: BatchNormMode

    /// The defaults.
    public init() {
        freeze = .none
        batchNorm = .live
    }

    /// `architecture`, a network that is begun from nothing, with what is said otherwise.
    public func changed(_ architecture: ResidualArchitecture) -> ResidualArchitecture {
        var changed = architecture
        if let stem {
            (changed.stem, changed.stemStride, changed.stemPool) = (stem, stem.usualStride, stem.usualPool)
        }
        return said.applied(to: changed)
    }

    /// Takes away what is said of stem, shortcuts and order, as of another network.
    public mutating func forgetStructure() {
        stem = nil
        said = SaidConventions(stride: said.stride, epsilon: said.epsilon)
    }

    /// The section `network`, but for what is not said where it is nil.
    public static let settings = SettingTable(
        "network", entering: nil, usual: TrainingNetworkRecipe(),
        [
            PipelineSetting("freeze", .choice(PipelineChoice(\.freeze)), "what is not trained, this included"),
            PipelineSetting(
                "batch-norm", .choice(PipelineChoice(\.batchNorm)), "which statistics batch norms are trained with"),
        ])
}
