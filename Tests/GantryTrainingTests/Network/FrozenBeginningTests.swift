import GantryCore
import GantryInference
import GantryTensors
import GantryTraining
import Testing

/// What is frozen is the scoring engine's own beginning of the network, bit for bit.
@Suite struct FrozenBeginningTests {
    private static let architectures = [
        ResidualArchitecture(block: .bottleneck, blocksPerStage: [1, 2, 1, 1], baseWidth: 8, classes: 2),
        ResidualArchitecture(block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 8, stem: .cifar, classes: 2),
    ]

    @Test(arguments: architectures, ConvolutionKernels.available(for: .f32))
    func `the outputs are those of the whole network's stages`(
        _ architecture: ResidualArchitecture, _ kernels: ConvolutionKernels
    ) throws {
        let weights = try MadeNetwork.tensors(architecture)
        let whole = try ResidualNetwork(architecture: architecture, weights: weights, kernels: kernels)
        let values = SeededNumbers(seed: 8, name: "images").values(5 * 3 * 37 * 30, scale: 2)
        let images = try #require(ImageBatch(count: 5, channels: 3, height: 37, width: 30, values: values))
        let points: [FreezePoint] = [.stem, .layer1, .layer2, .layer3, .layer4]
        for (stage, freeze) in points.prefix(architecture.blocksPerStage.count + 1).enumerated() {
            let beginning = try FrozenBeginning(
                architecture: architecture, weights: weights, freeze: freeze, kernels: kernels)
            let found = try beginning.outputs(of: images, workers: 2)
            #expect(beginning.outputShape(height: 37, width: 30).elementCount == found.columns)
            for image in 0..<5 {
                #expect(try Array(found[image]) == whole.stageOutputs(images, image: image)[stage], "\(freeze)")
            }
            let one = try #require(
                ImageBatch(
                    count: 1, channels: 3, height: 37, width: 30, values: Array(values.suffix(images.elementsPerImage)))
            )
            #expect(try Array(beginning.outputs(of: one, workers: 1)[0]) == Array(found[4]))
            #expect(try beginning.outputs(of: images, workers: 5) == found)
        }
        let backbone = try FrozenBeginning(
            architecture: architecture, weights: weights, freeze: .backbone, kernels: kernels)
        #expect(try backbone.outputs(of: images, workers: 2) == whole.pooledFeatures(images, workers: 2))
        #expect(backbone.outputShape(height: 37, width: 30) == [architecture.featureCount])
    }

    @Test func `behind every freeze the loss is that of the whole network`() throws {
        let architecture = Self.architectures[0]
        let weights = try MadeNetwork.tensors(architecture)
        let values = SeededNumbers(seed: 8, name: "images").values(3 * 3 * 37 * 30, scale: 2)
        let images = try #require(ImageBatch(count: 3, channels: 3, height: 37, width: 30, values: values))
        var losses: [Double] = []
        for freeze in FreezePoint.allCases {
            let network = try TrainableNetwork(
                architecture: architecture, weights: weights, freeze: freeze, batchNorm: .frozen, height: 37, width: 30,
                workers: 2)
            let inputs =
                freeze == .none
                ? values
                : try FrozenBeginning(architecture: architecture, weights: weights, freeze: freeze)
                    .outputs(of: images, workers: 2).values
            losses.append(
                try inputs.withUnsafeBufferPointer {
                    try network.learn($0, labels: [0, 1, 0], loss: CrossEntropyLoss()).loss
                })
        }
        let first = try #require(losses.first)
        for loss in losses { #expect(abs(loss - first) < 1e-5 * first) }
    }
}
