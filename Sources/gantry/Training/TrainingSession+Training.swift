import Foundation
import GantryCore
import GantryGround
import GantryImages
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors
import GantryTraining

/// From a checkpoint to the end, or to where somebody stops it.
extension TrainingSession {
    var side: Int { definition.scoring.preparation.inputSize }

    /// Side of the pictures of the epoch with this number, from 0.
    func side(ofEpoch epoch: Int) -> Int { recipe.training.isLowResolution(epoch: epoch) ? side / 2 : side }

    /// The network, as the epoch with this number (from 0) needs it, and its optimiser: before the first step, or
    /// before they are put back to where they were.
    func network(_ weights: TensorDictionary, epoch: Int) throws -> (TrainableNetwork, Optimizer) {
        let training = recipe.training
        let side = side(ofEpoch: epoch)
        let network = try TrainableNetwork(
            architecture: definition.scoring.model.architecture, weights: weights, freeze: recipe.network.freeze,
            batchNorm: recipe.network.batchNorm, height: side, width: side, workers: workers,
            precision: training.usedPrecision)
        return (
            network,
            Optimizer(kind: training.optimizer, momentum: training.momentum, weightDecay: training.usedWeightDecay)
        )
    }

    /// The newest checkpoint's network and optimiser.
    func restored(
        _ checkpoint: CheckpointFolder.Checkpoint
    ) throws -> (TrainableNetwork, Optimizer) {
        var (network, optimizer) = try network(checkpoint.weights, epoch: checkpoint.state.epoch)
        try network.restore(
            &optimizer, steps: checkpoint.state.step,
            state: TensorDictionary(origin: folder.path, checkpoint.optimizer))
        return (network, optimizer)
    }

    var plan: TrainingPlan {
        let indices = material.samples.indices
        return TrainingPlan(
            recipe: recipe, classes: record.classes, labels: material.samples.map(\.label),
            names: material.samples.map(\.name),
            training: indices.filter { material.samples[$0].side == .train },
            validation: indices.filter { material.samples[$0].side == .validation },
            positiveClass: record.classes.firstIndex(of: record.positiveClass) ?? 0)
    }

    func inputs(_ network: TrainableNetwork, epoch: Int) throws -> NetworkInputs {
        let freeze = recipe.network.freeze
        let isAugmented = recipe.augmentation != .none
        var beginning: FrozenBeginning?
        var cache: SampleFile?
        if freeze != .none {
            beginning = try FrozenBeginning(
                architecture: definition.scoring.model.architecture, weights: network.tensors(), freeze: freeze,
                precision: recipe.training.usedPrecision)
            let bytes = material.samples.count * network.inputCount * MemoryLayout<Float>.size
            if bytes <= Self.mostCachedBytes {
                cache = try SampleFile(in: folder.path)
                let what = isAugmented ? "validation images" : "images"
                interruption.bar.log(
                    "The frozen beginning's output is computed once for \(what) and kept: up to "
                        + "\(Self.size(bytes)) of the bundle's disk, until the process ends.")
            }
            if isAugmented || cache == nil {
                interruption.bar.log(
                    "The frozen beginning is computed in each epoch: "
                        + (isAugmented ? "augmentation changes the images." : "its output is too large to keep."))
            }
        }
        return NetworkInputs(
            material.inputs, channels: definition.scoring.model.architecture.inputChannels,
            side: side(ofEpoch: epoch), beginning: beginning, outputCount: network.inputCount, cache: cache,
            isAugmented: isAugmented, isHalved: recipe.training.isLowResolution(epoch: epoch), workers: workers)
    }

    /// `39 MB`, `1.4 GB`; never rounded to nothing.
    static func size(_ bytes: Int) -> String {
        bytes < 999_500_000
            ? "\(max(1, Int((Double(bytes) / 1e6).rounded()))) MB"
            : "\(Presentation.decimals(Double(bytes) / 1e9, 1)) GB"
    }

