import GantryCore
import GantryInference
import Testing

/// Against PyTorch in float64 with the same made weights, stage by stage.
@Suite struct GoldenTests {
    struct Network: CustomTestStringConvertible, Sendable {
        let name: String
        let architecture: ResidualArchitecture
        var height = 224
        var width = 224
        var testDescription: String { name }
    }

    static let networks = [
        Network(name: "resnet50-v1.5", architecture: .resNet50(classes: 1000)),
        Network(name: "resnet50-v1", architecture: .kerasResNet50(classes: 1000)),
        Network(
            name: "bottleneck-width8-odd",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 2, 1], baseWidth: 8, classes: 3), height: 75, width: 53),
        Network(
            name: "basic-cifar",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [2, 2, 2], baseWidth: 8, stem: .cifar, classes: 10), height: 32,
            width: 32),
        Network(
            name: "basic-imagenet-wide8",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [2, 2, 2, 2], baseWidth: 8, classes: 5), height: 64, width: 64),
        Network(
            name: "resnext-width8",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 2, 1], baseWidth: 8, innerWidth: 16, groups: 4, classes: 3),
            height: 75, width: 53),
        Network(
            name: "resnext-narrow",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 12, groups: 6, classes: 3), height: 40,
            width: 33),
        Network(
            name: "resnext-wide-groups",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 1, 1], baseWidth: 16, innerWidth: 128, groups: 2, classes: 3),
            height: 64, width: 64),
        Network(
            name: "wide-width8",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 1, 1], baseWidth: 8, innerWidth: 24, classes: 3), height: 64,
            width: 64),
        Network(
            name: "grey-basic",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1], baseWidth: 8, inputChannels: 1, classes: 3), height: 64,
            width: 48),
        Network(
            name: "stem-apart",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [2, 2, 2], baseWidth: 8, stemPool: .nothing, hasConvolutionBias: true,
                classes: 2), height: 56, width: 40),
        Network(
            name: "stem-of-stride-1",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1], baseWidth: 8, stemStride: 1, hasShortcutBias: true, classes: 3),
            height: 33, width: 28),
        Network(
            name: "maps-of-one-pixel",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [2, 2, 2, 2], baseWidth: 8, classes: 10), height: 32, width: 32),
        Network(
            name: "shortcut-convolution",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 8, stem: .cifar, shortcut: .convolution,
                hasConvolutionBias: true, classes: 10), height: 32, width: 32),
        Network(
            name: "shortcut-zeros",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [3, 3, 3], baseWidth: 8, stem: .cifar, shortcut: .zeros, classes: 10),
            height: 32, width: 31),
        Network(
            name: "shortcut-zeros-bottleneck",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [2, 1], baseWidth: 8, shortcut: .zeros, classes: 3), height: 45,
            width: 48),
        Network(
            name: "relu-norm",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [2, 2], baseWidth: 8, activationOrder: .activationFirst,
                hasConvolutionBias: true, classes: 3), height: 40, width: 37),
        Network(
            name: "relu-norm-bottleneck",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 8, stem: .cifar,
                stridePosition: .firstConvolution, shortcut: .convolution, activationOrder: .activationFirst,
                classes: 3), height: 24, width: 24),
        Network(
            name: "padding-same",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 8, padding: .same, shortcut: .convolution,
                hasConvolutionBias: true, batchNormEpsilon: 1e-3, classes: 10), height: 64, width: 45),
    ]

    /// The bound the engine promises; about 1e-6 is usual, with Winograd's algorithm 1e-5.
    static let tolerance: Float = 1e-4

    @Test(arguments: networks, ConvolutionKernels.available(for: .f32))
    func `every stage, the pooled features and the logits are PyTorch's`(
        _ subject: Network, _ kernels: ConvolutionKernels
    ) throws {
        let golden = try Golden.read(subject.name)
        let network = try GoldenNetwork.network(subject.architecture, kernels: kernels)
        let images = try GoldenNetwork.images(
            1, channels: subject.architecture.inputChannels, height: subject.height, width: subject.width)

        let stages = try network.stageOutputs(images, image: 0)
        try #require(stages.count == golden.stages.count)
        for (index, (found, expected)) in zip(stages, golden.stages).enumerated() {
            #expect(expected.relativeError(found) <= Self.tolerance, "stage \(index)")
        }
        let pooled = try network.pooledFeatures(images, workers: 1)
        #expect(golden.pooled.relativeError(pooled.values) <= Self.tolerance)
        let early = try network.outputs(images, workers: 1).early
        #expect(golden.early.relativeError(early.values) <= Self.tolerance)
        let logits = try network.logits(images, workers: 1)
        #expect(golden.logits.relativeError(logits.values) <= Self.tolerance)
    }

    @Test func `the two layouts of ResNet-50 give different numbers, so that the golden files can tell them apart`()
        throws
    {
        let golden = try Golden.read("resnet50-v1.5")
        var architecture = ResidualArchitecture.resNet50(classes: 1000)
        architecture.stridePosition = .firstConvolution
        let network = try GoldenNetwork.network(architecture)
        let logits = try network.logits(try GoldenNetwork.images(1, height: 224, width: 224), workers: 1)
        #expect(golden.logits.relativeError(logits.values) > 100 * Self.tolerance)
    }
}
