import GantryCore

/// The drawings of an evaluation: squares from 0 to 1 in both directions.
enum EvaluationCharts {
    private static let (left, right, top, bottom) = (52.0, 370.0, 12.0, 306.0)

    private static func x(_ value: Double) -> Double { left + (right - left) * min(max(value, 0), 1) }
    private static func y(_ value: Double) -> Double { bottom - (bottom - top) * min(max(value, 0), 1) }

    /// The receiver operating characteristic, with the thresholds on it; nil without a curve.
    static func roc(_ label: EvaluationLabel) -> String? {
        guard label.roc.count > 1 else { return nil }
        let area = LearningText.area(label.area.value)
        var drawing = frame(
            "chart roc", "ROC curve of \(label.label): area under the curve \(area)", across: "false positive rate",
            up: "true positive rate")
        drawing.line(x(0), y(0), x(1), y(1), "chance")
        let line = label.roc.map { (x: x($0.x), y: y($0.y)) }
        drawing.polygon(line + [(x(1), y(0))], "under")
        drawing.polyline(line, "curve single")
        for threshold in label.thresholds {
            guard let sensitivity = threshold.sensitivity.value, let specificity = threshold.specificity.value else {
                continue
            }
            drawing.circle(
                x(1 - specificity), y(sensitivity), radius: 5, "point single",
                title: "\(EvaluationText.threshold(threshold)): sensitivity \(LearningText.share(sensitivity)), "
                    + "specificity \(LearningText.share(specificity))")
        }
        drawing.text(right - 10, bottom - 14, "AUC \(area)", "value end")
        return drawing.markup
    }

    /// Precision against recall; nil without a curve. The broken line is what chance comes to.
    static func precisionRecall(_ label: EvaluationLabel) -> String? {
        guard label.precisionRecall.count > 1, label.cases > 0 else { return nil }
        let precision = LearningText.area(label.averagePrecision.value)
        var drawing = frame(
            "chart precision", "Precision against recall of \(label.label): average precision \(precision)",
            across: "recall", up: "precision")
        let chance = Double(label.positives) / Double(label.cases)
        drawing.line(x(0), y(chance), x(1), y(chance), "chance")
        // A step for each point: between two of them precision is no straight line.
        var line: [(x: Double, y: Double)] = []
        var recall = 0.0
        for point in label.precisionRecall {
            line += [(x(recall), y(point.y)), (x(point.x), y(point.y))]
            recall = point.x
        }
        drawing.polyline(line, "curve single")
        drawing.text(left + 12, bottom - 14, "AP \(precision)", "value start")
        return drawing.markup
    }

    /// The share of positives in each bin against the mean probability in it: on the diagonal a probability is as often
    /// right as it says. A dot is the larger the more cases are in its bin. Nil without cases.
    static func reliability(_ label: EvaluationLabel) -> String? {
        let bins = label.calibration.bins
        let most = bins.map(\.count).max() ?? 0
        guard most > 0, let error = label.calibration.expectedError else { return nil }
        var drawing = frame(
            "chart reliability",
            "Reliability of the probability of \(label.label): expected error \(LearningText.area(error))",
            across: "probability", up: "share that is positive")
        drawing.line(x(0), y(0), x(1), y(1), "chance")
        var line: [(x: Double, y: Double)] = []
        for bin in bins {
            guard let probability = bin.meanProbability, let positives = bin.positives else { continue }
            line.append((x(probability), y(positives)))
        }
        drawing.polyline(line, "curve single")
        for bin in bins {
            guard let probability = bin.meanProbability, let positives = bin.positives else { continue }
            let share = Double(bin.count) / Double(most)
            drawing.circle(
                x(probability), y(positives), radius: 3 + 5 * share.squareRoot(), "point single",
                title: "\(LearningText.count(bin.count)) from \(DecimalText.short(bin.from, places: 3)) to "
                    + "\(DecimalText.short(bin.to, places: 3)): mean probability "
                    + "\(DecimalText.fixed(probability, places: 3)), positive \(LearningText.share(positives))")
        }
        drawing.text(right - 10, bottom - 14, "ECE \(DecimalText.fixed(error, places: 3))", "value end")
        return drawing.markup
    }

    private static func frame(_ cssClass: String, _ label: String, across: String, up: String) -> SVGDrawing {
        var drawing = SVGDrawing(width: 380, height: 348, cssClass: cssClass, label: label)
        for fifth in 0...5 {
            let value = Double(fifth) / 5
            drawing.line(left, y(value), right, y(value), fifth == 0 ? "axis" : "grid")
            drawing.line(x(value), top, x(value), bottom, fifth == 0 ? "axis" : "grid")
            drawing.text(left - 7, y(value) + 4, DecimalText.fixed(value, places: 1), "small end")
            drawing.text(x(value), bottom + 18, DecimalText.fixed(value, places: 1), "small middle")
        }
        drawing.text((left + right) / 2, bottom + 36, across, "small middle")
        drawing.uprightText(14, (top + bottom) / 2, up, "small middle")
        return drawing
    }
}
