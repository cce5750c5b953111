/// What a file's graph says of its network beyond names and shapes.
public struct NetworkConventions: Hashable, Sendable {
    /// Whether a bottleneck that halves the image has its stride on its first 1x1 convolution (version 1) instead of on
    /// its 3x3 (version 1.5); nil where no block tells.
    public var strideOnFirstConvolution: Bool?
    /// What is added to batch norms' variances.
    public var batchNormEpsilon: Double

    /// Conventions as a graph has them.
    public init(strideOnFirstConvolution: Bool?, batchNormEpsilon: Double) {
        self.strideOnFirstConvolution = strideOnFirstConvolution
        self.batchNormEpsilon = batchNormEpsilon
    }
}
