/// The residual networks that have names: what `variant` in a pipeline file may be. All take three channels.
///
/// **Source**: He et al., "Deep residual learning for image recognition" (2015), section 4.2, for those of CIFAR;
/// torchvision `resnet.py`; Keras `applications/resnet.py` for version 1, whose convolutions have biases
/// and whose epsilon is 1.001e-5.
public enum PublishedNetwork: String, Sendable, Hashable, Codable, CaseIterable {
    /// torchvision `resnet50`, "v1.5": stride on the 3x3, no convolution bias, epsilon 1e-5.
    case resNet50 = "resnet50-v1.5"
    /// Keras `ResNet50`, "v1": stride on the first 1x1, convolution bias, epsilon 1.001e-5.
    case kerasResNet50 = "resnet50-v1"
    /// torchvision `resnet18`.
    case resNet18 = "resnet18"
    /// torchvision `resnet34`.
    case resNet34 = "resnet34"
    /// torchvision `resnet101`.
    case resNet101 = "resnet101-v1.5"
    /// Keras `ResNet101`.
    case kerasResNet101 = "resnet101-v1"
    /// torchvision `resnet152`.
    case resNet152 = "resnet152-v1.5"
    /// Keras `ResNet152`.
    case kerasResNet152 = "resnet152-v1"
    /// torchvision `wide_resnet50_2`: bottlenecks of twice the inner width.
    case wideResNet50 = "wide-resnet50-2"
    /// torchvision `wide_resnet101_2`.
    case wideResNet101 = "wide-resnet101-2"
    /// torchvision `resnext50_32x4d`: 32 groups of 4 channels.
    case resNeXt50 = "resnext50-32x4d"
    /// torchvision `resnext101_32x8d`.
    case resNeXt101Of8 = "resnext101-32x8d"
    /// torchvision `resnext101_64x4d`.
    case resNeXt101Of64 = "resnext101-64x4d"
    /// The paper's network of 20 layers for CIFAR: shortcuts of zeros.
    case resNet20 = "resnet20"
    /// The paper's network of 32 layers for CIFAR.
    case resNet32 = "resnet32"
    /// The paper's network of 44 layers for CIFAR.
    case resNet44 = "resnet44"
    /// The paper's network of 56 layers for CIFAR.
    case resNet56 = "resnet56"

    /// The network's description with this many classes.
    public func architecture(classes: Int) -> ResidualArchitecture {
        switch self {
        case .resNet18: ResidualArchitecture(block: .basic, blocksPerStage: [2, 2, 2, 2], classes: classes)
        case .resNet34: ResidualArchitecture(block: .basic, blocksPerStage: [3, 4, 6, 3], classes: classes)
        case .resNet50: Self.bottlenecks([3, 4, 6, 3], classes)
        case .resNet101: Self.bottlenecks([3, 4, 23, 3], classes)
        case .resNet152: Self.bottlenecks([3, 8, 36, 3], classes)
        case .wideResNet50: Self.bottlenecks([3, 4, 6, 3], inner: 128, classes)
        case .wideResNet101: Self.bottlenecks([3, 4, 23, 3], inner: 128, classes)
        case .resNeXt50: Self.bottlenecks([3, 4, 6, 3], inner: 128, groups: 32, classes)
        case .resNeXt101Of8: Self.bottlenecks([3, 4, 23, 3], inner: 256, groups: 32, classes)
        case .resNeXt101Of64: Self.bottlenecks([3, 4, 23, 3], inner: 256, groups: 64, classes)
        case .kerasResNet50: Self.keras([3, 4, 6, 3], classes)
        case .kerasResNet101: Self.keras([3, 4, 23, 3], classes)
        case .kerasResNet152: Self.keras([3, 8, 36, 3], classes)
        case .resNet20: Self.cifar(3, classes)
        case .resNet32: Self.cifar(5, classes)
        case .resNet44: Self.cifar(7, classes)
        case .resNet56: Self.cifar(9, classes)
        }
    }

    /// The network that computes what `architecture` does, whatever its classes; nil where none is published.
    public init?(_ architecture: ResidualArchitecture) {
        let found = Self.allCases.first {
            $0.architecture(classes: architecture.classes).isEquivalent(to: architecture)
        }
        guard let found else { return nil }
        self = found
    }

    private static func bottlenecks(
        _ blocks: [Int], inner: Int = 64, groups: Int = 1, _ classes: Int
    ) -> ResidualArchitecture {
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: blocks, innerWidth: inner, groups: groups, classes: classes)
    }

    private static func cifar(_ blocks: Int, _ classes: Int) -> ResidualArchitecture {
        ResidualArchitecture(
            block: .basic, blocksPerStage: [blocks, blocks, blocks], baseWidth: 16, stem: .cifar, shortcut: .zeros,
            classes: classes)
    }

    private static func keras(_ blocks: [Int], _ classes: Int) -> ResidualArchitecture {
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: blocks, stridePosition: .firstConvolution, hasConvolutionBias: true,
            batchNormEpsilon: 1.001e-5, classes: classes)
    }
}
