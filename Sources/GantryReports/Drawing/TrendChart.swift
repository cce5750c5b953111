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

    /// The drawing, view box 640 x 220; nil where fewer than two different days are known.
    func svg() -> String? {
        guard let first = points.first?.date.dayNumber, let last = points.last?.date.dayNumber, last > first else {
            return nil
        }
        let (left, right, top, bottom) = (44.0, 600.0, 14.0, 170.0)
        func x(_ date: DICOMDate) -> Double {
            left + 30 + (right - left - 60) * Double(date.dayNumber - first) / Double(last - first)
        }
        func y(_ value: Double) -> Double { bottom - (bottom - top) * min(max(value, 0), 1) }
        var drawing = SVGDrawing(
            width: 640, height: 214, cssClass: "chart trend", label: "Probability of \(points.count) studies over time")
        for tenths in stride(from: 0, through: 10, by: 2) {
            let value = Double(tenths) / 10
            drawing.line(left, y(value), right, y(value), tenths == 0 ? "axis" : "grid")
            drawing.text(left - 7, y(value) + 4, DecimalText.fixed(value, places: 1), "small end")
        }
        drawing.line(left, y(judging.positiveFrom), right, y(judging.positiveFrom), "threshold upper")
        drawing.line(left, y(judging.negativeBelow), right, y(judging.negativeBelow), "threshold lower")
        drawing.polyline(points.map { (x($0.date), y($0.probability)) }, "trace")
        var labelEnd = -Double.infinity
        for point in points {
            let place = x(point.date)
            if let interval = point.interval {
                drawing.line(place, y(interval.lower), place, y(interval.upper), "interval")
            }
            drawing.link(to: point.link, label: "Study of \(point.date.iso)") { drawing in
                VerdictMark.draw(point.finding, x: place, y: y(point.probability), radius: 6, in: &drawing)
            }
            drawing.line(place, bottom, place, bottom + 5, "axis")
            // A date of ten characters is about 62 px wide; where it does not fit, its mark stays.
            guard place - 33 > labelEnd else { continue }
            drawing.text(place, bottom + 20, point.date.iso, "small middle")
            labelEnd = place + 33
        }
        drawing.text((left + right) / 2, bottom + 40, "study date", "small middle")
        return drawing.markup
    }
}
