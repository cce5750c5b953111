import GantryCore

/// The study's probability on a line from 0 to 1, with the interval and the two thresholds.
struct ProbabilityScale {
    let probability: Double
    let interval: ProbabilityInterval?
    let judging: JudgingDefinition
    let finding: Finding
    let texts: ReportTexts

    /// No wider than a telephone, so that the words of a drawing that is scaled down can be read.
    private static let width = 350.0

    /// The large scale of the report, view box 350 x 86, or 104 where a zone is too narrow for its word.
    func svg() -> String { drawing().markup }

    /// Likewise, shape by shape.
    func drawing() -> SVGDrawing {
        let (left, right) = (10.0, Self.width - 10)
        func x(_ value: Double) -> Double { left + (right - left) * min(max(value, 0), 1) }
        let outside = zones.filter { !fits($0, x: x) && $0.to > $0.from }
        var drawing = SVGDrawing(
            width: Self.width, height: outside.isEmpty ? 86 : 104, cssClass: "scale", label: label)
        drawZones(in: &drawing, x: x, y: 38, height: 20)
        for zone in zones where fits(zone, x: x) {
            drawing.text((x(zone.from) + x(zone.to)) / 2, 52.2, texts(.zone(zone.finding)), "zone-word middle")
        }
        let wanted = outside.map { (x($0.from) + x($0.to)) / 2 }
        let half = (Finding.allCases.map(wordWidth).max() ?? 0) / 2
        let spread = LabelSpread.places(wanted, distance: 2 * half + 3, within: left + half...right - half)
        for (zone, (middle, place)) in zip(outside, zip(wanted, spread)) {
            drawing.polyline([(middle, 58), (middle, 82), (place, 88)], "leader")
            drawing.text(place, 99, texts(.zone(zone.finding)), "zone-word middle")
        }
        let place = x(probability)
        if let interval {
            drawing.line(x(interval.lower), 27, x(interval.upper), 27, "interval")
            drawing.line(x(interval.lower), 22, x(interval.lower), 32, "interval")
            drawing.line(x(interval.upper), 22, x(interval.upper), 32, "interval")
        }
        drawing.line(place, 27, place, 43, "needle")
        VerdictMark.draw(finding, x: place, y: 27, radius: 6, in: &drawing)
        let text = texts.probability(probability, thresholds: thresholds)
        let room = Double(text.utf8.count) * 4.2
        drawing.text(min(max(place, room), Self.width - room), 14, text, "value middle")
        drawMarks(in: &drawing, x: x)
        return drawing
    }

    /// The ends of the scale and the thresholds, with their numbers.
    private func drawMarks(in drawing: inout SVGDrawing, x: (Double) -> Double) {
        let marks = [0, judging.negativeBelow, judging.positiveFrom, 1]
        let texts = marks.map { $0 == 0 || $0 == 1 ? self.texts.short($0, places: 0) : self.texts.threshold($0) }
        // Digits of 12 px are about 6.8 px wide.
        let widest = texts.map(\.utf8.count).max() ?? 0
        let places = LabelSpread.places(marks.map(x), distance: Double(widest) * 6.8 + 8, within: 10...Self.width - 10)
        for ((mark, text), place) in zip(zip(marks, texts), places) {
            drawing.line(x(mark), 58, x(mark), 63, "tick")
            drawing.text(place, 77, text, "small middle")
        }
    }

    /// The small scale of the patient's table, view box 120 x 16.
    func sparkline() -> String {
        func x(_ value: Double) -> Double { 5 + 110 * min(max(value, 0), 1) }
        var drawing = SVGDrawing(width: 120, height: 16, cssClass: "spark", label: label)
        drawZones(in: &drawing, x: x, y: 5, height: 6)
        if let interval { drawing.line(x(interval.lower), 8, x(interval.upper), 8, "interval") }
        VerdictMark.draw(finding, x: x(probability), y: 8, radius: 5, in: &drawing)
        return drawing.markup
    }

    private var thresholds: [Double] { [judging.negativeBelow, judging.positiveFrom] }

    private var label: String {
        texts(
            .scaleLabel,
            [
                "probability": texts.probability(probability, thresholds: thresholds),
                "lower": texts.threshold(judging.negativeBelow), "upper": texts.threshold(judging.positiveFrom),
            ])
    }

    private struct Zone {
        var finding: Finding
        var from: Double
        var to: Double
    }

    private var zones: [Zone] {
        [
            Zone(finding: .negative, from: 0, to: judging.negativeBelow),
            Zone(finding: .indeterminate, from: judging.negativeBelow, to: judging.positiveFrom),
            Zone(finding: .positive, from: judging.positiveFrom, to: 1),
        ]
    }

    /// Pixels of a zone's word, and some room: a letter of 11 px is about 5.7 px wide.
    private func wordWidth(_ finding: Finding) -> Double {
        Double(texts(.zone(finding)).unicodeScalars.count) * 5.7 + 3
    }

    private func fits(_ zone: Zone, x: (Double) -> Double) -> Bool {
        x(zone.to) - x(zone.from) >= wordWidth(zone.finding)
    }

    private func drawZones(in drawing: inout SVGDrawing, x: (Double) -> Double, y: Double, height: Double) {
        for zone in zones {
            drawing.rectangle(
                x: x(zone.from), y: y, width: x(zone.to) - x(zone.from), height: height,
                "zone \(zone.finding.rawValue)")
        }
    }
}
