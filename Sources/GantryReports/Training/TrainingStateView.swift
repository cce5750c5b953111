import GantryCore

/// Where a run is, in words, and how far.
struct TrainingStateView {
    /// `under-way`, `finished` or `stopped`.
    let cssClass: String
    /// What stands in large letters.
    let word: String
    /// Why it has ended; nil while it goes on.
    let reason: String?
    /// What stands at the right: time left, or time taken, with what it is.
    let timeLabel: String?
    let time: String?
    /// A bar of the epochs that are done.
    let bar: String
    /// The command that goes on.
    let resumeCommand: String?
    /// When the page was made.
    let made: String?
    let isRunning: Bool

    init(_ report: TrainingProgressReport) {
        let done = report.history.count
        let taken = report.history.seconds
        made = report.madeAt.map { IdentityText.moment($0) }
        var epochs = max(done, report.plannedEpochs ?? done)
        let count = epochs > done ? "\(done) of \(epochs) epochs" : CodeText.count(done, "epoch")
        switch report.state {
        case .running(let planned):
            epochs = max(planned, done)
            cssClass = "under-way"
            word = epochs == 0 ? "Running" : "Running: epoch \(min(done + 1, epochs)) of \(epochs)"
            reason = nil
            let left = done < epochs ? report.history.secondsLeft(of: epochs) : nil
            timeLabel = left == nil ? nil : "Time left"
            time = left.map { "about " + LearningText.duration($0) }
            resumeCommand = nil
            isRunning = true
        case .finished(let why):
            cssClass = "finished"
            word = "Finished after \(count)"
            reason = why
            (timeLabel, time) = done == 0 ? (nil, nil) : ("Time taken", LearningText.duration(taken))
            resumeCommand = nil
            isRunning = false
        case .stopped(let why):
            cssClass = "stopped"
            word = done == 0 ? "Stopped in the first epoch" : "Stopped after \(count)"
            reason = why
            (timeLabel, time) = done == 0 ? (nil, nil) : ("Time taken", LearningText.duration(taken))
            resumeCommand = report.resumeCommand ?? "gantry train --resume \(report.name)"
            isRunning = false
        }
        bar = Self.bar(done: done, of: epochs, cssClass: cssClass)
    }

    private static func bar(done: Int, of epochs: Int, cssClass: String) -> String {
        let share = epochs > 0 ? Double(done) / Double(epochs) : 0
        var drawing = SVGDrawing(
            width: 880, height: 10, cssClass: "progress",
            label: epochs > 0 ? "\(done) of \(CodeText.count(epochs, "epoch")) done" : "no epoch done")
        drawing.rectangle(x: 0, y: 0, width: 880, height: 10, radius: 5, "track")
        if share > 0 { drawing.rectangle(x: 0, y: 0, width: max(10, 880 * share), height: 10, radius: 5, "done") }
        return drawing.markup
    }
}

/// A number that is looked for first.
struct TrainingFigure {
    let label: String
    let value: String
    let note: String

    /// The figures of a report, those of the best epoch first.
    static func all(of report: TrainingProgressReport) -> [TrainingFigure] {
        let history = report.history
        let training = report.trainingCounts.reduce(0, +)
        let validation = report.validationCounts.reduce(0, +)
        let images = [
            TrainingFigure(
                label: "Training images", value: LearningText.count(training),
                note: CodeText.count(report.classes.count, "class", "classes")),
            TrainingFigure(
                label: "Validation images", value: LearningText.count(validation),
                note: training + validation == 0
                    ? "" : LearningText.share(Double(validation) / Double(training + validation)) + " of both"),
        ]
        guard let last = history.last else { return images }
        var figures: [TrainingFigure] = []
        if let best = history.best {
            if let area = best.validationAUC {
                figures.append(
                    TrainingFigure(
                        label: "Validation AUC", value: LearningText.area(area), note: "epoch \(best.epoch), the best"))
            }
            figures += [
                TrainingFigure(
                    label: "Validation accuracy", value: LearningText.share(best.validationAccuracy),
                    note: "epoch \(best.epoch), the best"),
                TrainingFigure(
                    label: "Validation loss", value: LearningText.loss(best.validationLoss),
                    note: "epoch \(best.epoch), the best"),
                TrainingFigure(
                    label: "Training accuracy", value: LearningText.share(best.trainingAccuracy),
                    note: best.validationAUC == nil
                        ? "epoch \(best.epoch), the best" : "loss \(LearningText.loss(best.trainingLoss))"),
            ]
            if best.validationAUC == nil {
                figures.append(
                    TrainingFigure(
                        label: "Training loss", value: LearningText.loss(best.trainingLoss),
                        note: "epoch \(best.epoch), the best"))
            }
        }
        return figures + images + [
            TrainingFigure(
                label: "Images per second", value: LearningText.speed(last.imagesPerSecond), note: "last epoch"),
            TrainingFigure(
                label: "Time of an epoch", value: LearningText.duration(last.seconds),
                note: "all so far " + LearningText.duration(history.seconds)),
        ]
    }
}
