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
    let texts: ReportTexts

    /// The drawing, as wide as the page; nil where fewer than two different days are known.
    func svg(_ layout: SliceChart.Layout) -> String? {
        guard let first = points.first?.date.dayNumber, let last = points.last?.date.dayNumber, last > first else {
            return nil
        }
        let (width, height) = layout == .wide ? (880.0, 268.0) : (360.0, 236.0)
        let thresholds = thresholds(layout)
        // A letter of 12 px is about 6.3 px wide.
        let widest = thresholds.map(\.words.unicodeScalars.count).max() ?? 0
        let (left, right, top, bottom) = (34.0, width - 12 - 6.3 * Double(widest), 12.0, height - 46)
        func x(_ date: DICOMDate) -> Double {
            left + 36 + (right - left - 72) * Double(date.dayNumber - first) / Double(last - first)
        }
        func y(_ value: Double) -> Double { bottom - (bottom - top) * min(max(value, 0), 1) }
        var drawing = SVGDrawing(
            width: width, height: height, cssClass: "chart trend \(layout.rawValue)",
            label: texts(.trendLabel, ["number": String(points.count)]))
        for tenths in stride(from: 0, through: 10, by: 2) {
            let value = Double(tenths) / 10
            drawing.line(left, y(value), right, y(value), tenths == 0 ? "axis" : "grid")
            drawing.text(left - 7, y(value) + 4, texts.fixed(value, places: 1), "small end")
        }
        let places = LabelSpread.places(thresholds.map { y($0.value) }, distance: 14, within: top...bottom)
        for (threshold, place) in zip(thresholds, places) {
            drawing.line(left, y(threshold.value), right, y(threshold.value), threshold.cssClass)
            drawing.text(right + 6, place + 4, threshold.words, "small start")
        }
        drawing.polyline(points.map { (x($0.date), y($0.probability)) }, "trace")
        for point in points { draw(point, x: x(point.date), y: y, in: &drawing) }
        drawDates(x: x, bottom: bottom, in: &drawing)
        drawing.text((left + right) / 2, bottom + 40, texts(.studyDateAxis), "small middle")
        return drawing.markup
    }

    private func thresholds(
        _ layout: SliceChart.Layout
    ) -> [(value: Double, words: String, cssClass: String)] {
        [
            (judging.positiveFrom, ReportText.positiveFrom, "threshold upper"),
            (judging.negativeBelow, .negativeBelow, "threshold lower"),
        ].map { value, text, cssClass in
            let number = texts.threshold(value)
            return (value, layout == .wide ? texts(text, ["threshold": number]) : number, cssClass)
        }
    }

    private func draw(_ point: Point, x: Double, y: (Double) -> Double, in drawing: inout SVGDrawing) {
        if let interval = point.interval {
            drawing.line(x, y(interval.lower), x, y(interval.upper), "interval")
            for end in [y(interval.lower), y(interval.upper)] { drawing.line(x - 7, end, x + 7, end, "interval") }
        }
        drawing.link(to: point.link, label: texts(.trendStudy, ["date": point.date.iso])) { drawing in
            VerdictMark.draw(point.finding, x: x, y: y(point.probability), radius: 6, in: &drawing)
        }
    }

    /// The dates: the last always, then from the first on those that have room; the others keep their mark.
    private func drawDates(x: (DICOMDate) -> Double, bottom: Double, in drawing: inout SVGDrawing) {
        // A date of ten characters is about 66 px wide and wants some room.
        let room = 74.0
        var written: [Double] = []
        for point in (points.suffix(1) + points.dropLast()) {
            let place = x(point.date)
            drawing.line(place, bottom, place, bottom + 5, "axis")
            guard written.allSatisfy({ abs($0 - place) >= room }) else { continue }
            drawing.text(place, bottom + 20, point.date.iso, "small middle")
            written.append(place)
        }
    }
}
