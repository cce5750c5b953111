import GantryCore

/// What a file's graph, settings or metadata say of its network beyond names and shapes.
public struct NetworkConventions: Hashable, Sendable {
    /// Whether a bottleneck that halves the image has its stride on its first 1x1 convolution (version 1) instead of on
    /// its 3x3 (version 1.5); nil where no block tells.
    public var strideOnFirstConvolution: Bool?
    /// What is added to batch norms' variances.
    public var batchNormEpsilon: Double
    /// The stem's stride; nil where nothing is said, and it is the usual one of its kernel.
    public var stemStride: Int?
    /// What pools behind the stem's convolution; nil where nothing is said, and it is what is usual behind its kernel.
    public var stemPool: ResidualArchitecture.StemPool?
    /// Where zeros stand around an image that is halved; nil where nothing is said, and it is symmetric.
    public var padding: ResidualArchitecture.Padding?
    /// What shortcuts are; nil where nothing is said, and the tensors tell.
    public var shortcut: ResidualArchitecture.Shortcut?
    /// In which order batch norm and ReLU stand; nil where nothing is said, and the batch norm comes first.
    public var activationOrder: ResidualArchitecture.ActivationOrder?

    /// Conventions as a graph has them.
    public init(
        strideOnFirstConvolution: Bool?, batchNormEpsilon: Double, stemStride: Int? = nil,
        stemPool: ResidualArchitecture.StemPool? = nil, padding: ResidualArchitecture.Padding? = nil,
        shortcut: ResidualArchitecture.Shortcut? = nil,
        activationOrder: ResidualArchitecture.ActivationOrder? = nil
    ) {
        self.strideOnFirstConvolution = strideOnFirstConvolution
        self.batchNormEpsilon = batchNormEpsilon
        self.stemStride = stemStride
        self.stemPool = stemPool
        self.padding = padding
        self.shortcut = shortcut
        self.activationOrder = activationOrder
    }

    /// What a file of `architecture` has to say of itself: what no tensor tells, where it makes a difference and is not
    /// what is taken without a word.
    public init(of architecture: ResidualArchitecture) {
        self.init(
            strideOnFirstConvolution: architecture.hasStridedBottlenecks
                ? architecture.stridePosition == .firstConvolution : nil,
            batchNormEpsilon: architecture.batchNormEpsilon,
            stemStride: architecture.stemStride == architecture.stem.usualStride ? nil : architecture.stemStride,
            stemPool: architecture.stemPool == architecture.stem.usualPool ? nil : architecture.stemPool,
            padding: architecture.padding == .symmetric ? nil : architecture.padding,
            shortcut: architecture.hasShapedShortcuts && architecture.shortcut == .zeros ? .zeros : nil,
            activationOrder: architecture.activationOrder == .normFirst ? nil : architecture.activationOrder)
    }
}
