/// One description of the residual network family: what a checkpoint's names and shapes must be, and what is computed
/// with them.
///
/// **Source**: He et al., "Deep residual learning for image recognition" (2015); Xie et al., "Aggregated residual
/// transformations" (2017), for groups; Zagoruyko and Komodakis, "Wide residual networks" (2016); torchvision
/// `resnet.py`; Keras `applications/resnet.py`.
public struct ResidualArchitecture: Hashable, Sendable, Codable {
    /// What a block is made of.
    public enum Block: String, Hashable, Sendable, Codable, CaseIterable {
        /// Two 3x3 convolutions.
        case basic
        /// 1x1, 3x3, 1x1, the last four times as wide as the stage.
        case bottleneck

        /// Output channels of a block over its stage's width.
        public var expansion: Int { self == .basic ? 1 : 4 }
    }

    /// What stands before the first block.
    public enum Stem: String, Hashable, Sendable, Codable, CaseIterable {
        /// 7x7 convolution, stride 2, then 3x3 max pool, stride 2.
        case imageNet = "imagenet"
        /// 3x3 convolution, stride 1, no pool.
        case cifar
    }

    /// Where a bottleneck that halves the image has its stride. A basic block always has it on its first convolution.
    public enum StridePosition: String, Hashable, Sendable, Codable, CaseIterable {
        /// On the first 1x1: version 1, the paper and Keras.
        case firstConvolution = "v1"
        /// On the 3x3: version 1.5, torchvision.
        case middleConvolution = "v1.5"
    }

    /// What a block is made of.
    public var block: Block
    /// Blocks in each stage; every stage but the first halves the image and doubles the width.
    public var blocksPerStage: [Int]
    /// Channels of the stem and width of the first stage; 64 in the published networks.
    public var baseWidth: Int
    /// Channels of the 3x3 convolution in the first stage's bottlenecks: the base width, or twice that in wide
    /// networks. Basic blocks have none.
    public var innerWidth: Int
    /// Groups of that convolution, each of which sees its own share of the channels; 1 but in ResNeXt.
    public var groups: Int
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
    /// Outputs of the last layer; 0 where a checkpoint has none.
    public var classes: Int

    /// A member of the family; torchvision's conventions where nothing is said. `innerWidth` is the base width unless
    /// given.
    public init(
        block: Block, blocksPerStage: [Int], baseWidth: Int = 64, innerWidth: Int? = nil, groups: Int = 1,
        stem: Stem = .imageNet, stridePosition: StridePosition = .middleConvolution, hasConvolutionBias: Bool = false,
        batchNormEpsilon: Double = 1e-5, inputChannels: Int = 3, classes: Int
    ) {
        self.block = block
        self.blocksPerStage = blocksPerStage
        self.baseWidth = baseWidth
        self.innerWidth = innerWidth ?? baseWidth
        self.groups = groups
        self.stem = stem
        self.stridePosition = stridePosition
        self.hasConvolutionBias = hasConvolutionBias
        self.batchNormEpsilon = batchNormEpsilon
        self.inputChannels = inputChannels
        self.classes = classes
    }

    /// Channels of the pooled features: 2048 for ResNet-50.
    public var featureCount: Int {
        baseWidth << max(blocksPerStage.count - 1, 0) * block.expansion
    }

    /// Whether the position of the stride makes a difference: there are bottlenecks that halve the image.
    public var hasStridedBottlenecks: Bool { block == .bottleneck && blocksPerStage.count > 1 }

    /// Whether `other` computes the same from the same tensors: it may differ where a property has no meaning.
    public func isEquivalent(to other: Self) -> Bool { canonical == other.canonical }

    private var canonical: Self {
        var canonical = self
        if !hasStridedBottlenecks { canonical.stridePosition = .middleConvolution }
        if block == .basic { canonical.innerWidth = baseWidth }
        return canonical
    }
}

extension ResidualArchitecture {
    /// torchvision's `resnet50`, version 1.5.
    public static func resNet50(classes: Int) -> Self { PublishedNetwork.resNet50.architecture(classes: classes) }

    /// Keras's `ResNet50`, version 1: stride on the first 1x1, convolution biases, epsilon 1.001e-5.
    public static func kerasResNet50(classes: Int) -> Self {
        PublishedNetwork.kerasResNet50.architecture(classes: classes)
    }
}
