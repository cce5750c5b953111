import GantryCore
import GantryInference
import GantryTensors
import GantryTraining
import Testing

/// Every gradient against central differences of a forward pass in Float64, for every block of the family.
@Suite struct GradientTests {
    /// A network, a batch and how it is looked at.
    struct Subject: Sendable, CustomTestStringConvertible {
        let name: String
        let architecture: ResidualArchitecture
        var images = 3
        var height = 19
        var width = 17
        var batchNorm = BatchNormMode.live
        var loss = CrossEntropyLoss()
        var freeze = FreezePoint.none

        var testDescription: String { name }
    }

    private static let basic = ResidualArchitecture(block: .basic, blocksPerStage: [2, 1], baseWidth: 4, classes: 3)
    private static let bottleneck = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [2, 1], baseWidth: 4, classes: 3)
    private static let keras = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 4, stridePosition: .firstConvolution,
        hasConvolutionBias: true, batchNormEpsilon: 1.001e-5, classes: 3)
    private static let groups = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 4, innerWidth: 8, groups: 4, classes: 3)
    private static let wide = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 4, innerWidth: 8, classes: 2)
    private static let cifar = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1], baseWidth: 4, stem: .cifar, inputChannels: 1, classes: 3)
    private static let deep = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1, 1, 1], baseWidth: 4, classes: 2)

    private static let zeros = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 4, stem: .cifar, shortcut: .zeros, classes: 3)
    private static let zerosOfBottlenecks = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 4, shortcut: .zeros, classes: 3)
    private static let convolution = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 2], baseWidth: 4, stem: .cifar, shortcut: .convolution,
        hasConvolutionBias: true, classes: 3)
    private static let shortcutBias = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1], baseWidth: 4, stemStride: 1, hasShortcutBias: true, classes: 3)
    private static let stem = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1], baseWidth: 4, stemPool: .nothing, hasConvolutionBias: true, classes: 2)
    private static let reluFirst = ResidualArchitecture(
        block: .basic, blocksPerStage: [2, 1], baseWidth: 4, activationOrder: .activationFirst,
        hasConvolutionBias: true, classes: 3)
    private static let reluFirstBottleneck = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 4, stem: .cifar, shortcut: .convolution,
        activationOrder: .activationFirst, classes: 3)
    private static let same = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 4, padding: .same, classes: 3)
    /// Wide enough for the register tiles.
    private static let sameTiled = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1], baseWidth: 16, stem: .cifar, padding: .same, classes: 2)

    static let subjects = [
        Subject(name: "shortcut of zeros", architecture: zeros, height: 9, width: 12),
        Subject(name: "shortcut of zeros, stored statistics", architecture: zeros, height: 8, batchNorm: .frozen),
        Subject(name: "shortcut of zeros, behind a stage", architecture: zeros, height: 9, freeze: .layer1),
        Subject(name: "bottlenecks with shortcuts of zeros", architecture: zerosOfBottlenecks),
        Subject(name: "shortcut without norm", architecture: convolution, height: 9, width: 8),
        Subject(
            name: "shortcut without norm, stored statistics", architecture: convolution, images: 1, height: 9, width: 8,
            batchNorm: .frozen),
        Subject(name: "bias in shortcuts, stem of stride 1", architecture: shortcutBias, height: 11, width: 9),
        Subject(name: "7x7 stem without pool", architecture: stem, height: 13, width: 15),
        Subject(name: "ReLU before the norm", architecture: reluFirst),
        Subject(name: "ReLU before the norm, stored statistics", architecture: reluFirst, batchNorm: .frozen),
        Subject(name: "ReLU before the norm, bottleneck", architecture: reluFirstBottleneck, height: 8, width: 7),
        Subject(name: "padding same, even", architecture: same, height: 24, width: 22),
        Subject(name: "padding same, odd and even", architecture: same, height: 21, width: 20),
        Subject(name: "padding same, tiles", architecture: sameTiled, images: 2, height: 10, width: 8),
        Subject(name: "basic", architecture: basic),
        Subject(name: "basic, one image", architecture: basic, images: 1),
        Subject(name: "basic, stored statistics", architecture: basic, batchNorm: .frozen),
        Subject(name: "bottleneck", architecture: bottleneck),
        Subject(name: "bottleneck, one image", architecture: bottleneck, images: 1),
        Subject(name: "bottleneck, stored statistics", architecture: bottleneck, batchNorm: .frozen),
        Subject(name: "stride first, biases", architecture: keras, height: 21, width: 18),
        Subject(name: "stride first, biases, stored statistics", architecture: keras, batchNorm: .frozen),
        Subject(name: "groups", architecture: groups),
        Subject(name: "groups, one image, stored statistics", architecture: groups, images: 1, batchNorm: .frozen),
        Subject(name: "wide", architecture: wide, height: 20, width: 23),
        Subject(name: "3x3 stem, one channel", architecture: cifar, height: 7, width: 9),
        Subject(name: "3x3 stem, one image", architecture: cifar, images: 1, height: 8, width: 5),
        Subject(name: "maps of one pixel", architecture: deep, images: 5, height: 17, width: 19),
        Subject(
            name: "maps of one pixel, one image", architecture: deep, images: 1, height: 5, width: 3, batchNorm: .frozen
        ),
        Subject(
            name: "smoothing and class weights", architecture: basic,
            loss: CrossEntropyLoss(labelSmoothing: 0.2, classWeights: [0.5, 1, 3])),
        Subject(name: "behind the stem", architecture: basic, freeze: .stem),
        Subject(name: "behind a stage", architecture: bottleneck, freeze: .layer1),
        Subject(name: "behind the last stage", architecture: basic, freeze: .layer2),
        Subject(
            name: "behind the backbone", architecture: bottleneck,
            loss: CrossEntropyLoss(labelSmoothing: 0.1, classWeights: [1, 2, 0.5]), freeze: .backbone),
    ]

    @Test(arguments: subjects) func `every gradient is the slope of the loss`(_ subject: Subject) throws {
        let architecture = subject.architecture
        let weights = try MadeNetwork.tensors(architecture)
        let network = try TrainableNetwork(
            architecture: architecture, weights: weights, freeze: subject.freeze, batchNorm: subject.batchNorm,
            height: subject.height, width: subject.width, workers: 2, needsInputGradient: true)
        let labels = (0..<subject.images).map { ($0 + 1) % architecture.classes }
        let inputs = SeededNumbers(seed: 3, name: subject.name).values(subject.images * network.inputCount, scale: 1)
        let outcome = try inputs.withUnsafeBufferPointer { inputs in
            try network.learn(inputs, labels: labels, loss: subject.loss)
        }

        var plain = PlainNetwork(
            architecture: architecture, tensors: [:], isLive: subject.batchNorm == .live,
            labelSmoothing: subject.loss.labelSmoothing, classWeights: subject.loss.classWeights)
        for (name, _) in architecture.tensors { plain.tensors[name] = try weights.values(of: name).map(Double.init) }
        let sizes = network.inputShape.dimensions
        var maps = PlainNetwork.Maps(
            images: subject.images, channels: sizes[0], height: sizes.count == 3 ? sizes[1] : 1,
            width: sizes.count == 3 ? sizes[2] : 1, values: inputs.map(Double.init))
        let loss = plain.loss(maps, labels: labels, freeze: subject.freeze)
        #expect(abs(outcome.loss - loss) < 1e-5 * loss)

        /// Compares some of a tensor's gradient with the slopes that `moved` finds.
        func compare(_ name: String, _ gradient: [Float], of scale: Double, _ moved: (Int, Double) -> Double) {
            let step = max(1, gradient.count / 5) | 1
            for index in stride(from: gradient.count / 7, to: gradient.count, by: step) {
                let slope = (moved(index, Self.distance) - moved(index, -Self.distance)) / (2 * Self.distance)
                #expect(abs(Double(gradient[index]) - slope) <= 1e-4 * scale, "\(name)[\(index)]")
            }
        }
        let gradients = network.gradients
        let largest = gradients.flatMap(\.values).map(abs).max() ?? 0
        #expect(largest > 0.01)
        for tensor in gradients {
            // Float32 against Float64: a part of the tensor's largest, but no less than what rounding leaves of
            // others'.
            let scale = max(tensor.values.map(abs).max() ?? 0, largest / 100)
            compare(tensor.name, tensor.values, of: Double(scale)) { index, distance in
                let kept = plain.tensors[tensor.name]?[index] ?? 0
                plain.tensors[tensor.name]?[index] = kept + distance
                defer { plain.tensors[tensor.name]?[index] = kept }
                return plain.loss(maps, labels: labels, freeze: subject.freeze)
            }
        }
        let toInputs = network.gradientToInputs(images: subject.images)
        try #require(toInputs.count == inputs.count)
        compare("input", toInputs, of: Double(toInputs.map(abs).max() ?? 0)) { index, distance in
            let kept = maps.values[index]
            maps.values[index] = kept + distance
            defer { maps.values[index] = kept }
            return plain.loss(maps, labels: labels, freeze: subject.freeze)
        }
    }

    /// Far enough for Float64, near enough that no ReLU changes its mind.
    private static let distance = 1e-6
}
