import GantryCore

/// The receiver operating characteristic of a class, with the area under it.
struct ROCChart {
    let points: [ROC.Point]
    let area: Double
    let positiveClass: String
    /// Where the network stands when it says the more probable class.
    let chosen: (falsePositiveRate: Double, truePositiveRate: Double)?

    /// The drawing, view box 380 x 348.
    func svg() -> String {
        let (left, right, top, bottom) = (52.0, 370.0, 12.0, 306.0)
        func x(_ rate: Double) -> Double { left + (right - left) * rate }
        func y(_ rate: Double) -> Double { bottom - (bottom - top) * rate }
        var drawing = SVGDrawing(
            width: 380, height: 348, cssClass: "chart roc",
            label: "ROC curve of \(positiveClass): area under the curve \(LearningText.area(area))")
        for fifth in 0...5 {
            let value = Double(fifth) / 5
            drawing.line(left, y(value), right, y(value), fifth == 0 ? "axis" : "grid")
            drawing.line(x(value), top, x(value), bottom, fifth == 0 ? "axis" : "grid")
            drawing.text(left - 7, y(value) + 4, DecimalText.fixed(value, places: 1), "small end")
            drawing.text(x(value), bottom + 18, DecimalText.fixed(value, places: 1), "small middle")
        }
        drawing.line(x(0), y(0), x(1), y(1), "chance")
        let line = shown.map { (x: x($0.falsePositiveRate), y: y($0.truePositiveRate)) }
        drawing.polygon(line + [(x(1), y(0))], "under")
        drawing.polyline(line, "curve single")
        if let chosen {
            let rates =
                "true positive rate \(LearningText.share(chosen.truePositiveRate)), "
                + "false positive rate \(LearningText.share(chosen.falsePositiveRate))"
            drawing.circle(
                x(chosen.falsePositiveRate), y(chosen.truePositiveRate), radius: 5, "point single",
                title: "The more probable class: \(rates)")
        }
        drawing.text(right - 10, bottom - 14, "AUC \(LearningText.area(area))", "value end")
        drawing.text((left + right) / 2, bottom + 36, "false positive rate", "small middle")
        drawing.uprightText(14, (top + bottom) / 2, "true positive rate", "small middle")
        return drawing.markup
    }

    /// The points that can be told apart in the drawing, and both ends.
    private var shown: [ROC.Point] {
        var kept: [ROC.Point] = []
        for (index, point) in points.enumerated() {
            guard let last = kept.last, index < points.count - 1 else {
                kept.append(point)
                continue
            }
            let (dx, dy) = (
                point.falsePositiveRate - last.falsePositiveRate, point.truePositiveRate - last.truePositiveRate
            )
            if max(dx, dy) >= 0.001 { kept.append(point) }
        }
        return kept
    }
}
