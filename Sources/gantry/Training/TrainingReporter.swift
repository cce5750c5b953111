import GantryCore
import GantryTraining

/// What a person sees of a run: a bar, a line an epoch, a summary.
final class TrainingReporter {
    private let shown: String
    private let plan: TrainingPlan
    private let bar: ProgressBar
    private let isJSON: Bool
    private let lines: EpochLines
    private var isHeaded = false

    init(shown: String, plan: TrainingPlan, bar: ProgressBar, isJSON: Bool) {
        self.shown = shown
        self.plan = plan
        self.bar = bar
        self.isJSON = isJSON
        lines = EpochLines(epochs: plan.recipe.training.epochs, hasAUC: plan.classes.count == 2)
    }

    /// Says what will be done.
    func begin(_ state: TrainingState) {
        guard !isJSON else { return }
        Terminal.output.line(
            "\(state.step == 0 ? "Training" : "Going on with") \(shown): \(counted(plan.training.count, "image")), "
                + "\(plan.validation.count) to validate, \(counted(plan.classes.count, "class", "classes"))"
                + (state.step == 0 ? "" : "; epoch \(state.epoch + 1), step \(state.step + 1)"))
    }

    /// After a step.
    func show(_ progress: StepProgress) {
        let state = progress.state
        let speed = state.epochSeconds > 0 ? Double(state.imagesMet) / state.epochSeconds : nil
        let left = progress.images - state.imagesMet
        let rest = state.history.secondsLeft(of: progress.epochs).map { max(0, $0 - state.epochSeconds) }
        let whole = Double((progress.epochs - state.epoch - 1) * progress.images + left)
        let shown = TrainingProgress(
            epoch: state.epoch + 1, epochs: progress.epochs, done: min(state.imagesMet, progress.images),
            all: progress.images, loss: state.lossSum / Double(max(state.imagesMet, 1)),
            accuracy: Double(state.imagesRight) / Double(max(state.imagesMet, 1)), imagesPerSecond: speed,
            secondsLeft: rest ?? speed.map { whole / $0 })
        bar.show(shown.label, fraction: shown.fraction, detail: shown.detail, sentence: nil)
    }

    /// After some validation images.
    func show(_ progress: StepProgress, validated: Int) {
        let shown = TrainingProgress(
            epoch: progress.state.epoch + 1, epochs: progress.epochs, work: .validation, done: validated,
            all: progress.validationImages)
        bar.show(shown.label, fraction: shown.fraction, detail: shown.detail, sentence: nil)
    }

    /// After an epoch.
    func finished(_ state: TrainingState) throws {
        guard let record = state.history.last else { return }
        bar.finish()
        if isJSON { return try EpochLine(record, epochs: plan.recipe.training.epochs).print() }
        if !isHeaded {
            for line in lines.head { Terminal.output.line(line) }
            isHeaded = true
        }
        Terminal.output.line(lines.line(record))
    }

    /// `gantry.training/1`: what came out.
    private struct Summary: Encodable {
        let bundle: String
        let epochs: Int
        let bestEpoch: Int
        let validationLoss: Double
        let validationAccuracy: Double
        let validationAUC: Double?
    }

    /// After the last.
    func summarise(_ state: TrainingState, input: InputKind) throws {
        guard let best = state.best else { return }
        if isJSON {
            return try JSONLines.print(
                "training",
                Summary(
                    bundle: shown, epochs: state.history.count, bestEpoch: best.epoch,
                    validationLoss: best.validationLoss, validationAccuracy: best.validationAccuracy,
                    validationAUC: best.validationAUC))
        }
        let area = best.validationAUC.map { ", AUC \(Presentation.area($0))" } ?? ""
        Terminal.output.line(
            "Wrote \(shown): epoch \(best.epoch), validation \(Presentation.share(best.validationAccuracy))\(area)")
        Terminal.output.line("How it went: \(shown)/training.html")
        Terminal.output.line(
            input == .images
                ? "To use it: gantry model predict \(shown) FILES"
                : "To score with it: gantry ingest FOLDER --pipeline \(shown)")
    }
}
