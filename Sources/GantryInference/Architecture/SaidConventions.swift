import GantryCore

/// What somebody who brings a weight file says of its network, because no tensor tells it; nil where nothing is said.
public struct SaidConventions: Hashable, Sendable {
    /// Where a bottleneck has its stride.
    public var stride: ResidualArchitecture.StridePosition?
    /// What is added to batch norms' variances.
    public var epsilon: Double?
    /// The stem's stride.
    public var stemStride: Int?
    /// What pools behind the stem's convolution.
    public var stemPool: ResidualArchitecture.StemPool?
    /// Where zeros stand around an image that is halved.
    public var padding: ResidualArchitecture.Padding?
    /// What shortcuts are.
    public var shortcut: ResidualArchitecture.Shortcut?
    /// In which order batch norm and ReLU stand.
    public var activationOrder: ResidualArchitecture.ActivationOrder?

    /// What is said; nothing unless given.
    public init(
        stride: ResidualArchitecture.StridePosition? = nil, epsilon: Double? = nil, stemStride: Int? = nil,
        stemPool: ResidualArchitecture.StemPool? = nil, padding: ResidualArchitecture.Padding? = nil,
        shortcut: ResidualArchitecture.Shortcut? = nil,
        activationOrder: ResidualArchitecture.ActivationOrder? = nil
    ) {
        self.stride = stride
        self.epsilon = epsilon
        self.stemStride = stemStride
        self.stemPool = stemPool
        self.padding = padding
        self.shortcut = shortcut
        self.activationOrder = activationOrder
    }
}
