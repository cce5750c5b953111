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

    /// The convolution that stands before the first block. Its stride and what pools behind it are properties of their
    /// own; each kernel has its usual ones.
    public enum Stem: String, Hashable, Sendable, Codable, CaseIterable {
        /// 7x7; usually of stride 2, with a pool behind it.
        case imageNet = "imagenet"
        /// 3x3; usually of stride 1, without a pool.
        case cifar

        /// Side of the kernel.
        public var kernel: Int { self == .imageNet ? 7 : 3 }
        /// The stride that the published networks have with it.
        public var usualStride: Int { self == .imageNet ? 2 : 1 }
        /// The pool that the published networks have behind it.
        public var usualPool: StemPool { self == .imageNet ? .max : .nothing }
    }

    /// What pools between the stem's convolution and the first block.
    public enum StemPool: String, Hashable, Sendable, Codable, CaseIterable {
        /// The largest of 3x3, stride 2.
        case max
        /// Nothing does. (`none` would be an optional's.)
        case nothing = "none"

        /// The side of what it gives for maps of side `size`.
        public func outputSize(_ size: Int) -> Int { self == .max ? (size - 1) / 2 + 1 : size }
    }

    /// What a block adds to its branch where its output has another shape than its input; elsewhere it is the input.
    public enum Shortcut: String, Hashable, Sendable, Codable, CaseIterable {
        /// A 1x1 convolution with a batch norm: the paper's option B.
        case projection
        /// A 1x1 convolution without a batch norm.
        case convolution
        /// The input as it is: of its pixels those that the stride meets, with as many channels of zeros before its own
        /// as behind them. It has no parameters: the paper's option A.
        case zeros
    }

    /// Where zeros stand around an image that a convolution or a pool halves.
    public enum Padding: String, Hashable, Sendable, Codable, CaseIterable {
        /// As many before it as behind it: PyTorch, and Keras with layers of padding.
        case symmetric
        /// As TensorFlow's `SAME`: one less before an even side than behind it.
        case same

        /// Pixels before a side of `size`, for a window of side `kernel` that gives `(size - 1) / stride + 1`.
        public func before(_ size: Int, kernel: Int, stride: Int) -> Int {
            guard self == .same else { return kernel / 2 }
            return max((size - 1) / stride * stride + kernel - size, 0) / 2
        }
    }

    /// In which order a batch norm and a ReLU stand.
    public enum ActivationOrder: String, Hashable, Sendable, Codable, CaseIterable {
        /// Convolution, batch norm, ReLU; the sum that ends a block comes before its last ReLU.
        case normFirst = "norm-relu"
        /// Convolution, ReLU, batch norm, the last of a branch as well; then the sum, and a ReLU. A projection has no
        /// ReLU of its own.
        case activationFirst = "relu-norm"
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
    /// The convolution that stands before the first block.
    public var stem: Stem
    /// Its stride, 1 or 2.
    public var stemStride: Int
    /// What pools behind it.
    public var stemPool: StemPool
    /// Where zeros stand around an image that is halved.
    public var padding: Padding
    /// What a block that changes the shape adds to its branch.
    public var shortcut: Shortcut
    /// In which order a batch norm and a ReLU stand.
    public var activationOrder: ActivationOrder
    /// Where a bottleneck has its stride.
    public var stridePosition: StridePosition
    /// Whether convolutions have a bias of their own besides the batch norm's.
    public var hasConvolutionBias: Bool
    /// Whether the convolutions of shortcuts have one; as the others have but in a few networks.
    public var hasShortcutBias: Bool
    /// What is added to the variance under the square root.
    public var batchNormEpsilon: Double
    /// Channels of the input image.
    public var inputChannels: Int
    /// Outputs of the last layer; 0 where a checkpoint has none.
    public var classes: Int

    /// A member of the family; torchvision's conventions where nothing is said. `innerWidth` is the base width unless
    /// given, the stem's stride and pool are the usual ones of its kernel, and shortcuts have a bias where the other
    /// convolutions have one.
    public init(
        block: Block, blocksPerStage: [Int], baseWidth: Int = 64, innerWidth: Int? = nil, groups: Int = 1,
        stem: Stem = .imageNet, stemStride: Int? = nil, stemPool: StemPool? = nil,
        stridePosition: StridePosition = .middleConvolution, padding: Padding = .symmetric,
        shortcut: Shortcut = .projection,
        activationOrder: ActivationOrder = .normFirst, hasConvolutionBias: Bool = false, hasShortcutBias: Bool? = nil,
        batchNormEpsilon: Double = 1e-5, inputChannels: Int = 3, classes: Int
    ) {
        self.block = block
        self.blocksPerStage = blocksPerStage
        self.baseWidth = baseWidth
        self.innerWidth = innerWidth ?? baseWidth
        self.groups = groups
        self.stem = stem
        self.stemStride = stemStride ?? stem.usualStride
        self.stemPool = stemPool ?? stem.usualPool
        self.stridePosition = stridePosition
        self.padding = padding
        self.shortcut = shortcut
        self.activationOrder = activationOrder
        self.hasConvolutionBias = hasConvolutionBias
        self.hasShortcutBias = hasShortcutBias ?? hasConvolutionBias
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

    /// Whether what a shortcut is makes a difference: there are blocks that change the shape.
    public var hasShapedShortcuts: Bool { blocksPerStage.count > 1 || block.expansion > 1 }

    /// Whether `other` computes the same from the same tensors: it may differ where a property has no meaning.
    public func isEquivalent(to other: Self) -> Bool { canonical == other.canonical }

    private var canonical: Self {
        var canonical = self
        if !hasStridedBottlenecks { canonical.stridePosition = .middleConvolution }
        if block == .basic { canonical.innerWidth = baseWidth }
        if !hasShapedShortcuts { canonical.shortcut = .projection }
        if !hasShapedShortcuts || shortcut == .zeros { canonical.hasShortcutBias = hasConvolutionBias }
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
