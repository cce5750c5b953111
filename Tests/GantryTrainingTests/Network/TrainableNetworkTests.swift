import GantryCore
import GantryInference
import GantryTensors
import GantryTraining
import Testing

/// What a network that learns refuses, says, keeps and gives back.
@Suite struct TrainableNetworkTests {
    private static let architecture = TrainedStepsTests.small
    private static let (height, width) = (40, 33)

    private func network(
        _ weights: TensorDictionary? = nil, freeze: FreezePoint = .none, batchNorm: BatchNormMode = .live,
        height: Int = height, width: Int = width
    ) throws -> TrainableNetwork {
        try TrainableNetwork(
            architecture: Self.architecture, weights: try weights ?? MadeNetwork.tensors(Self.architecture),
            freeze: freeze, batchNorm: batchNorm, height: height, width: width, workers: 2)
    }

    private func inputs(_ network: TrainableNetwork, images: Int, name: String = "images") -> [Float] {
        SeededNumbers(seed: 5, name: name).values(images * network.inputCount, scale: 2)
    }

    private func learn(_ network: TrainableNetwork, _ inputs: [Float], _ labels: [Int]) throws
        -> TrainableNetwork.Outcome
    {
        try inputs.withUnsafeBufferPointer { try network.learn($0, labels: labels, loss: CrossEntropyLoss()) }
    }

