import GantryCore
import GantryGround
import GantryInference
import GantryTensors

/// Epochs of steps, with a validation after each, from a checkpoint to the end.
///
/// What comes out depends on plan, inputs, first weights and kernels alone: not on the number of workers, and not on
/// where the run was interrupted.
package final class TrainingLoop {
    /// How a run that was not stopped ended.
    package enum Ending: Sendable, Hashable {
        /// All epochs are done, or the validation no longer got better: why.
        case finished(reason: String)
        /// The epochs of half the side are done, and saved: the others are another loop's.
        case lowResolutionDone
        /// Somebody asked to stop; what was done is saved.
        case stopped
    }

    /// Told of what happens.
    package struct Observer {
        /// After every step. Returns whether to go on.
        package var afterStep: (StepProgress) -> ReadControl
        /// After every batch of validation images, with how many were looked at. Returns whether to go on; where not,
        /// the validation is made anew when the run goes on.
        package var afterValidated: (StepProgress, Int) -> ReadControl
        /// After every epoch, with the validation images' probabilities, `[image][class]`.
        package var afterEpoch: (TrainingState, [[Double]]) throws -> Void

        /// These three.
        package init(
            afterStep: @escaping (StepProgress) -> ReadControl,
            afterValidated: @escaping (StepProgress, Int) -> ReadControl = { _, _ in .proceed },
            afterEpoch: @escaping (TrainingState, [[Double]]) throws -> Void
        ) {
            self.afterStep = afterStep
            self.afterValidated = afterValidated
            self.afterEpoch = afterEpoch
        }
    }

    /// Seconds after which a checkpoint is saved within an epoch.
    private static let checkpointInterval: Duration = .seconds(60)

    package let plan: TrainingPlan
    private let network: TrainableNetwork
    private var optimizer: Optimizer
    private let features: NetworkInputs
    private let checkpoints: CheckpointFolder
    private let loss: CrossEntropyLoss
    private let schedule: LearningRateSchedule
    private let order: BatchOrder
    /// Whether network and inputs are of half the side.
    private let isLowResolution: Bool
    private(set) package var state: TrainingState

    /// A run from `state` on, whose weights `network` has already. Network and inputs are of half the side where the
    /// recipe says so of the state's epoch.
    package init(
        plan: TrainingPlan, network: TrainableNetwork, optimizer: Optimizer, state: TrainingState,
        inputs: NetworkInputs, checkpoints: CheckpointFolder
    ) {
        self.plan = plan
        self.network = network
        self.optimizer = optimizer
        self.state = state
        features = inputs
        isLowResolution = plan.recipe.training.isLowResolution(epoch: state.epoch)
        self.checkpoints = checkpoints
        let training = plan.recipe.training
        let labels = plan.training.map { plan.labels[$0] }
        let counts = plan.classes.indices.map { label in labels.count { $0 == label } }
        loss = CrossEntropyLoss(
            labelSmoothing: training.labelSmoothing,
            classWeights: training.classWeights == .balanced ? ClassWeights.balanced.weights(ofCounts: counts) : nil)
        schedule = LearningRateSchedule(
            kind: training.schedule, highest: training.usedLearningRate, warmUpEpochs: training.warmUpEpochs)
        order = BatchOrder(
            labels: labels, names: plan.training.map { plan.names[$0] },
            sampling: training.sampling == .balanced ? .balanced : training.shuffle ? .shuffled : .inOrder,
            seed: training.seed)
    }

    /// Goes on to the end, or of the epochs of half the side, or until the observer says stop.
    ///
    /// **Throws** `TrainingRunError` where a number is no longer finite, `WeightsError` where a checkpoint cannot be
    /// written, what the inputs and the observer throw.
    package func run(_ observer: Observer) throws -> Ending {
        let training = plan.recipe.training
        while state.stopReason == nil, state.epoch < training.epochs {
            guard training.isLowResolution(epoch: state.epoch) == isLowResolution else { return .lowResolutionDone }
            guard try runEpoch(observer), let probabilities = try finishEpoch(observer) else {
                try save()
                return .stopped
            }
            try save()
            try observer.afterEpoch(state, probabilities)
        }
        return .finished(reason: state.stopReason ?? "all epochs are done")
    }

    /// Steps to the epoch's end; false where somebody asked to stop.
    private func runEpoch(_ observer: Observer) throws -> Bool {
        let batches = order.batches(ofEpoch: state.epoch + 1, size: plan.recipe.training.batch)
        var lastSaved = ContinuousClock.now
        while state.batchesDone < batches.count {
            let began = ContinuousClock.now
            try step(batches[state.batchesDone].map { plan.training[$0] }, of: batches.count)
            state.epochSeconds += Double(began.duration(to: .now) / .milliseconds(1)) / 1000
            if observer.afterStep(progress) == .stop { return false }
            if lastSaved.duration(to: .now) >= Self.checkpointInterval, state.batchesDone < batches.count {
                try save()
                lastSaved = .now
            }
        }
        return true
    }

    private var progress: StepProgress {
        StepProgress(
            state: state, epochs: plan.recipe.training.epochs, images: plan.training.count,
            validationImages: plan.validation.count)
    }

    private func step(_ images: [Int], of batches: Int) throws {
        let labels = images.map { plan.labels[$0] }
        let inputs = try features.inputs(of: images, epoch: state.epoch + 1)
        let rate = schedule.rate(
            step: state.step, stepsPerEpoch: batches, epochs: plan.recipe.training.epochs)
        let learned = inputs.withUnsafeBufferPointer { all in
            Result { () throws(TrainingError) in try network.learn(all, labels: labels, loss: loss) }
        }
        if case .failure(.oneValueAChannel) = learned, state.batchesDone > 0, images.count < plan.recipe.training.batch
        {
            // A last image alone has no variance to learn from; in the next epoch it is another's turn.
            state.batchesDone += 1
            return
        }
        let outcome = try learned.get()
        func fault(_ layer: String?) -> TrainingRunError {
            .notFinite(layer: layer, epoch: state.epoch + 1, step: state.step + 1)
        }
        guard outcome.loss.isFinite, outcome.nonFiniteLayer == nil else { throw fault(outcome.nonFiniteLayer) }
        let clipNorm = plan.recipe.training.clipNorm
        if let tensor = network.apply(&optimizer, learningRate: rate, clipNorm: clipNorm) { throw fault(tensor) }
        state.step += 1
        state.batchesDone += 1
        state.learningRate = rate
        state.lossSum += outcome.loss * Double(images.count)
        state.imagesMet += images.count
        state.imagesRight += zip(outcome.logits.rowsOfClasses, labels).count { $0.indexOfLargest == $1 }
    }

    /// Validates, and begins the next epoch; nil, with nothing changed, where somebody asked to stop.
    private func finishEpoch(_ observer: Observer) throws -> [[Double]]? {
        let began = ContinuousClock.now
        let trainingSeconds = state.epochSeconds
        let logits = try validationLogits { observer.afterValidated(self.progress, $0) }
        guard let logits else { return nil }
        let labels = plan.validation.map { plan.labels[$0] }
        let measured = ValidationFigures(logits: logits, labels: labels, positiveClass: plan.positiveClass)
        guard measured.loss.isFinite else {
            throw TrainingRunError.notFinite(
                layer: try firstNonFinite(logits), epoch: state.epoch + 1, step: state.step)
        }
        var record = EpochRecord(
            epoch: state.epoch + 1, step: state.step, learningRate: state.learningRate,
            trainingLoss: state.lossSum / Double(max(state.imagesMet, 1)),
            trainingAccuracy: Double(state.imagesRight) / Double(max(state.imagesMet, 1)),
            validationLoss: measured.loss, validationAccuracy: measured.accuracy,
            validationAUC: plan.classes.count == 2 ? measured.areaUnderCurve : nil, isBest: false,
            imagesPerSecond: Double(state.imagesMet) / max(trainingSeconds, 1e-9),
            seconds: trainingSeconds + began.duration(to: .now) / .seconds(1))
        // Of those of half the side none is a result.
        let training = plan.recipe.training
        record.isBest = state.epoch == training.lowResolutionEpochs || state.isBetter(record)
        if record.isBest { try checkpoints.saveBest(network.tensors().all) }
        state.history.append(record)
        state.epoch += 1
        state.batchesDone = 0
        (state.lossSum, state.imagesMet, state.imagesRight, state.epochSeconds) = (0, 0, 0, 0)
        if let patience = training.patience, state.epochsSinceBest >= patience, state.epoch < training.epochs,
            !training.isLowResolution(epoch: state.epoch)
        {
            state.stopReason = "no better validation for \(patience) epochs"
        }
        return measured.probabilities
    }

    /// Where the validation images' logits became NaN or infinite: the first tensor that is, or the first layer as a
    /// step on the first such image's batch finds it. The run is over: the step changes nothing that is kept.
    private func firstNonFinite(_ logits: [[Float]]) throws -> String {
        let tensors = network.tensors().all
        if let tensor = tensors.first(where: { !$0.values.allSatisfy(\.isFinite) }) { return tensor.name }
        guard let row = logits.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) else { return "loss" }
        let size = max(plan.recipe.training.batch, 2)
        let images = Array(plan.validation[row..<min(row + size, plan.validation.count)])
        let inputs = try features.inputs(of: images, epoch: nil)
        let labels = images.map { plan.labels[$0] }
        let outcome = inputs.withUnsafeBufferPointer { all in
            Result { () throws(TrainingError) in try network.learn(all, labels: labels, loss: loss) }
        }
        return (try? outcome.get())?.nonFiniteLayer ?? "fc"
    }

    /// The validation images' logits by the weights as they are; nil where `afterBatch`, told of how many were looked
    /// at, said stop.
    package func validationLogits(
        _ afterBatch: (Int) -> ReadControl = { _ in .proceed }
    ) throws -> [[Float]]? {
        var rows: [[Float]] = []
        rows.reserveCapacity(plan.validation.count)
        var start = 0
        let size = max(plan.recipe.training.batch, 1)
        while start < plan.validation.count {
            let images = Array(plan.validation[start..<min(start + size, plan.validation.count)])
            let inputs = try features.inputs(of: images, epoch: nil)
            let logits = try inputs.withUnsafeBufferPointer { all throws(TrainingError) in try network.logits(of: all) }
            rows += logits.rowsOfClasses
            start += size
            if afterBatch(rows.count) == .stop { return nil }
        }
        return rows
    }

    /// The validation images' probabilities by the weights as they are, `[image][class]`; nil as in `validationLogits`.
    package func validationProbabilities(
        _ afterBatch: (Int) -> ReadControl = { _ in .proceed }
    ) throws -> [[Double]]? {
        try validationLogits(afterBatch).map { logits in
            ValidationFigures(
                logits: logits, labels: plan.validation.map { plan.labels[$0] }, positiveClass: plan.positiveClass
            ).probabilities
        }
    }

    /// Saves where the run is. **Throws** `WeightsError`.
    package func save() throws(WeightsError) {
        try checkpoints.save(state, weights: network.tensors().all, optimizer: network.state(of: optimizer))
    }
}

/// How far a run is, after a step.
package struct StepProgress: Sendable {
    /// Where it is.
    package var state: TrainingState
    /// Epochs in all.
    package var epochs: Int
    /// Images of an epoch.
    package var images: Int
    /// Images that validate.
    package var validationImages: Int
}

extension ScoreMatrix {
    /// The rows.
    var rowsOfClasses: [[Float]] {
        (0..<rows).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
    }
}

extension [Float] {
    /// Index of the largest value, the first of equals; 0 of none.
    var indexOfLargest: Int { indices.max { self[$0] < self[$1] || self[$0] == self[$1] && $0 > $1 } ?? 0 }
}
