import Foundation
import GantryCore
import GantryGround
import GantryInference
import GantryModelling
import GantryTensors
import GantryTraining

/// `--dry-run`: what a run would take, measured by some steps of it; nothing is kept.
extension TrainingSession {
    /// Seconds of steps, and of validation, that a speed is measured over.
    private static let measuredSeconds = (training: 40.0, validation: 10.0)

    /// Reads the data as a run does, measures some steps of each size, says what the whole would take, and puts
    /// everything away.
    ///
    /// **Throws** as `begun` does before the first step.
    static func tried(_ recipe: TrainingRecipe, output: String, workers: Int, json: Bool) throws {
        let place = try TrainingPlace(output, recipe)
        let interruption = try Interruption()
        interruption.hold()
        let aside = try UnfinishedFolder(in: place.nearestFolder, for: place.name)
        defer { aside.discard() }
        let began = ContinuousClock.now
        let (session, start) = try made(
            recipe, at: place, in: aside, workers: workers, json: json, interruption: interruption)
        try session.requireVariance(start)
        let estimate = try session.estimate(start, secondsToRead: began.duration(to: .now) / .seconds(1))
        guard !json else { return try JSONLines.print("training-estimate", estimate) }
        for line in estimate.lines(for: place.shown) { Terminal.output.line(line) }
    }

    private func estimate(_ start: TensorDictionary, secondsToRead: Double) throws -> TrainingEstimate {
        let plan = plan
        let low = recipe.training.lowResolutionEpochs ?? 0
        var stretches: [TrainingEstimate.Stretch] = []
        for (first, epochs) in [(0, low), (low, recipe.training.epochs - low)] where epochs > 0 {
            let side = side(ofEpoch: first)
            let (network, optimizer) = try network(start, epoch: first)
            let inputs = try inputs(network, epoch: first)
            let training = try stepSpeed(network, optimizer, inputs, plan, side: side)
            let validation = try speed(over: Self.measuredSeconds.validation, "validation, \(side)x\(side)") { batch in
                let images = batch.map { plan.validation[$0 % plan.validation.count] }
                let values = try inputs.inputs(of: images, epoch: nil)
                _ = try values.withUnsafeBufferPointer { all throws(TrainingError) in try network.logits(of: all) }
            }
            stretches.append(
                TrainingEstimate.Stretch(
                    epochs: epochs, side: side, imagesPerSecond: training, validationImagesPerSecond: validation,
                    seconds: Double(epochs)
                        * (Double(plan.training.count) / training + Double(plan.validation.count) / validation)))
        }
        interruption.bar.finish()
        let weights = start.all.reduce(0) { $0 + $1.values.count } * MemoryLayout<Float>.size
        let memories = recipe.training.optimizer == .sgd ? 1 : 2
        let profiled = [plan.training, plan.validation].reduce(0) { $0 + FeatureSamples.spread($1).count }
        let precisions = ConvolutionKernels.preferred.arithmetic(for: .bf16) == .bf16 ? 2.0 : 1.0
        let profileSpeed = stretches.last?.validationImagesPerSecond ?? 1
        return TrainingEstimate(
            images: plan.training.count, validationImages: plan.validation.count, classes: record.classes.count,
            arithmetic: try Self.arithmetic(recipe, definition).rawValue, secondsToRead: secondsToRead,
            stretches: stretches, secondsToProfile: precisions * Double(profiled) / profileSpeed,
            peakMemoryBytes: Self.peakMemoryBytes, freeMemoryBytes: MachineMemory.available,
            // Two checkpoints, a third while it replaces one, and the best weights.
            diskBytes: material.byteCount + 3 * weights * (1 + memories) + weights,
            bundleBytes: recipe.training.storedWeights == .f16 ? weights / 2 : weights)
    }

    /// Images a second of whole steps.
    private func stepSpeed(
        _ network: TrainableNetwork, _ first: Optimizer, _ inputs: NetworkInputs, _ plan: TrainingPlan, side: Int
    ) throws -> Double {
        var optimizer = first
        let loss = CrossEntropyLoss()
        return try speed(over: Self.measuredSeconds.training, "training, \(side)x\(side)") { batch in
            let images = batch.map { plan.training[$0 % plan.training.count] }
            let values = try inputs.inputs(of: images, epoch: 1)
            let labels = images.map { plan.labels[$0] }
            _ = try values.withUnsafeBufferPointer { all throws(TrainingError) in
                try network.learn(all, labels: labels, loss: loss)
            }
            // Too small to change what the next step costs.
            _ = network.apply(&optimizer, learningRate: 1e-9, clipNorm: recipe.training.clipNorm)
        }
    }

    /// Images a second of `work` on one batch after the other, over so many seconds behind a first batch, or over all
    /// images where that is sooner.
    private func speed(over seconds: Double, _ label: String, _ work: ([Int]) throws -> Void) throws -> Double {
        let size = min(recipe.training.batch, max(plan.training.count, 1))
        try work(Array(0..<size))
        let began = ContinuousClock.now
        var done = 0
        var elapsed = 0.0
        repeat {
            try interruption.check()
            try work(Array(size + done..<2 * size + done))
            done += size
            elapsed = began.duration(to: .now) / .seconds(1)
            interruption.bar.show(label, fraction: min(1, elapsed / seconds), detail: "\(done) images")
        } while elapsed < seconds && done < plan.training.count
        return Double(done) / max(elapsed, 1e-9)
    }

    /// The most memory that this process has had.
    private static var peakMemoryBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
