/// One description of the residual network family: what a checkpoint's names and shapes must be, and what is computed with them.
///
/// **Source**: He et al., "Deep residual learning for image recognition" (2015); torchvision `resnet.py`; Keras `applications/resnet.py`.
public struct ResidualArchitecture: Hashable, Sendable {
    /// What a block is made of.
    public enum Block: String, Hashable, Sendable {
        /// Two 3x3 convolutions.
        case basic
        /// 1x1, 3x3, 1x1, the last four times as wide.
        case bottleneck

        /// Output channels of a block over its width.
        public var expansion: Int { self == .basic ? 1 : 4 }
    }

    /// What stands before the first block.
    public enum Stem: String, Hashable, Sendable {
        /// 7x7 convolution, stride 2, then 3x3 max pool, stride 2.
        case imageNet
        /// 3x3 convolution, stride 1, no pool.
        case cifar
    }

    /// Where a bottleneck that halves the image has its stride. A basic block always has it on its first convolution.
    public enum StridePosition: String, Hashable, Sendable {
        /// On the first 1x1: version 1, the paper and Keras.
        case firstConvolution
        /// On the 3x3: version 1.5, torchvision.
        case middleConvolution
    }

    /// What a block is made of.
    public var block: Block
    /// Blocks in each stage; every stage but the first halves the image and doubles the width.
    public var blocksPerStage: [Int]
    /// Channels of the stem and width of the first stage's blocks; 64 in the published networks.
    public var baseWidth: Int
    /// What stands before the first block.
    public var stem: Stem
    /// Where a bottleneck has its stride.
    public var stridePosition: StridePosition
    /// Whether convolutions have a bias of their own besides the batch norm's.
    public var hasConvolutionBias: Bool
    /// What is added to the variance under the square root.
    public var batchNormEpsilon: Double
    /// Channels of the input image.
    public var inputChannels: Int
    /// Outputs of the last layer.
    public var classes: Int

    /// A member of the family; torchvision's conventions where nothing is said.
    public init(
        block: Block, blocksPerStage: [Int], baseWidth: Int = 64, stem: Stem = .imageNet,
        stridePosition: StridePosition = .middleConvolution, hasConvolutionBias: Bool = false,
        batchNormEpsilon: Double = 1e-5, inputChannels: Int = 3, classes: Int
    ) {
        self.block = block
        self.blocksPerStage = blocksPerStage
        self.baseWidth = baseWidth
        self.stem = stem
        self.stridePosition = stridePosition
        self.hasConvolutionBias = hasConvolutionBias
        self.batchNormEpsilon = batchNormEpsilon
        self.inputChannels = inputChannels
        self.classes = classes
    }

    /// torchvision's `resnet50`, version 1.5.
    public static func resNet50(classes: Int) -> Self {
        ResidualArchitecture(block: .bottleneck, blocksPerStage: [3, 4, 6, 3], classes: classes)
    }

    /// Keras's `ResNet50`, version 1: stride on the first 1x1, convolution biases, epsilon 1.001e-5.
    public static func kerasResNet50(classes: Int) -> Self {
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [3, 4, 6, 3], stridePosition: .firstConvolution,
            hasConvolutionBias: true, batchNormEpsilon: 1.001e-5, classes: classes)
    }

    /// torchvision's `resnet18`.
    public static func resNet18(classes: Int) -> Self {
        ResidualArchitecture(block: .basic, blocksPerStage: [2, 2, 2, 2], classes: classes)
    }

    /// torchvision's `resnet34`.
    public static func resNet34(classes: Int) -> Self {
        ResidualArchitecture(block: .basic, blocksPerStage: [3, 4, 6, 3], classes: classes)
    }

    /// torchvision's `resnet101`.
    public static func resNet101(classes: Int) -> Self {
        ResidualArchitecture(block: .bottleneck, blocksPerStage: [3, 4, 23, 3], classes: classes)
    }

    /// torchvision's `resnet152`.
    public static func resNet152(classes: Int) -> Self {
        ResidualArchitecture(block: .bottleneck, blocksPerStage: [3, 8, 36, 3], classes: classes)
    }

    /// Channels of the pooled features: 2048 for ResNet-50.
    public var featureCount: Int {
        baseWidth << max(blocksPerStage.count - 1, 0) * block.expansion
    }
}
