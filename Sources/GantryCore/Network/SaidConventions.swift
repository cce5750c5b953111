/// What somebody says of a network beside its tensors, because no tensor tells it, or because it begins from nothing;
/// nil where nothing is said.
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

    /// What `other` says, and where that says nothing, what this does.
    public func replaced(by other: Self) -> Self {
        Self(
            stride: other.stride ?? stride, epsilon: other.epsilon ?? epsilon,
            stemStride: other.stemStride ?? stemStride, stemPool: other.stemPool ?? stemPool,
            padding: other.padding ?? padding, shortcut: other.shortcut ?? shortcut,
            activationOrder: other.activationOrder ?? activationOrder)
    }

    /// `architecture` with what is said; a shortcut only where there are blocks that need one.
    public func applied(to architecture: ResidualArchitecture) -> ResidualArchitecture {
        var said = architecture
        if let stride { said.stridePosition = stride }
        if let epsilon { said.batchNormEpsilon = epsilon }
        if let stemStride { said.stemStride = stemStride }
        if let stemPool { said.stemPool = stemPool }
        if let padding { said.padding = padding }
        if let shortcut, architecture.hasShapedShortcuts { said.shortcut = shortcut }
        if let activationOrder { said.activationOrder = activationOrder }
        return said
    }
}
