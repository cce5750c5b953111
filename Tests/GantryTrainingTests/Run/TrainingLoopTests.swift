import Foundation
import GantryCore
import GantryTensors
import GantryTestSupport
import GantryTraining
import Testing

/// A run: what it comes to, and that it comes to the same wherever it was interrupted.
@Suite struct TrainingLoopTests {
    @Test func `a run learns, validates after each epoch, and keeps the best weights`() throws {
        let folder = try TemporaryFolder()
        let loop = try MadeRun().begun(in: folder)
        var seen: [Int] = []
        #expect(try loop.run { seen.append($0.epoch) } == .finished(reason: "all epochs are done"))
        let history = loop.state.history
        #expect(seen == [1, 2, 3] && history.map(\.epoch) == [1, 2, 3])
        // 22 images in batches of 4 are 6 steps.
        #expect(history.map(\.step) == [6, 12, 18])
        #expect(history[2].trainingLoss < history[0].trainingLoss)
        #expect(history.allSatisfy { $0.validationAUC != nil } && history[0].isBest)
        // A cosine ends at 0, behind the last step.
        #expect(history[2].learningRate > 0 && history[2].learningRate < history[0].learningRate)
        #expect(try !CheckpointFolder(folder.path).bestValues().isEmpty)
    }

    @Test(arguments: [
        (TrainingScheduleRecipe.OptimizerKind.sgd, FreezePoint.none, true), (.adamw, .layer1, false),
        (.adam, .layer1, true), (.sgd, .backbone, false),
    ])
    func `a run that was interrupted ends as one that was left alone, with any number of workers`(
        _ optimizer: TrainingScheduleRecipe.OptimizerKind, _ freeze: FreezePoint, _ isAugmented: Bool
    ) throws {
        var run = MadeRun()
        (run.recipe.training.optimizer, run.recipe.network.freeze) = (optimizer, freeze)
        (run.isAugmented, run.recipe.training.learningRate) = (isAugmented, 0.01)
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let alone = try run.begun(in: whole, workers: 1)
        try alone.run()

        // Before the first step, in an epoch, at an epoch's last step, one behind it.
        _ = try run.begun(in: parts)
        var ending = TrainingLoop.Ending.stopped
        var last = try run.resumed(in: parts)
        for steps in [1, 3, 2, 1, .max] {
            last = try run.resumed(in: parts, workers: steps == 3 ? 3 : 2)
            ending = try last.run(steps: steps)
            #expect((ending == .stopped) == (steps != .max))
        }
        #expect(last.state.timeless == alone.state.timeless)
        let (one, other) = (CheckpointFolder(whole.path), CheckpointFolder(parts.path))
        #expect(try one.bestValues() == other.bestValues())
        #expect(try one.newest().weights.bits == other.newest().weights.bits)
    }

    @Test func `a run that is stopped while it validates validates anew, and ends as one that was left alone`() throws {
        let run = MadeRun()
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let alone = try run.begun(in: whole)
        try alone.run()
        var shown: [Int] = []
        let stopped = try run.begun(in: parts)
        let ending = try stopped.run(
            TrainingLoop.Observer(
                afterStep: { _ in .proceed },
                afterValidated: { progress, images in
                    shown.append(images)
                    #expect(progress.validationImages == 8 && progress.state.epoch == (shown.count > 2 ? 1 : 0))
                    return shown.count == 3 ? .stop : .proceed
                }, afterEpoch: { _, _ in }))
        #expect(ending == .stopped && shown == [4, 8, 4])
        #expect(stopped.state.epoch == 1 && stopped.state.step == 12)
        let last = try run.resumed(in: parts)
        try last.run()
        #expect(last.state.timeless == alone.state.timeless)
        #expect(try CheckpointFolder(whole.path).bestValues() == CheckpointFolder(parts.path).bestValues())
    }

