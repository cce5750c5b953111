/// The beginning of a network that is not trained: everything up to and including this.
public enum FreezePoint: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Nothing: every layer is trained.
    case none
    /// The stem.
    case stem
    /// The stem and the first stage.
    case layer1
    /// And the second.
    case layer2
    /// And the third.
    case layer3
    /// And the fourth.
    case layer4
    /// Everything but the last layer, however many stages there are.
    case backbone

    /// Whether less is frozen.
    public static func < (a: Self, b: Self) -> Bool { a.order < b.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Stages that are not trained, of `stages`; nil where the network has fewer than this names. The stem is frozen
    /// with any.
    public func frozenStages(of stages: Int) -> Int? {
        switch self {
        case .none, .stem: 0
        case .layer1, .layer2, .layer3, .layer4: order - 1 <= stages ? order - 1 : nil
        case .backbone: stages
        }
    }
}