    /// Trains on from `state` to the end, and finishes the bundle; or saves, and says how to go on.
    func train(_ first: TrainableNetwork, _ optimizer: Optimizer, state: TrainingState) throws {
        let plan = plan
        var (network, loop) = (first, try loop(plan, first, optimizer, state: state))
        let reporter = TrainingReporter(
            shown: shown, plan: plan, bar: interruption.bar, isJSON: isJSON)
        reporter.begin(state)
        interruption.hold(
            saying: "gantry: saving; `gantry train --resume \(shown)` goes on from here. Once more to end at once.")
        var bestProbabilities = try bestProbabilities(network, loop, state)
        let observer = TrainingLoop.Observer(
            afterStep: { progress in
                reporter.show(progress)
                return interruption.control
            },
            afterValidated: { progress, images in
                reporter.show(progress, validated: images)
                return interruption.control
            },
            afterEpoch: { state, probabilities in
                if state.history.last?.isBest == true { bestProbabilities = probabilities }
                try folder.write(HistoryTable.text(state.history), as: TrainingFolder.history)
                try writePage(state, bestProbabilities, state: .running(epochs: recipe.training.epochs))
                try reporter.finished(state)
            })
        var ending: TrainingLoop.Ending
        do {
            ending = try loop.run(observer)
            if ending == .lowResolutionDone {
                // As a run that goes on: by the checkpoint behind the epoch.
                let checkpoint = try folder.checkpoints.newest()
                let (whole, optimizer) = try restored(checkpoint)
                (network, loop) = (whole, try self.loop(plan, whole, optimizer, state: checkpoint.state))
                ending = try loop.run(observer)
            }
        } catch let error as TrainingRunError {
            interruption.bar.finish()
            try writePage(loop.state, bestProbabilities, state: .stopped(reason: error.description))
            throw CommandFault(ExitStatus.badData, "\(shown): \(error.description)")
        } catch let error as WeightsError where error.code == .cannotWrite {
            throw stopped(by: error.description, loop, bestProbabilities)
        } catch let failure as FileFailure {
            throw stopped(by: failure.description, loop, bestProbabilities)
        }
        interruption.bar.finish()
        guard case .finished(let reason) = ending else {
            try writePage(
                loop.state, bestProbabilities,
                state: .stopped(reason: "It was interrupted."))
            Terminal.error.sentence("gantry: saved. To go on: gantry train --resume \(shown)")
            try interruption.check()
            return
        }
        try finish(network, loop, bestProbabilities, reason: reason)
        try reporter.summarise(loop.state, input: definition.scoring.preparation.input)
    }

    private func loop(
        _ plan: TrainingPlan, _ network: TrainableNetwork, _ optimizer: Optimizer, state: TrainingState
    ) throws -> TrainingLoop {
        TrainingLoop(
            plan: plan, network: network, optimizer: optimizer, state: state,
            inputs: try inputs(network, epoch: state.epoch), checkpoints: folder.checkpoints)
    }

    /// The end of a run that the disk stopped; what was saved before is there.
    func stopped(by sentence: String, _ loop: TrainingLoop, _ probabilities: [[Double]]) -> CommandFault {
        interruption.bar.finish()
        try? writePage(loop.state, probabilities, state: .stopped(reason: sentence))
        return CommandFault(
            ExitStatus.inputOutput, "\(sentence) To go on when that is mended: gantry train --resume \(shown)")
    }

    /// What the best epoch of a run that goes on says of the validation images; the network is left as it was.
    /// **Throws** `ExitCode` where a signal has come.
    func bestProbabilities(
        _ network: TrainableNetwork, _ loop: TrainingLoop, _ state: TrainingState
    ) throws -> [[Double]] {
        guard state.best != nil else { return [] }
        let now = network.tensors()
        try network.restore(try folder.checkpoints.bestWeights())
        let all = loop.plan.validation.count
        let probabilities = try loop.validationProbabilities { done in
            interruption.bar.show(
                "best epoch", fraction: Double(done) / Double(max(all, 1)), detail: "\(done)/\(all)")
            return interruption.control
        }
        try interruption.check()
        try network.restore(now)
        return probabilities ?? []
    }
}
