import GantryCore

/// A key figure at the head of the page.
struct EvaluationFigureView {
    let label: String
    let value: String
    let note: String

    /// Areas and calibration of each level.
    static func all(of report: EvaluationReport) -> [EvaluationFigureView] {
        var views: [EvaluationFigureView] = []
        for level in report.levels {
            guard let own = report.positive(level.unit) else { continue }
            let words = level.unit.words
            views.append(
                EvaluationFigureView(
                    label: "AUC of \(words.plural)", value: EvaluationText.number(own.area.value),
                    note: own.area.interval.map { EvaluationText.interval($0) } ?? own.area.note ?? ""))
            if level.unit != .study {
                views.append(
                    EvaluationFigureView(
                        label: "Calibration error of \(words.plural)",
                        value: own.calibration.expectedError.map { DecimalText.fixed($0, places: 3) } ?? "\u{2013}",
                        note: CodeText.count(own.calibration.bins.count, "bin")))
            }
            if let confusion = level.confusion, level.unit == .image {
                views.append(
                    EvaluationFigureView(
                        label: "Accuracy", value: EvaluationText.share(confusion.accuracy),
                        note: EvaluationText.detail(confusion.accuracy)))
            }
        }
        if let unlike = report.unlikeTraining {
            views.append(
                EvaluationFigureView(
                    label: "Unlike the training data", value: EvaluationText.share(unlike),
                    note: EvaluationText.detail(unlike)))
        }
        return views
    }
}

/// Studies, slices or images.
struct EvaluationLevelView {
    let id: String
    let heading: String
    let labels: [LabelRow]
    let thresholds: [ThresholdRow]
    let calibrations: [CalibrationRow]
    let charts: [ChartView]
    let hasCharts: Bool
    let confusion: String?
    let confusionNote: String?

    /// A row of areas.
    struct LabelRow {
        let label: String
        let cases: String
        let positives: String
        let patients: String
        let area: String
        let interval: String
        let precision: String
        let note: String?
    }

    /// A row of what a threshold comes to.
    struct ThresholdRow {
        let label: String
        let threshold: String
        let shares: [ShareCell]
    }

    /// A share and its interval.
    struct ShareCell {
        let value: String
        let count: String
        let interval: String

        init(_ share: EvaluationShare) {
            value = EvaluationText.share(share)
            count = EvaluationText.count(share)
            interval = EvaluationText.interval(of: share)
        }
    }

    /// A row of calibration.
    struct CalibrationRow {
        let label: String
        let error: String
        let brier: String
        let reliability: String
        let resolution: String
        let uncertainty: String
        let withinBins: String
    }

    /// A drawing with its heading.
    struct ChartView {
        let title: String
        let svg: String
    }

    /// The figures of a level; drawings are of the positive class.
    init(_ level: EvaluationLevel, positiveClass: String) {
        let plural = level.unit.words.plural
        id = plural
        heading = plural.prefix(1).uppercased() + plural.dropFirst()
        labels = level.labels.map { label in
            LabelRow(
                label: label.label, cases: LearningText.count(label.cases),
                positives: LearningText.count(label.positives), patients: LearningText.count(label.patients),
                area: EvaluationText.number(label.area.value), interval: EvaluationText.interval(label.area.interval),
                precision: EvaluationText.number(label.averagePrecision.value),
                note: label.area.note ?? label.averagePrecision.note)
        }
        thresholds = level.labels.flatMap { label in
            label.thresholds.map { told in
                ThresholdRow(
                    label: label.label, threshold: EvaluationText.threshold(told),
                    shares: [
                        told.sensitivity, told.specificity, told.positivePredictiveValue,
                        told.negativePredictiveValue, told.accuracy,
                    ].map(ShareCell.init))
            }
        }
        calibrations = level.labels.compactMap { label in
            guard let error = label.calibration.expectedError, let brier = label.calibration.brierScore,
                let parts = label.calibration.parts
            else { return nil }
            func text(_ value: Double) -> String { DecimalText.fixed(value, places: 4) }
            return CalibrationRow(
                label: label.label, error: text(error), brier: text(brier), reliability: text(parts.reliability),
                resolution: text(parts.resolution), uncertainty: text(parts.uncertainty),
                withinBins: text(parts.withinBins))
        }
        let positive = level.labels.first { $0.label == positiveClass }
        charts = [
            ("ROC curve", positive.flatMap(EvaluationCharts.roc)),
            ("Precision and recall", positive.flatMap(EvaluationCharts.precisionRecall)),
            ("Reliability", positive.flatMap(EvaluationCharts.reliability)),
        ].compactMap { title, svg in svg.map { ChartView(title: title, svg: $0) } }
        hasCharts = !charts.isEmpty
        var matrix = ConfusionMatrix(classes: level.confusion?.classes.count ?? 0)
        for (label, row) in (level.confusion?.counts ?? []).enumerated() {
            for (said, count) in row.enumerated() {
                for _ in 0..<count { matrix.add(label: label, said: said) }
            }
        }
        confusion = level.confusion.flatMap { ConfusionChart(matrix: matrix, classes: $0.classes).svg() }
        confusionNote = level.confusion.map {
            "Said is the class of the highest probability: \(EvaluationText.share($0.accuracy)) right "
                + "(\(EvaluationText.detail($0.accuracy)))."
        }
    }
}

