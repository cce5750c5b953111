import GantryCore

/// The study's probability on a line from 0 to 1, with the interval and the two thresholds.
struct ProbabilityScale {
    let probability: Double
    let interval: ProbabilityInterval?
    let judging: JudgingDefinition
    let finding: Finding

    /// The large scale of the report, view box 400 x 84.
    func svg() -> String {
        let left = 10.0
        let right = 390.0
        func x(_ value: Double) -> Double { left + (right - left) * min(max(value, 0), 1) }
        var drawing = SVGDrawing(width: 400, height: 84, cssClass: "scale", label: label)
        zones(in: &drawing, x: x, y: 38, height: 20, words: true)
        let place = x(probability)
        if let interval {
            drawing.line(x(interval.lower), 27, x(interval.upper), 27, "interval")
            drawing.line(x(interval.lower), 22, x(interval.lower), 32, "interval")
            drawing.line(x(interval.upper), 22, x(interval.upper), 32, "interval")
        }
        drawing.line(place, 27, place, 43, "needle")
        VerdictMark.draw(finding, x: place, y: 27, radius: 6, in: &drawing)
        drawing.text(
            min(max(place, 24), 376), 13, DecimalText.probability(probability, thresholds: thresholds),
            "value middle")

        let marks = [0, judging.negativeBelow, judging.positiveFrom, 1]
        let places = LabelSpread.places(marks.map(x), distance: 32, within: 10...390)
        for (mark, place) in zip(marks, places) {
            drawing.line(x(mark), 58, x(mark), 63, "tick")
            let text = mark == 0 || mark == 1 ? DecimalText.short(mark, places: 0) : DecimalText.threshold(mark)
            drawing.text(place, 77, text, "small middle")
        }
        return drawing.markup
    }

    /// The small scale of the patient's table, view box 120 x 16.
    func sparkline() -> String {
        func x(_ value: Double) -> Double { 5 + 110 * min(max(value, 0), 1) }
        var drawing = SVGDrawing(width: 120, height: 16, cssClass: "spark", label: label)
        zones(in: &drawing, x: x, y: 5, height: 6, words: false)
        if let interval { drawing.line(x(interval.lower), 8, x(interval.upper), 8, "interval") }
        VerdictMark.draw(finding, x: x(probability), y: 8, radius: 5, in: &drawing)
        return drawing.markup
    }

    private var thresholds: [Double] { [judging.negativeBelow, judging.positiveFrom] }

    private var label: String {
        "Probability \(DecimalText.probability(probability, thresholds: thresholds)) on a scale from 0 to 1: negative below "
            + "\(DecimalText.threshold(judging.negativeBelow)), positive from \(DecimalText.threshold(judging.positiveFrom))"
    }

    private func zones(
        in drawing: inout SVGDrawing, x: (Double) -> Double, y: Double, height: Double, words: Bool
    ) {
        let zones: [(from: Double, to: Double, cssClass: String)] = [
            (0, judging.negativeBelow, "negative"), (judging.negativeBelow, judging.positiveFrom, "indeterminate"),
            (judging.positiveFrom, 1, "positive"),
        ]
        for zone in zones {
            let width = x(zone.to) - x(zone.from)
            drawing.rectangle(x: x(zone.from), y: y, width: width, height: height, "zone \(zone.cssClass)")
            // A word of n letters at 10.5 px is about 5.6 n wide.
            guard words, width > Double(zone.cssClass.utf8.count) * 5.6 else { continue }
            drawing.text(x(zone.from) + width / 2, y + height / 2 + 3.5, zone.cssClass, "zone-word middle")
        }
    }
}
