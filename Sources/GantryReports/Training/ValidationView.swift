import FoundationEssentials
import GantryCore

/// What the best epoch's weights say of the validation images.
struct ValidationView {
    let hasPredictions: Bool
    let heading: String
    let sentence: String
    let roc: String?
    let positiveClass: String?
    let confusion: String?
    /// What the drawing leaves out.
    let confusionNote: String?
    let confusions: [ConfusionRow]
    let hasConfusions: Bool
    let wrong: [WrongView]
    let hasWrong: Bool
    let wrongSentence: String

    /// A class that is taken for another.
    struct ConfusionRow {
        let label: String
        let said: String
        let count: String
        let share: String
    }

    /// A picture that the network is wrong about.
    struct WrongView {
        let name: String
        let label: String
        let said: String
        let probability: String
        let labelProbability: String
        let source: String?
        let alternative: String
        let columns: Int
        let rows: Int
    }

    /// Most rows of classes that are taken for others.
    private static let mostConfusions = 8

    init(_ report: TrainingProgressReport, matrix: ConfusionMatrix) {
        func name(_ index: Int) -> String {
            report.classes.indices.contains(index) ? report.classes[index] : "class \(index + 1)"
        }
        hasPredictions = matrix.images > 0
        heading =
            report.history.best.map { "Validation images, by the weights of epoch \($0.epoch)" } ?? "Validation images"
        sentence =
            "\(LearningText.count(matrix.correct)) of \(LearningText.count(matrix.images)) "
            + "\(matrix.images == 1 ? "image" : "images") right, "
            + LearningText.share(matrix.accuracy) + ": the class that the network says is the most probable one."
        (roc, positiveClass) = Self.roc(report, matrix: matrix, name: name)
        confusion = ConfusionChart(matrix: matrix, classes: report.classes).svg()
        confusionNote =
            matrix.classes > ConfusionChart.mostClasses
            ? "The \(ConfusionChart.mostClasses) classes that take part in most confusions; the others together." : nil
        // With two classes the matrix says it all.
        let pairs = matrix.classes > 2 ? matrix.confusions.prefix(Self.mostConfusions) : []
        confusions = pairs.map { pair, count in
            let all = matrix.images(of: pair.label)
            return ConfusionRow(
                label: name(pair.label), said: name(pair.said), count: LearningText.count(count),
                share: LearningText.share(all > 0 ? Double(count) / Double(all) : nil))
        }
        hasConfusions = !confusions.isEmpty
        wrong = report.mostWrong.map { WrongView(report.predictions[$0], name: name) }
        hasWrong = !wrong.isEmpty
        let errors = matrix.images - matrix.correct
        wrongSentence =
            errors == 0
            ? "None: each validation image is said to be what it is."
            : errors == wrong.count
                ? "All \(LearningText.count(errors)) that are said to be of another class, the least probable truth "
                    + "first."
                : "The first \(wrong.count) of \(LearningText.count(errors)) that are said to be of another class, the "
                    + "least probable truth first. Look at them: a wrong label shows here as well as a weak network."
    }

    private static func roc(
        _ report: TrainingProgressReport, matrix: ConfusionMatrix, name: (Int) -> String
    ) -> (String?, String?) {
        guard let positive = report.positiveClass, let (scores, isPositive) = report.positiveScores,
            let points = ROC.curve(scores: scores, isPositive: isPositive),
            let area = ROC.areaUnderCurve(scores: scores, isPositive: isPositive)
        else { return (nil, nil) }
        var chosen: (Double, Double)?
        let positives = matrix.images(of: positive)
        if report.classes.count == 2, positives > 0, positives < matrix.images {
            let truePositives = matrix[label: positive, said: positive]
            let falsePositives = matrix[label: 1 - positive, said: positive]
            chosen = (
                Double(falsePositives) / Double(matrix.images - positives), Double(truePositives) / Double(positives)
            )
        }
        let chart = ROCChart(points: points, area: area, positiveClass: name(positive), chosen: chosen)
        return (chart.svg(), name(positive))
    }
}

extension ValidationView.WrongView {
    fileprivate init(_ prediction: TrainingProgressReport.Prediction, name: (Int) -> String) {
        let said = PredictionRanking.topClass(prediction.probabilities) ?? 0
        self.name = prediction.name
        label = name(prediction.label)
        self.said = name(said)
        probability = DecimalText.probability(prediction.probabilities[said], thresholds: [])
        labelProbability = DecimalText.probability(prediction.probabilities[prediction.label], thresholds: [])
        let size = prediction.picture.flatMap(PNGHeader.init)
        source =
            size == nil ? nil : prediction.picture.map { "data:image/png;base64," + Data($0).base64EncodedString() }
        columns = size?.columns ?? 0
        rows = size?.rows ?? 0
        alternative = "Validation image \(prediction.name)"
    }
}

/// Width and height of a PNG file, by its first bytes.
///
/// **Source** PNG Specification 5.2, 11.2.2: signature and IHDR.
struct PNGHeader {
    let columns: Int
    let rows: Int

    /// Nil where the bytes do not begin as a PNG file does.
    init?(_ bytes: [UInt8]) {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        guard bytes.count >= 24, bytes.starts(with: signature) else { return nil }
        func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        (columns, rows) = (number(16), number(20))
        guard columns > 0, rows > 0 else { return nil }
    }
}

/// Images of each class.
struct ClassesView {
    let rows: [Row]
    /// Whether the table is closed until somebody opens it.
    let isLong: Bool
    let count: String
    let total: Row

    /// A class.
    struct Row {
        let name: String
        let training: String
        let validation: String
        let right: String
    }

    /// Classes that are shown at once.
    private static let mostShown = 20

    init(_ report: TrainingProgressReport, matrix: ConfusionMatrix) {
        func count(_ counts: [Int], _ index: Int) -> String {
            counts.indices.contains(index) ? LearningText.count(counts[index]) : "\u{2013}"
        }
        rows = report.classes.enumerated().map { index, name in
            Row(
                name: name, training: count(report.trainingCounts, index),
                validation: count(report.validationCounts, index), right: LearningText.share(matrix.recall(of: index)))
        }
        isLong = rows.count > Self.mostShown
        self.count = CodeText.count(rows.count, "class", "classes")
        total = Row(
            name: "All", training: LearningText.count(report.trainingCounts.reduce(0, +)),
            validation: LearningText.count(report.validationCounts.reduce(0, +)),
            right: LearningText.share(matrix.accuracy))
    }
}