    @Test func `a batch that does not fit is refused`() throws {
        let network = try network()
        let images = inputs(network, images: 2)
        #expect(throws: TrainingError.unknownClass(3)) { try learn(network, images, [0, 3]) }
        #expect(throws: TrainingError.tooFewImages) { try learn(network, [], []) }
        #expect(throws: TrainingError.inputSize(found: images.count, expected: images.count / 2 * 3)) {
            try learn(network, images, [0, 1, 2])
        }
    }

    @Test func `a live batch norm of one value a channel is refused by name, a frozen one is not`() throws {
        let small = try network(height: 32, width: 24)
        let one = inputs(small, images: 1)
        #expect(throws: TrainingError.oneValueAChannel("layer4.0.bn1")) { try learn(small, one, [0]) }
        #expect(try learn(small, inputs(small, images: 2), [0, 1]).loss.isFinite)
        let frozen = try network(batchNorm: .frozen, height: 32, width: 24)
        #expect(try learn(frozen, one, [0]).loss.isFinite)
    }

    @Test func `what cannot be trained is refused`() throws {
        let three = ResidualArchitecture(block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 4, classes: 2)
        let weights = try MadeNetwork.tensors(three)
        func make(_ architecture: ResidualArchitecture, _ weights: TensorDictionary, _ freeze: FreezePoint) throws {
            _ = try TrainableNetwork(
                architecture: architecture, weights: weights, freeze: freeze, batchNorm: .live, height: 32, width: 32,
                workers: 1)
        }
        let stages = #expect(throws: WeightsError.self) { try make(three, weights, .layer4) }
        #expect(stages?.code == .architectureMismatch)
        #expect(stages?.description.contains("3 stages") == true)
        try make(three, weights, .layer3)
        var headless = three
        headless.classes = 0
        let none = #expect(throws: WeightsError.self) {
            try make(headless, try MadeNetwork.tensors(headless), .none)
        }
        #expect(none?.description.contains("no last layer") == true)
        var negative = weights
        negative["bn1.running_var"] = try NamedTensor(
            name: "bn1.running_var", shape: [4], values: [1, -1, 1, 1])
        let variance = #expect(throws: WeightsError.self) { try make(three, negative, .none) }
        #expect(variance?.code == .unusableValue)
    }

    @Test(arguments: ["conv1", "layer2.0.conv1", "layer3.0.downsample.0"])
    func `the layer in which infinity appears first is named`(_ layer: String) throws {
        var weights = try MadeNetwork.tensors(Self.architecture)
        let tensor = try #require(weights[layer + ".weight"])
        weights[layer + ".weight"] = try NamedTensor(
            name: tensor.name, shape: tensor.shape, values: tensor.values.map { $0 < 0 ? -3e38 : 3e38 })
        let network = try network(weights)
        let outcome = try learn(network, inputs(network, images: 2), [0, 1])
        #expect(!outcome.loss.isFinite)
        #expect(outcome.nonFiniteLayer == layer)
    }

    @Test func `an input that is not a number is named`() throws {
        let network = try network()
        var images = inputs(network, images: 2)
        let fine = try learn(network, images, [0, 1])
        #expect(fine.nonFiniteLayer == nil)
        images[100] = .nan
        #expect(try learn(network, images, [0, 1]).nonFiniteLayer == "input")
    }

    @Test func `a step into infinity names the tensor`() throws {
        let network = try network()
        _ = try learn(network, inputs(network, images: 2), [0, 1])
        var optimizer = Optimizer(kind: .sgd, weightDecay: 0)
        #expect(network.apply(&optimizer, learningRate: .infinity, clipNorm: nil) == "conv1.weight")
    }

    @Test(arguments: [TrainingScheduleRecipe.OptimizerKind.sgd, .adam, .adamw])
    func `a run that is saved and restored ends with the same bytes`(_ kind: TrainingScheduleRecipe.OptimizerKind)
        throws
    {
        let labels = [0, 1, 2]
        func step(_ network: TrainableNetwork, _ optimizer: inout Optimizer, _ number: Int) throws {
            _ = try learn(network, inputs(network, images: 3, name: "step \(number)"), labels)
            network.apply(&optimizer, learningRate: 0.01, clipNorm: 1)
        }
        let whole = try network()
        var optimizer = Optimizer(kind: kind, weightDecay: 0.01)
        for number in 0..<2 { try step(whole, &optimizer, number) }
        let saved = (whole.tensors(), whole.state(of: optimizer), optimizer.steps)
        try step(whole, &optimizer, 2)

        let resumed = try network(saved.0)
        var other = Optimizer(kind: kind, weightDecay: 0.01)
        try resumed.restore(&other, steps: saved.2, state: TensorDictionary(origin: "a checkpoint", saved.1))
        try step(resumed, &other, 2)
        #expect(other.steps == 3)
        for (name, _) in Self.architecture.tensors {
            #expect(try whole.tensors().values(of: name) == resumed.tensors().values(of: name), "\(name)")
        }
        #expect(whole.state(of: optimizer) == resumed.state(of: other))
        // What is remembered matters: without it the step is another.
        let forgetful = try network(saved.0)
        var empty = Optimizer(kind: kind, weightDecay: 0.01)
        try step(forgetful, &empty, 2)
        #expect(forgetful.tensors()["fc.weight"] != whole.tensors()["fc.weight"])
        #expect(throws: WeightsError.self) {
            try resumed.restore(
                &other, steps: 2, state: TensorDictionary(origin: "a checkpoint", Array(saved.1.dropLast())))
        }
    }

    @Test func `a smaller batch after a larger one gives what it gives alone`() throws {
        let (both, alone) = (try network(batchNorm: .frozen), try network(batchNorm: .frozen))
        _ = try learn(both, inputs(both, images: 5), [0, 1, 2, 0, 1])
        let two = inputs(both, images: 2)
        let (one, other) = (try learn(both, two, [2, 1]), try learn(alone, two, [2, 1]))
        #expect(one.loss == other.loss)
        #expect(both.gradients == alone.gradients)
    }

    @Test func `logits in evaluation are the scoring engine's but for rounding, and change nothing`() throws {
        let weights = try MadeNetwork.tensors(Self.architecture)
        let network = try network(weights)
        let images = inputs(network, images: 19)
        let batch = try #require(
            ImageBatch(count: 19, channels: 3, height: Self.height, width: Self.width, values: images))
        let expected = try ResidualNetwork(architecture: Self.architecture, weights: weights).logits(batch, workers: 2)
        let found = try images.withUnsafeBufferPointer { try network.logits(of: $0) }
        #expect(found.rows == 19 && found.columns == 3)
        let largest = expected.values.map(abs).max() ?? 0
        for (value, other) in zip(found.values, expected.values) { #expect(abs(value - other) < 1e-5 * largest) }
        for (name, _) in Self.architecture.tensors {
            #expect(try network.tensors().values(of: name) == weights.values(of: name))
        }
    }

    @Test func `gradients are cut to a norm together`() throws {
        let (cut, whole) = (try network(), try network())
        let images = inputs(cut, images: 3)
        let before = try #require(cut.tensors()["fc.bias"]).values
        var optimizer = Optimizer(kind: .sgd, momentum: 0, weightDecay: 0)
        _ = try learn(cut, images, [0, 1, 2])
        _ = try learn(whole, images, [0, 1, 2])
        let norm = cut.gradientNorm
        let gradient = try #require(cut.gradients.first { $0.name == "fc.bias" }).values
        cut.apply(&optimizer, learningRate: 1, clipNorm: norm / 4)
        let after = try #require(cut.tensors()["fc.bias"]).values
        for index in 0..<3 { #expect(abs(before[index] - gradient[index] / 4 - after[index]) < 1e-6) }
        // A norm that is not reached changes nothing.
        var other = Optimizer(kind: .sgd, momentum: 0, weightDecay: 0)
        whole.apply(&other, learningRate: 1, clipNorm: norm * 2)
        let plain = try #require(whole.tensors()["fc.bias"]).values
        for index in 0..<3 { #expect(plain[index] == before[index] - gradient[index]) }
    }
}
