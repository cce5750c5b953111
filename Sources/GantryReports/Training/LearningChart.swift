import GantryCore

/// A quantity over the epochs: one line, or training's and validation's.
struct LearningChart {
    /// One line.
    struct Line {
        var name: String
        /// `training`, `validation` or `single`: colour, dashes and dots.
        var cssClass: String
        /// A value an epoch, from epoch 1 on; what is not finite leaves a gap.
        var values: [Double]
    }

    /// Where the axis of values begins and ends.
    enum Scale {
        /// From 0 to the largest, and on to the next mark.
        case fromZero
        /// A share: up to 1, from the tenth below the smallest.
        case share
    }

    /// What is drawn.
    let title: String
    let lines: [Line]
    /// Epochs that the axis has room for: those that will be, while the run goes on.
    let epochs: Int
    /// The best epoch, from 1.
    let best: Int?
    let scale: Scale
    /// A value in words, and, shorter, as a mark of the axis.
    let words: (Double) -> String
    let axisWords: (Double) -> String

    /// No wider than a telephone, so that the words of a drawing that is scaled down can be read.
    private static let width = 380.0
    private static let height = 236.0
    private static let top = 38.0
    private static let bottom = 194.0
    /// Epochs beyond which single ones are not pointed at.
    private static let mostPointedAt = 500

    /// The drawing; nil before the first epoch.
    func svg() -> String? {
        let count = lines.map(\.values.count).max() ?? 0
        guard count > 0 else { return nil }
        let low = range.0
        var high = range.1
        // The axis goes on to the next mark above.
        var marks = AxisTicks.marks(lower: low, upper: high, count: 4)
        if marks.count > 1, let last = marks.last, last < high - 1e-9 * high.magnitude {
            high = last + (marks[1] - marks[0])
            marks.append(high)
        }
        let texts = marks.map(axisWords)
        let left = 14 + 6.9 * Double(texts.map(\.count).max() ?? 0)
        let right = Self.width - 10
        let last = Double(max(epochs, count))
        let room = last > 1 ? (last - 1) * 0.02 : 0.5
        func x(_ epoch: Double) -> Double { left + (right - left) * (epoch - 1 + room) / (last - 1 + 2 * room) }
        let axisHigh = high
        func y(_ value: Double) -> Double {
            Self.bottom - (Self.bottom - Self.top) * min(max((value - low) / (axisHigh - low), 0), 1)
        }
        var drawing = SVGDrawing(width: Self.width, height: Self.height, cssClass: "chart learning", label: label)
        for (mark, text) in zip(marks, texts) {
            drawing.line(left, y(mark), right, y(mark), "grid")
            drawing.text(left - 7, y(mark) + 4, text, "small end")
        }
        drawing.line(left, Self.bottom, right, Self.bottom, "axis")
        for mark in Self.epochMarks(last: last) {
            drawing.line(x(mark), Self.bottom, x(mark), Self.bottom + 5, "axis")
            drawing.text(x(mark), Self.bottom + 18, DecimalText.short(mark, places: 0), "small middle")
        }
        drawing.text((left + right) / 2, Self.bottom + 36, "epoch", "small middle")
        if let best, best >= 1, best <= count {
            drawing.line(x(Double(best)), Self.top, x(Double(best)), Self.bottom, "best-line")
            drawing.text(min(max(x(Double(best)), left + 11), right - 11), Self.top - 4, "best", "best-word middle")
        }
        for line in lines { draw(line, x: x, y: y, pitch: x(2) - x(1), in: &drawing) }
        drawLegend(left: left, in: &drawing)
        if count <= Self.mostPointedAt { drawTitles(count, x: x, pitch: x(2) - x(1), in: &drawing) }
        return drawing.markup
    }

    private var finite: [Double] { lines.flatMap(\.values).filter(\.isFinite) }

    private var range: (Double, Double) {
        let (smallest, largest) = (finite.min() ?? 0, finite.max() ?? 1)
        switch scale {
        case .fromZero: return (min(0, smallest), largest > 0 ? largest : 1)
        case .share: return (min(0.9, max(0, (smallest * 10 - 0.001).rounded(.down) / 10)), 1)
        }
    }

    /// What a screen reader says: from where to where each line goes.
    private var label: String {
        let parts = lines.map { line in
            let name = line.name.isEmpty ? "" : line.name + " "
            guard let first = line.values.first, let last = line.values.last else { return name + "none" }
            return line.values.count == 1
                ? "\(name)\(words(first)) in epoch 1"
                : "\(name)from \(words(first)) in epoch 1 to \(words(last)) in epoch \(line.values.count)"
        }
        return "\(title) by epoch: " + parts.joined(separator: ", ") + (best.map { "; best epoch \($0)" } ?? "")
    }

    private static func epochMarks(last: Double) -> [Double] {
        guard last > 1 else { return [1] }
        let marks = AxisTicks.marks(lower: 1, upper: last, count: 6).filter { $0 == $0.rounded() }
        return (marks.first.map { $0 - 1 > 0.09 * last } ?? true ? [1] : []) + marks
    }

    private func draw(
        _ line: Line, x: (Double) -> Double, y: (Double) -> Double, pitch: Double, in drawing: inout SVGDrawing
    ) {
        var run: [(x: Double, y: Double)] = []
        for (index, value) in line.values.enumerated() {
            if value.isFinite { run.append((x(Double(index + 1)), y(value))) }
            guard !value.isFinite || index == line.values.count - 1 else { continue }
            drawing.polyline(run, "curve \(line.cssClass)")
            // Where points are far apart each is seen; one alone would be no line.
            if pitch >= 8 || run.count == 1 {
                for point in run {
                    drawing.circle(point.x, point.y, radius: pitch < 14 ? 2.2 : 3, "point \(line.cssClass)")
                }
            }
            run = []
        }
    }

    private func drawLegend(left: Double, in drawing: inout SVGDrawing) {
        var place = left
        for line in lines {
            guard let value = line.values.last else { continue }
            let text = line.name.isEmpty ? words(value) : "\(line.name) \(words(value))"
            drawing.line(place, 10, place + 20, 10, "curve \(line.cssClass)")
            drawing.text(place + 26, 14, text, "small strong start")
            place += 26 + 6.9 * Double(text.count) + 14
        }
    }

    /// Stripes that say an epoch's values where a pointer rests on them.
    private func drawTitles(_ count: Int, x: (Double) -> Double, pitch: Double, in drawing: inout SVGDrawing) {
        for epoch in 1...count {
            let values = lines.compactMap { line -> String? in
                guard epoch <= line.values.count else { return nil }
                return (line.name.isEmpty ? "" : line.name + " ") + words(line.values[epoch - 1])
            }
            drawing.rectangle(
                x: x(Double(epoch)) - pitch / 2, y: Self.top, width: pitch, height: Self.bottom - Self.top,
                "hit",
                title: "Epoch \(epoch): " + values.joined(separator: ", ") + (epoch == best ? " (best)" : ""))
        }
    }
}