    @Test func `epochs of half the side end at their number, and the first of the whole side is the best so far`()
        throws
    {
        var run = MadeRun()
        (run.recipe.training.epochs, run.recipe.training.lowResolutionEpochs) = (4, 2)
        (run.recipe.training.patience, run.recipe.training.learningRate) = (1, 1e-9)
        // Nothing is learned, and nothing gets better.
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let low = try run.begun(in: whole)
        #expect(try low.run() == .lowResolutionDone)
        #expect(low.state.history.map(\.epoch) == [1, 2] && low.state.stopReason == nil)
        #expect(try low.run() == .lowResolutionDone, "a network of half the side goes no further")
        let high = try run.resumed(in: whole)
        guard case .finished = try high.run() else {
            Issue.record("\(high.state.history)")
            return
        }
        #expect(high.state.history[2].isBest && high.state.best?.epoch ?? 0 >= 3)

        // Interrupted within either size, and on the seam.
        _ = try run.begun(in: parts)
        var last = try run.resumed(in: parts)
        for steps in [3, 8, 1, 5, .max] {
            last = try run.resumed(in: parts, workers: 3)
            _ = try last.run(steps: steps)
        }
        last = try run.resumed(in: parts)
        _ = try last.run()
        #expect(last.state.timeless == high.state.timeless)
        #expect(try CheckpointFolder(whole.path).bestValues() == CheckpointFolder(parts.path).bestValues())
    }

    @Test func `another seed is another run`() throws {
        var run = MadeRun()
        let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
        try run.begun(in: one).run()
        run.recipe.training.seed = 2
        try run.begun(in: two).run()
        #expect(try CheckpointFolder(one.path).bestValues() != CheckpointFolder(two.path).bestValues())
    }

    @Test func `it stops where the validation no longer gets better, and a run that goes on knows it`() throws {
        var run = MadeRun()
        // The better it learns, the worse it validates.
        run.isMislabelled = true
        (run.recipe.training.epochs, run.recipe.training.patience) = (40, 3)
        let folder = try TemporaryFolder()
        let loop = try run.begun(in: folder)
        #expect(try loop.run() == .finished(reason: "no better validation for 3 epochs"))
        let best = try #require(loop.state.best?.epoch)
        #expect(loop.state.history.count == best + 3 && loop.state.history.count < 40)
        let resumed = try run.resumed(in: folder)
        #expect(try resumed.run() == .finished(reason: "no better validation for 3 epochs"))
        #expect(resumed.state.history == loop.state.history)
    }

    @Test func `a last batch of one image that has no variance is left to other epochs`() throws {
        var run = MadeRun()
        // Behind three stages a map of 4 pixels square is one pixel.
        run.side = 4
        (run.labels, run.validation) = ((0..<9).map { $0 % 2 }, [7, 8])
        run.recipe.training.batch = 3
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let alone = try run.begun(in: whole)
        try alone.run()
        #expect(alone.state.history.map(\.step) == [2, 4, 6])
        try run.begun(in: parts).run(steps: 2)
        let resumed = try run.resumed(in: parts)
        try resumed.run()
        #expect(resumed.state.timeless == alone.state.timeless)
        // With nothing but batches of one it cannot learn.
        run.recipe.training.batch = 1
        let folder = try TemporaryFolder()
        let single = try run.begun(in: folder)
        #expect(throws: TrainingError.self) { try single.run() }
    }

    @Test func `what is no number is named with its layer, and the last good checkpoint stays`() throws {
        var run = MadeRun()
        run.notNumbers = [0: 2]
        let folder = try TemporaryFolder()
        let loop = try run.begun(in: folder)
        let error = #expect(throws: TrainingRunError.self) { try loop.run() }
        guard case .notFinite(let layer, let epoch, _)? = error else { return }
        #expect(layer == "input" && epoch == 2)
        #expect(error?.description.contains("first in input") == true)
        let checkpoints = CheckpointFolder(folder.path)
        #expect(try checkpoints.newest().state.epoch == 1)
        #expect(try checkpoints.newest().weights.all.allSatisfy { $0.values.allSatisfy(\.isFinite) })

        var broken = MadeRun()
        broken.changeWeights = { weights in
            let name = "layer2.0.conv1.weight"
            let tensor = try #require(weights[name])
            weights[name] = try NamedTensor(
                name: name, shape: tensor.shape, values: tensor.values.map { $0 < 0 ? -3e38 : 3e38 })
        }
        let other = try broken.begun(in: try TemporaryFolder())
        #expect(throws: TrainingRunError.notFinite(layer: "layer2.0.conv1", epoch: 1, step: 1)) { try other.run() }
    }

