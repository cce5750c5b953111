import GantryCore

/// The axes of a slice chart: from millimetres and probabilities to pixels.
struct SliceChartFrame {
    let width: Double
    let height: Double
    let left: Double
    let right: Double
    /// Probability 1.
    let top: Double
    /// Probability 0.
    let bottom: Double
    /// Mean distance between neighbouring slices, pixels.
    let slicePitch: Double

    private let layout: SliceChart.Layout
    private let lowest: Double
    private let highest: Double
    private let growsHeadward: Bool?
    private let judging: JudgingDefinition
    private let texts: ReportTexts

    /// A frame around the slices of `chart`; nil where none has a finite position.
    init?(_ chart: SliceChart, layout: SliceChart.Layout) {
        let positions = chart.slices.map(\.positionMillimetres).filter(\.isFinite)
        guard let low = positions.min(), let high = positions.max() else { return nil }
        self.layout = layout
        (width, height) =
            switch layout {
            case .wide: (880, 330)
            case .narrow: (360, 300)
            case .sheet: (730, 252)
            }
        left = layout == .narrow ? 34 : 52
        // A letter of 12 px is about 6.3 px wide.
        let widest = Self.thresholds(chart.judging, layout, chart.texts).map(\.words.unicodeScalars.count).max() ?? 0
        right = width - 12 - 6.3 * Double(widest)
        top = 40
        bottom = layout == .sheet ? height - 60 : height - 80
        // Half a slice of room at both ends; a millimetre where there is one slice.
        let pitch = positions.count > 1 ? (high - low) / Double(positions.count - 1) : 0
        let room = pitch > 0 ? pitch / 2 : 1
        lowest = low - room
        highest = high + room
        slicePitch = pitch > 0 ? (right - left) * pitch / (highest - lowest) : 20
        growsHeadward = chart.growsHeadward
        judging = chart.judging
        texts = chart.texts
    }

    var stripTop: Double { bottom + 5 }
    var stripBottom: Double { bottom + 13 }

    /// Pixels of a position, with the feet on the left.
    func x(_ millimetres: Double) -> Double {
        let fraction = (millimetres - lowest) / (highest - lowest)
        return left + (right - left) * (growsHeadward == false ? 1 - fraction : fraction)
    }

    /// Pixels of a probability.
    func y(_ probability: Double) -> Double { bottom - (bottom - top) * min(max(probability, 0), 1) }

    func drawAxes(in drawing: inout SVGDrawing) {
        for tenths in stride(from: 0, through: 10, by: 2) {
            let value = Double(tenths) / 10
            drawing.line(left, y(value), right, y(value), tenths == 0 ? "axis" : "grid")
            drawing.text(left - 7, y(value) + 4, texts.fixed(value, places: 1), "small end")
        }
        if layout != .narrow { drawing.uprightText(14, (top + bottom) / 2, texts(.probabilityAxis), "small middle") }
        for mark in AxisTicks.marks(lower: lowest, upper: highest, count: layout == .narrow ? 4 : 9) {
            drawing.line(x(mark), stripBottom, x(mark), stripBottom + 5, "axis")
            drawing.text(x(mark), stripBottom + 18, texts.short(mark, places: 6), "small middle")
        }
        let base = stripBottom + 40
        let ends: (ReportText, ReportText) = growsHeadward == nil ? (.lower, .higher) : (.feet, .head)
        drawing.text(left, base, "\u{2190} " + texts(ends.0), "small start strong")
        let axis = texts(layout == .narrow ? .positionAxis : .slicePositionAxis)
        drawing.text((left + right) / 2, base, axis, "small middle")
        drawing.text(right, base, texts(ends.1) + " \u{2192}", "small end strong")
    }

    /// The thresholds of the study's number and of the single slice, named at the right.
    func drawThresholds(in drawing: inout SVGDrawing) {
        let lines = Self.thresholds(judging, layout, texts)
        let places = LabelSpread.places(lines.map { y($0.value) }, distance: 14, within: top...bottom)
        for (line, place) in zip(lines, places) {
            drawing.line(left, y(line.value), right, y(line.value), line.cssClass)
            drawing.text(right + 6, place + 4, line.words, "small start")
        }
    }

    private static func thresholds(
        _ judging: JudgingDefinition, _ layout: SliceChart.Layout, _ texts: ReportTexts
    ) -> [(value: Double, words: String, cssClass: String)] {
        [
            (judging.positiveFrom, ReportText.studyPositiveFrom, "threshold upper"),
            (judging.slicePositiveFrom, .slicePositiveFrom, "threshold slice"),
            (judging.negativeBelow, .studyNegativeBelow, "threshold lower"),
        ].map { value, text, cssClass in
            let number = texts.threshold(value)
            return (value, layout == .narrow ? number : texts(text, ["threshold": number]), cssClass)
        }
    }
}
