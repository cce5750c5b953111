import GantryCore

/// A verdict as a shape that needs no colour: a ring with a minus, a diamond with a question mark, a square with a
/// plus.
enum VerdictMark {
    /// The mark in a view box of 48 x 48.
    static func svg(_ finding: Finding, _ texts: ReportTexts) -> String { drawing(finding, texts).markup }

    /// Likewise, shape by shape.
    static func drawing(_ finding: Finding, _ texts: ReportTexts) -> SVGDrawing {
        var drawing = SVGDrawing(
            width: 48, height: 48, cssClass: "mark \(finding.rawValue)", label: texts(.finding(finding)))
        switch finding {
        case .negative:
            drawing.circle(24, 24, radius: 20, "ring")
            drawing.line(14, 24, 34, 24, "sign")
        case .indeterminate:
            drawing.polygon([(24, 2), (46, 24), (24, 46), (2, 24)], "filled")
            drawing.text(24, 33, "?", "question")
        case .positive:
            drawing.rectangle(x: 4, y: 4, width: 40, height: 40, radius: 6, "filled")
            drawing.line(13, 24, 35, 24, "sign light")
            drawing.line(24, 13, 24, 35, "sign light")
        }
        return drawing
    }

    /// The same shape, small, centred at a point of another drawing.
    static func draw(_ finding: Finding, x: Double, y: Double, radius r: Double, in drawing: inout SVGDrawing) {
        switch finding {
        case .negative: drawing.circle(x, y, radius: r * 0.9, "ring negative")
        case .indeterminate:
            drawing.polygon(
                [(x, y - r * 1.2), (x + r * 1.2, y), (x, y + r * 1.2), (x - r * 1.2, y)], "filled indeterminate")
        case .positive:
            drawing.rectangle(x: x - r * 0.9, y: y - r * 0.9, width: r * 1.8, height: r * 1.8, "filled positive")
        }
    }
}
