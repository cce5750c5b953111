import GantryCore

/// What `training.html` shows of a run: self-contained, without script. While the run goes on the page loads itself
/// anew, so that it can be watched.
public struct TrainingPage {
    let css = TrainingStyleSheet.css
    let cssDigest = TrainingStyleSheet.digest
    let notice = Notice.text
    let language = ReportLanguage.english.tag
    let title: String
    let running: RunningHead
    let name: String
    let gantryVersion: String
    /// Seconds until a browser loads the page anew; nil where nothing more comes.
    let refreshSeconds: Int?
    let warnings: [String]
    let hasWarnings: Bool
    let warningsTitle: String
    let state: TrainingStateView
    let figures: [TrainingFigure]
    let charts: [ChartView]
    let hasCharts: Bool
    let validation: ValidationView
    let classes: ClassesView
    let epochs: [EpochRow]
    let hasEpochs: Bool
    let hasAUC: Bool
    let epochCount: String
    let recipe: [RecipeRow]
    let hasRecipe: Bool

    /// A drawing with its heading.
    struct ChartView {
        let title: String
        let svg: String
    }

    /// A row of the recipe.
    struct RecipeRow {
        let key: String
        let value: String
    }

    /// A row of the history.
    struct EpochRow {
        let epoch: Int
        let rate: String
        let trainingLoss: String
        let trainingAccuracy: String
        let validationLoss: String
        let validationAccuracy: String
        let area: String
        let speed: String
        let seconds: String
        let isBest: Bool
    }

    /// How often a page that is watched is loaded anew, seconds.
    static let refreshing = 20

    /// A page of `report`.
    public init(_ report: TrainingProgressReport) {
        name = report.name
        gantryVersion = report.gantryVersion
        state = TrainingStateView(report)
        title = "\(state.word) \u{2013} \(report.name)"
        running = RunningHead(
            name: report.name, identity: CodeText.count(report.classes.count, "class", "classes"),
            subject: "Training by Gantry \(report.gantryVersion): \(state.word)")
        if case .running = report.state { refreshSeconds = Self.refreshing } else { refreshSeconds = nil }
        warnings = report.warnings
        hasWarnings = !report.warnings.isEmpty
        warningsTitle = report.warnings.count == 1 ? "Warning" : "\(report.warnings.count) warnings"
        figures = TrainingFigure.all(of: report)
        charts = Self.charts(of: report)
        hasCharts = !charts.isEmpty
        let matrix = report.confusionMatrix
        validation = ValidationView(report, matrix: matrix)
        classes = ClassesView(report, matrix: matrix)
        let best = report.history.best?.epoch
        epochs = report.history.map { EpochRow($0, isBest: $0.epoch == best) }
        hasEpochs = !epochs.isEmpty
        hasAUC = report.history.contains { $0.validationAUC != nil }
        epochCount = CodeText.count(epochs.count, "epoch")
        recipe = report.recipe.map { RecipeRow(key: $0.key, value: $0.value) }
        hasRecipe = !recipe.isEmpty
    }

    /// The page as text.
    ///
    /// **Throws** `.cannotEncode` where a compiled-in template does not parse.
    public var html: String {
        get throws(ReportFault) { try ReportPages().training(self) }
    }

    private static func charts(of report: TrainingProgressReport) -> [ChartView] {
        let history = report.history
        var epochs = history.count
        if case .running(let planned) = report.state { epochs = max(epochs, planned) }
        let best = history.best?.epoch
        func chart(
            _ title: String, _ lines: [LearningChart.Line], _ scale: LearningChart.Scale,
            _ words: @escaping (Double) -> String, axis: @escaping (Double) -> String
        ) -> ChartView? {
            let chart = LearningChart(
                title: title, lines: lines, epochs: epochs, best: best, scale: scale, words: words, axisWords: axis)
            return chart.svg().map { ChartView(title: title, svg: $0) }
        }
        func pair(_ training: (EpochRecord) -> Double, _ validation: (EpochRecord) -> Double) -> [LearningChart.Line] {
            [
                .init(name: "training", cssClass: "training", values: history.map(training)),
                .init(name: "validation", cssClass: "validation", values: history.map(validation)),
            ]
        }
        func single(_ value: (EpochRecord) -> Double) -> [LearningChart.Line] {
            [.init(name: "", cssClass: "single", values: history.map(value))]
        }
        let short: (Double) -> String = { DecimalText.short($0, places: 4) }
        let hasAUC = history.contains { $0.validationAUC != nil }
        return [
            chart("Loss", pair(\.trainingLoss, \.validationLoss), .fromZero, LearningText.loss, axis: short),
            chart("Accuracy", pair(\.trainingAccuracy, \.validationAccuracy), .share, LearningText.share) {
                DecimalText.fixed($0 * 100, places: 0) + "\u{A0}%"
            },
            hasAUC
                ? chart(
                    "Area under the ROC curve, validation", single { $0.validationAUC ?? .nan }, .share,
                    LearningText.area, axis: short)
                : chart("Images per second", single(\.imagesPerSecond), .fromZero, LearningText.speed, axis: short),
            chart("Learning rate", single(\.learningRate), .fromZero, LearningText.rate, axis: LearningText.rate),
        ].compactMap(\.self)
    }
}

extension TrainingPage.EpochRow {
    fileprivate init(_ record: EpochRecord, isBest: Bool) {
        epoch = record.epoch
        rate = LearningText.rate(record.learningRate)
        trainingLoss = LearningText.loss(record.trainingLoss)
        trainingAccuracy = LearningText.share(record.trainingAccuracy)
        validationLoss = LearningText.loss(record.validationLoss)
        validationAccuracy = LearningText.share(record.validationAccuracy)
        area = LearningText.area(record.validationAUC)
        speed = LearningText.speed(record.imagesPerSecond)
        seconds = LearningText.duration(record.seconds)
        self.isBest = isBest
    }
}
