import GantryCore

/// Makes the figures of cases.
package struct Evaluator: Sendable {
    /// The outputs.
    package let classes: EvaluationClasses
    /// Its thresholds.
    package let judging: JudgingDefinition
    /// How intervals of areas are made.
    package var bootstrap = PatientBootstrap()

    /// An evaluator of these outputs, under these thresholds.
    package init(classes: EvaluationClasses, judging: JudgingDefinition) {
        self.classes = classes
        self.judging = judging
    }

    /// Points of a curve closer than this in both directions are one in a drawing.
    private static let pointDistance = 0.002

    /// The figures of cases. Classes of which nothing is known have no row.
    package func level(_ cases: EvaluationCases) -> EvaluationLevel {
        let labels = classes.rows.compactMap { index -> EvaluationLabel? in
            let column = cases.column(index)
            return column.rows.isEmpty && index != classes.positive ? nil : label(index, column, cases)
        }
        return EvaluationLevel(unit: cases.unit, labels: labels, confusion: confusion(cases))
    }

    private func label(
        _ index: Int, _ column: EvaluationCases.Column, _ cases: EvaluationCases
    ) -> EvaluationLabel {
        let (scores, isPositive) = (column.scores, column.isPositive)
        let precision = PrecisionRecall.averagePrecision(scores: scores, isPositive: isPositive)
        return EvaluationLabel(
            label: classes.names[index], cases: scores.count, positives: isPositive.count { $0 },
            patients: Set(column.patients).count, area: area(column, cases.unit),
            averagePrecision: EvaluationFigure(
                value: precision,
                note: precision == nil ? Self.missing(column, cases.unit, needsNegatives: false) : nil),
            thresholds: thresholds(index, column, cases),
            calibration: EvaluationCalibration(
                CalibrationFigures(probabilities: scores, isPositive: isPositive)),
            roc: Self.thinned(
                (ROC.curve(scores: scores, isPositive: isPositive) ?? []).map {
                    EvaluationPoint(x: $0.falsePositiveRate, y: $0.truePositiveRate)
                }),
            precisionRecall: Self.thinned(
                (PrecisionRecall.curve(scores: scores, isPositive: isPositive) ?? []).map {
                    EvaluationPoint(x: $0.recall, y: $0.precision)
                }))
    }

    /// The area under the ROC curve with its interval.
    package func area(_ column: EvaluationCases.Column, _ unit: EvaluationUnit) -> EvaluationFigure {
        guard let area = ROC.areaUnderCurve(scores: column.scores, isPositive: column.isPositive) else {
            return EvaluationFigure(value: nil, note: Self.missing(column, unit, needsNegatives: true))
        }
        let interval = bootstrap.interval(
            scores: column.scores, isPositive: column.isPositive, patients: column.patients)
        let patients = Set(column.patients).count
        return EvaluationFigure(
            value: area, interval: interval,
            note: interval != nil
                ? nil
                : patients < 2
                    ? "no interval: all are of one patient" : "no interval: no draw of patients has both sides")
    }

    /// Why there is no figure, a clause.
    private static func missing(
        _ column: EvaluationCases.Column, _ unit: EvaluationUnit, needsNegatives: Bool
    ) -> String {
        let words = unit.words
        if column.rows.isEmpty { return "no \(words.singular) of which both probability and truth are known" }
        let positives = column.isPositive.count { $0 }
        if positives == 0 { return "no \(words.singular) is positive" }
        return needsNegatives ? "every \(words.singular) is positive" : "it is not defined"
    }

    private func thresholds(
        _ index: Int, _ column: EvaluationCases.Column, _ cases: EvaluationCases
    ) -> [EvaluationThreshold] {
        guard index == classes.positive else {
            guard classes.activation == .softmax else {
                let threshold = Activation.labelHoldsFrom
                return [Self.threshold("label-holds-from", threshold, column) { column.scores[$0] >= threshold }]
            }
            return [Self.threshold("most-probable", nil, column) { cases.saidClass(column.rows[$0]) == index }]
        }
        let named: [(String, Double)] =
            switch cases.unit {
            case .slice: [("slice-positive-from", judging.slicePositiveFrom)]
            case .study, .image:
                judging.negativeBelow == judging.positiveFrom
                    ? [("positive-from", judging.positiveFrom)]
                    : [("negative-below", judging.negativeBelow), ("positive-from", judging.positiveFrom)]
            }
        return named.map { name, threshold in
            Self.threshold(name, threshold, column) { column.scores[$0] >= threshold }
        }
    }

    /// What is told where the cases of which `isCalled` are called positive.
    static func threshold(
        _ name: String, _ threshold: Double?, _ column: EvaluationCases.Column, isCalled: (Int) -> Bool
    ) -> EvaluationThreshold {
        var (truePositives, falsePositives, trueNegatives, falseNegatives) = (0, 0, 0, 0)
        for (place, isPositive) in column.isPositive.enumerated() {
            switch (isCalled(place), isPositive) {
            case (true, true): truePositives += 1
            case (true, false): falsePositives += 1
            case (false, false): trueNegatives += 1
            case (false, true): falseNegatives += 1
            }
        }
        return EvaluationThreshold(
            name: name, threshold: threshold,
            sensitivity: EvaluationShare(truePositives, of: truePositives + falseNegatives),
            specificity: EvaluationShare(trueNegatives, of: trueNegatives + falsePositives),
            positivePredictiveValue: EvaluationShare(truePositives, of: truePositives + falsePositives),
            negativePredictiveValue: EvaluationShare(trueNegatives, of: trueNegatives + falseNegatives),
            accuracy: EvaluationShare(truePositives + trueNegatives, of: column.rows.count))
    }

    private func confusion(_ cases: EvaluationCases) -> EvaluationConfusion? {
        guard classes.activation == .softmax else { return nil }
        var counts = [[Int]](repeating: [Int](repeating: 0, count: cases.classes), count: cases.classes)
        var (all, correct) = (0, 0)
        for row in 0..<cases.count {
            guard let truth = cases.trueClass(row), let said = cases.saidClass(row) else { continue }
            counts[truth][said] += 1
            all += 1
            correct += truth == said ? 1 : 0
        }
        guard all > 0 else { return nil }
        return EvaluationConfusion(
            classes: classes.names, counts: counts, accuracy: EvaluationShare(correct, of: all))
    }

    /// The points that a drawing can tell apart, and both ends.
    static func thinned(_ points: [EvaluationPoint]) -> [EvaluationPoint] {
        var kept: [EvaluationPoint] = []
        for (index, point) in points.enumerated() {
            if index < points.count - 1, let last = kept.last,
                max(abs(point.x - last.x), abs(point.y - last.y)) < pointDistance
            {
                continue
            }
            kept.append(point)
        }
        return kept
    }
}

extension EvaluationShare {
    /// `count` of `all`, with Wilson's interval.
    package init(_ count: Int, of all: Int) {
        self.init(count: count, all: all, interval: Proportion(count, of: all).interval)
    }
}

extension EvaluationCalibration {
    /// Of figures; without any everything is missing.
    init(_ figures: CalibrationFigures?) {
        self.init(
            bins: (figures?.bins ?? []).map {
                Bin(
                    from: $0.from, to: $0.to, count: $0.count, meanProbability: $0.meanProbability,
                    positives: $0.positives)
            }, expectedError: figures?.expectedError, brierScore: figures?.brierScore,
            parts: figures.map {
                Parts(
                    reliability: $0.reliability, resolution: $0.resolution, uncertainty: $0.uncertainty,
                    withinBins: $0.withinBins)
            })
    }
}