    @Test func `with three classes the loss says which epoch is best`() throws {
        var run = MadeRun()
        run.architecture.classes = 3
        run.labels = (0..<30).map { $0 % 3 }
        let folder = try TemporaryFolder()
        let loop = try run.begun(in: folder)
        try loop.run()
        let history = loop.state.history
        #expect(history.allSatisfy { $0.validationAUC == nil })
        let smallest = history.map(\.validationLoss).min()
        #expect(loop.state.best?.validationLoss == smallest)
    }
}

/// Which epoch is the best.
@Suite struct TrainingStateTests {
    private func record(_ epoch: Int, area: Double?, loss: Double) -> EpochRecord {
        EpochRecord(
            epoch: epoch, step: epoch, learningRate: 1, trainingLoss: 1, trainingAccuracy: 1, validationLoss: loss,
            validationAccuracy: 1, validationAUC: area, isBest: false, imagesPerSecond: 1, seconds: 1)
    }

    /// Numbers of the epochs that were the best when they came.
    private func bests(_ rows: [(area: Double?, loss: Double)]) -> (epochs: [Int], since: Int) {
        var state = TrainingState()
        for (index, row) in rows.enumerated() {
            var record = record(index + 1, area: row.area, loss: row.loss)
            record.isBest = state.isBetter(record)
            state.history.append(record)
        }
        return (state.history.filter(\.isBest).map(\.epoch), state.epochsSinceBest)
    }

    @Test func `the larger area wins, and among equals the smaller loss`() {
        let found = bests([(0.8, 1), (0.7, 0.1), (0.8, 1), (0.8, 0.9), (0.9, 5), (0.9, 5)])
        #expect(found.epochs == [1, 4, 5] && found.since == 1)
    }

    @Test func `without areas the smaller loss wins`() {
        let found = bests([(nil, 1), (nil, 2), (nil, 0.5), (nil, 0.5), (nil, 0.7)])
        #expect(found.epochs == [1, 3] && found.since == 2)
    }

    @Test func `before the first epoch there is no best`() {
        #expect(TrainingState().best == nil && TrainingState().epochsSinceBest == 0)
    }
}

/// What validation images come to.
@Suite struct ValidationFiguresTests {
    @Test func `loss, accuracy and area are those of the logits`() throws {
        let figures = ValidationFigures(
            logits: [[0, 0], [0, Float(log(3.0))], [2, -2], [0, 1000]], labels: [0, 1, 1, 1], positiveClass: 1)
        // Of equal logits the first class is said.
        #expect(figures.accuracy == 0.75)
        #expect(abs(figures.probabilities[1][1] - 0.75) < 1e-7 && figures.probabilities[3] == [0, 1])
        let loss = (log(2.0) + log(4.0 / 3) + log(1 + exp(4.0)) + 0) / 4
        #expect(abs(figures.loss - loss) < 1e-7)
        // Two of the three positives are above the negative.
        #expect(abs(try #require(figures.areaUnderCurve) - 2.0 / 3) < 1e-12)
    }

    @Test func `probabilities that round to 1 are still ordered`() throws {
        let figures = ValidationFigures(logits: [[0, 800], [0, 900]], labels: [0, 1], positiveClass: 1)
        #expect(figures.areaUnderCurve == 1)
    }

    @Test func `one class alone has no area`() {
        #expect(ValidationFigures(logits: [[0, 1]], labels: [1], positiveClass: 1).areaUnderCurve == nil)
    }
}
