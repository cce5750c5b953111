import GantryCore

/// A patient's probabilities over time, one mark a study.
struct TrendChart {
    /// One study.
    struct Point {
        var date: DICOMDate
        var probability: Double
        var interval: ProbabilityInterval?
        var finding: Finding
        /// Page of the study, relative to the index.
        var link: String
    }

    /// In time order.
    let points: [Point]
    let judging: JudgingDefinition

    /// The drawing, view box 524 x 204; nil where fewer than two different days are known.
    func svg() -> String? {
        guard let first = points.first?.date.dayNumber, let last = points.last?.date.dayNumber, last > first else {
            return nil
        }
        let (left, right, top, bottom) = (32.0, 408.0, 12.0, 160.0)
        func x(_ date: DICOMDate) -> Double {
            left + 36 + (right - left - 72) * Double(date.dayNumber - first) / Double(last - first)
        }
        func y(_ value: Double) -> Double { bottom - (bottom - top) * min(max(value, 0), 1) }
        var drawing = SVGDrawing(
            width: 524, height: 204, cssClass: "chart trend", label: "Probability of \(points.count) studies over time")
        for tenths in stride(from: 0, through: 10, by: 2) {
            let value = Double(tenths) / 10
            drawing.line(left, y(value), right, y(value), tenths == 0 ? "axis" : "grid")
            drawing.text(left - 7, y(value) + 4, DecimalText.fixed(value, places: 1), "small end")
        }
        let thresholds: [(value: Double, words: String, cssClass: String)] = [
            (judging.positiveFrom, "positive from", "threshold upper"),
            (judging.negativeBelow, "negative below", "threshold lower"),
        ]
        let places = LabelSpread.places(thresholds.map { y($0.value) }, distance: 14, within: top...bottom)
        for (threshold, place) in zip(thresholds, places) {
            drawing.line(left, y(threshold.value), right, y(threshold.value), threshold.cssClass)
            let words = "\(threshold.words) \(DecimalText.threshold(threshold.value))"
            drawing.text(right + 5, place + 4, words, "small start")
        }
        drawing.polyline(points.map { (x($0.date), y($0.probability)) }, "trace")
        var labelEnd = -Double.infinity
        for point in points {
            let place = x(point.date)
            if let interval = point.interval {
                drawing.line(place, y(interval.lower), place, y(interval.upper), "interval")
                for end in [y(interval.lower), y(interval.upper)] {
                    drawing.line(place - 4, end, place + 4, end, "interval")
                }
            }
            drawing.link(to: point.link, label: "Study of \(point.date.iso)") { drawing in
                VerdictMark.draw(point.finding, x: place, y: y(point.probability), radius: 6, in: &drawing)
            }
            drawing.line(place, bottom, place, bottom + 5, "axis")
            // A date of ten characters is about 58 px wide and wants some room; where it does not fit, its mark stays.
            guard place - 33 > labelEnd else { continue }
            drawing.text(place, bottom + 20, point.date.iso, "small middle")
            labelEnd = place + 33
        }
        drawing.text((left + right) / 2, bottom + 40, "study date", "small middle")
        return drawing.markup
    }
}
