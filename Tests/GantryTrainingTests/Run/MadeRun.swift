import GantryCore
import GantryGround
import GantryInference
import GantryTensors
import GantryTestSupport
import GantryTraining

/// Images in memory: noise, shifted by the class; another noise in each epoch where that is asked for.
struct MadeInputs: TrainingInputs {
    let labels: [Int]
    let count: Int
    /// Images that are NaN, and from which epoch on.
    var notNumbers: [Int: Int] = [:]

    func write(_ index: Int, epoch: Int?, into input: UnsafeMutableBufferPointer<Float>) throws(FileFailure) {
        let noise = SeededNumbers(seed: 3, name: "image \(index), epoch \(epoch ?? 0)").values(count, scale: 0.5)
        _ = input.update(from: noise.map { $0 + (labels[index] == 0 ? -0.25 : 0.25) })
        if let first = notNumbers[index], epoch.map({ $0 >= first }) ?? false { input[count / 2] = .nan }
    }
}

/// A small network that learns from images in memory.
struct MadeRun {
    var architecture = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 4, stem: .cifar, classes: 2)
    var recipe = TrainingRecipe()
    var labels = (0..<30).map { $0 % 2 }
    /// Images that validate.
    var validation = Array(22..<30)
    var side = 8
    /// Labels of the validation images are the others.
    var isMislabelled = false
    var isAugmented = true
    var notNumbers: [Int: Int] = [:]
    var changeWeights: (inout TensorDictionary) throws -> Void = { _ in }

    init() {
        recipe.training.epochs = 3
        recipe.training.batch = 4
        recipe.training.learningRate = 0.05
    }

    var plan: TrainingPlan {
        let validating = Set(validation)
        return TrainingPlan(
            recipe: recipe, classes: (0..<architecture.classes).map { "class \($0)" },
            labels: labels.indices.map { index in
                isMislabelled && validating.contains(index) ? 1 - labels[index] : labels[index]
            }, names: labels.indices.map { "image \($0)" },
            training: labels.indices.filter { !validating.contains($0) }, validation: validation,
            positiveClass: architecture.classes - 1)
    }

    /// Half of it in the epochs of which the recipe says so.
    private func side(ofEpoch epoch: Int) -> Int {
        recipe.training.isLowResolution(epoch: epoch) ? side / 2 : side
    }

    private func network(_ weights: TensorDictionary, epoch: Int, workers: Int) throws -> TrainableNetwork {
        let side = side(ofEpoch: epoch)
        return try TrainableNetwork(
            architecture: architecture, weights: weights, freeze: recipe.network.freeze,
            batchNorm: recipe.network.batchNorm, height: side, width: side, workers: workers)
    }

    private var optimizer: Optimizer {
        Optimizer(
            kind: recipe.training.optimizer, momentum: recipe.training.momentum,
            weightDecay: recipe.training.usedWeightDecay)
    }

    private func loop(
        _ network: TrainableNetwork, _ optimizer: Optimizer, _ state: TrainingState, _ folder: CheckpointFolder,
        workers: Int
    ) throws -> TrainingLoop {
        var beginning: FrozenBeginning?
        if recipe.network.freeze != .none {
            beginning = try FrozenBeginning(
                architecture: architecture, weights: network.tensors(), freeze: recipe.network.freeze)
        }
        let channels = architecture.inputChannels
        return TrainingLoop(
            plan: plan, network: network, optimizer: optimizer, state: state,
            inputs: NetworkInputs(
                MadeInputs(labels: labels, count: channels * side * side, notNumbers: notNumbers), channels: channels,
                side: side(ofEpoch: state.epoch), beginning: beginning, outputCount: network.inputCount,
                cache: beginning == nil ? nil : try SampleFile(in: folder.path), isAugmented: isAugmented,
                isHalved: recipe.training.isLowResolution(epoch: state.epoch), workers: workers),
            checkpoints: folder)
    }

    /// A loop before its first step, whose beginning is saved.
    func begun(in folder: TemporaryFolder, workers: Int = 2) throws -> TrainingLoop {
        var weights = try Initialisation.he(architecture, seed: 1)
        try changeWeights(&weights)
        let network = try network(weights, epoch: 0, workers: workers)
        let loop = try loop(network, optimizer, TrainingState(), CheckpointFolder(folder.path), workers: workers)
        try loop.save()
        return loop
    }

    /// A loop from the newest checkpoint on.
    func resumed(in folder: TemporaryFolder, workers: Int = 2) throws -> TrainingLoop {
        let checkpoints = CheckpointFolder(folder.path)
        let saved = try checkpoints.newest()
        let network = try network(saved.weights, epoch: saved.state.epoch, workers: workers)
        var optimizer = optimizer
        try network.restore(
            &optimizer, steps: saved.state.step, state: TensorDictionary(origin: "a checkpoint", saved.optimizer))
        return try loop(network, optimizer, saved.state, checkpoints, workers: workers)
    }
}

extension TrainingLoop {
    /// Runs to the end, or until `steps` were made.
    @discardableResult
    func run(steps: Int = .max, _ afterEpoch: @escaping (TrainingState) -> Void = { _ in }) throws -> Ending {
        var made = 0
        return try run(
            Observer(
                afterStep: { _ in
                    made += 1
                    return made >= steps ? .stop : .proceed
                }, afterEpoch: { state, _ in afterEpoch(state) }))
    }
}

extension TrainingState {
    /// The history without times and speeds.
    var timeless: [EpochRecord] {
        history.map { row in
            var row = row
            (row.imagesPerSecond, row.seconds) = (0, 0)
            return row
        }
    }
}

extension CheckpointFolder {
    /// The weights of the best epoch, by name.
    func bestValues() throws -> [String: [UInt32]] { try bestWeights().bits }
}

extension TensorDictionary {
    /// Every tensor's bits.
    var bits: [String: [UInt32]] {
        Dictionary(all.map { ($0.name, $0.values.map(\.bitPattern)) }, uniquingKeysWith: { first, _ in first })
    }
}