/// A row of the table of groups.
struct EvaluationGroupView {
    let attribute: String
    let name: String
    let cases: String
    let positives: String
    let area: String
    let interval: String
    let sensitivity: EvaluationLevelView.ShareCell
    let specificity: EvaluationLevelView.ShareCell
    let notes: [String]
    let differs: Bool

    init(_ group: EvaluationGroup) {
        attribute = group.attribute.name
        name = group.name
        cases = LearningText.count(group.cases)
        positives = LearningText.count(group.positives)
        area = EvaluationText.number(group.area.value)
        interval = EvaluationText.interval(group.area.interval)
        sensitivity = EvaluationLevelView.ShareCell(group.sensitivity)
        specificity = EvaluationLevelView.ShareCell(group.specificity)
        differs = !group.differences.isEmpty
        notes =
            group.differences.map { "differs: \($0)" }
            + (group.isSmall ? ["fewer than \(EvaluationGroup.fewest) studies"] : [])
            + [group.area.note].compactMap(\.self)
    }
}

/// A case that was said wrongly.
struct EvaluationWrongView {
    let name: String
    let truth: String
    let said: String
    let probability: String
    let report: String?

    init(_ wrong: EvaluationWrong) {
        name = wrong.name
        truth = wrong.truth
        said = wrong.said
        probability = DecimalText.probability(wrong.probability, thresholds: [])
        report = wrong.report
    }
}

/// The other bundle or store.
struct EvaluationComparisonView {
    let first: String
    let other: String
    let areas: [AreaRow]
    let agreementSentence: String
    let columns: [String]
    let rows: [AgreementRow]

    /// Two areas.
    struct AreaRow {
        let level: String
        let label: String
        let cases: String
        let first: String
        let second: String
        let difference: String
        let interval: String
        let probability: String
        let note: String?
    }

    /// Findings of the first, by those of the other.
    struct AgreementRow {
        let finding: String
        let counts: [String]
    }

    init(_ comparison: EvaluationComparison, first: String) {
        self.first = first
        other = comparison.other
        areas = comparison.areas.map { row in
            AreaRow(
                level: row.unit.words.plural, label: row.label, cases: LearningText.count(row.cases),
                first: EvaluationText.number(row.first), second: EvaluationText.number(row.second),
                difference: row.difference.value.map { DecimalText.fixed($0, places: 3) } ?? "\u{2013}",
                interval: EvaluationText.interval(row.difference.interval),
                probability: row.probability.map { LearningText.area($0) } ?? "\u{2013}", note: row.difference.note)
        }
        agreementSentence =
            "\(EvaluationText.share(comparison.same)) of the \(comparison.unit.words.plural) have the same verdict "
            + "(\(EvaluationText.detail(comparison.same)))."
        columns = Finding.allCases.map(\.rawValue)
        rows = zip(Finding.allCases, comparison.agreement).map { finding, counts in
            AgreementRow(finding: finding.rawValue, counts: counts.map(LearningText.count))
        }
    }
}
