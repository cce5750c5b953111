import GantryCore

/// Colours of a printed page: those of `StyleSheet` in a light setting.
enum PDFColours {
    static let ink = PDFColour(0x1c2733)
    static let soft = PDFColour(0x55626f)
    static let line = PDFColour(0xdde3e9)
    static let wash = PDFColour(0xf4f6f9)
    static let paper = PDFColour(0xffffff)
    static let notice = PDFColour(0x5c4300)
    static let noticeLine = PDFColour(0xd9b95c)
    static let noticeWash = PDFColour(0xfff8e3)
    static let negative = PDFColour(0x1d5f8a)
    static let indeterminate = PDFColour(0x8a6100)
    static let indeterminateInk = PDFColour(0x6e4d00)
    static let positive = PDFColour(0xb03a0e)

    static func main(_ finding: Finding) -> PDFColour {
        switch finding {
        case .negative: negative
        case .indeterminate: indeterminate
        case .positive: positive
        }
    }

    static func word(_ finding: Finding) -> PDFColour {
        finding == .indeterminate ? indeterminateInk : main(finding)
    }

    static func wash(_ finding: Finding) -> PDFColour {
        switch finding {
        case .negative: PDFColour(0xe9f2f8)
        case .indeterminate: PDFColour(0xfdf4dc)
        case .positive: PDFColour(0xfdeee6)
        }
    }

    static func zone(_ finding: Finding) -> PDFColour {
        switch finding {
        case .negative: PDFColour(0xb9d6e8)
        case .indeterminate: PDFColour(0xf0d894)
        case .positive: PDFColour(0xf0b89c)
        }
    }
}

/// A drawing of the pages on a canvas: its classes look as the style sheet has them.
struct PDFDrawing {
    private let drawing: SVGDrawing
    private let scale: Double
    private let own: Set<Substring>

    var width: Double { drawing.width * scale }
    var height: Double { drawing.height * scale }

    /// `drawing` in this width.
    init(_ drawing: SVGDrawing, width: Double) {
        self.drawing = drawing
        scale = width / drawing.width
        own = Set(drawing.cssClass.split(separator: " "))
    }

    /// Draws it; x, y is its upper left corner. **Throws** `.cannotEncode`.
    func show(on canvas: borrowing PDFCanvas, x: Double, y: Double) throws(ReportFault) {
        canvas.push(x: x, y: y, scale: scale)
        for shape in drawing.shapes { try show(shape, on: canvas) }
        canvas.pop()
    }

    private func show(_ shape: DrawnShape, on canvas: borrowing PDFCanvas) throws(ReportFault) {
        switch shape {
        case .line(let x1, let y1, let x2, let y2, let cssClass):
            if let pen = look(cssClass).pen { canvas.line(x1, y1, x2, y2, pen) }
        case .rectangle(let x, let y, let width, let height, let radius, let cssClass, _):
            let look = look(cssClass)
            canvas.rectangle(x: x, y: y, width: width, height: height, radius: radius, fill: look.fill, pen: look.pen)
        case .circle(let x, let y, let radius, let cssClass, _):
            let look = look(cssClass)
            canvas.circle(x: x, y: y, radius: radius, fill: look.fill, pen: look.pen)
        case .polyline(let points, let cssClass):
            canvas.path(points, isClosed: false, pen: look(cssClass).pen)
        case .polygon(let points, let cssClass):
            let look = look(cssClass)
            canvas.path(points, isClosed: true, fill: look.fill, pen: look.pen)
        case .text(let x, let y, let words, let cssClass, let isUpright):
            try show(words, cssClass, x: x, y: y, isUpright: isUpright, on: canvas)
        case .link, .linkEnd: break
        }
    }

    private func show(
        _ words: String, _ cssClass: String, x: Double, y: Double, isUpright: Bool, on canvas: borrowing PDFCanvas
    ) throws(ReportFault) {
        let classes = Set(cssClass.split(separator: " "))
        let text = try canvas.text(words, Self.font(classes))
        let isCentred = classes.contains("middle") || classes.contains("question")
        let share = isCentred ? 0.5 : classes.contains("end") ? 1.0 : 0
        canvas.push(x: x, y: y, isUpright: isUpright)
        canvas.show(text, x: -text.width * share, y: -text.baseline)
        canvas.pop()
    }

    private static func font(_ classes: Set<Substring>) -> PDFFont {
        if classes.contains("question") { return PDFFont(27, PDFColours.paper, isBold: true) }
        if classes.contains("flag-word") { return PDFFont(11, PDFColours.paper, isBold: true) }
        if classes.contains("zone-word") { return PDFFont(10.5, PDFColours.ink, isBold: true) }
        if classes.contains("value") { return PDFFont(14.5, PDFColours.ink, isBold: true) }
        if classes.contains("gap-word") { return PDFFont(11.5, PDFColours.indeterminateInk, isBold: true) }
        if classes.contains("strong") { return PDFFont(11.5, PDFColours.ink, isBold: true) }
        return PDFFont(11.5, PDFColours.soft)
    }

    private func look(_ cssClass: String) -> (fill: PDFColour?, pen: PDFPen?) {
        let classes = Set(cssClass.split(separator: " "))
        let finding =
            Finding.allCases.first { classes.contains(Substring($0.rawValue)) }
            ?? Finding.allCases.first { own.contains(Substring($0.rawValue)) }
        let ink = PDFColours.ink
        switch cssClass.split(separator: " ").first.map(String.init) ?? "" {
        case "ring": return (PDFColours.paper, PDFPen(PDFColours.negative, classes.contains("negative") ? 3 : 5))
        case "filled": return (finding.map(PDFColours.main) ?? ink, PDFPen(PDFColours.paper, 1.2))
        case "sign":
            let colour = classes.contains("light") ? PDFColours.paper : PDFColours.negative
            return (nil, PDFPen(colour, 5, isRound: true))
        case "zone": return (finding.map(PDFColours.zone) ?? PDFColours.wash, nil)
        case "needle": return (nil, PDFPen(ink, 1.6))
        case "interval": return (nil, PDFPen(ink, 2))
        case "tick", "axis": return (nil, PDFPen(PDFColour(0x8793a0), 1))
        case "grid": return (nil, PDFPen(PDFColour(0xe6eaee), 1))
        case "threshold": return (nil, threshold(classes))
        case "trace": return (nil, PDFPen(PDFColour(0x9fb0c0), 1.4, isRound: true))
        case "dot":
            return classes.contains("high")
                ? (PDFColours.positive, PDFPen(PDFColours.positive, 1.6))
                : (PDFColours.paper, PDFPen(PDFColours.negative, 1.6))
        case "top": return (nil, PDFPen(ink, 1.6))
        case "leader": return (nil, PDFPen(PDFColours.soft, 1))
        case "flag": return (ink, nil)
        case "gap":
            return (
                PDFColour(0xf0d894, opacity: 0.55), PDFPen(PDFColours.indeterminate, 1, dash: 4, gap: 3)
            )
        case "strip":
            let colours = ["scored": 0x5d7285, "skipped": 0xd5dce3, "rejected": 0xb03a0e] as [Substring: UInt32]
            return (classes.compactMap { colours[$0] }.first.map { PDFColour($0) }, nil)
        case "cross": return (nil, PDFPen(PDFColours.positive, 2))
        default: return (nil, nil)
        }
    }

    private func threshold(_ classes: Set<Substring>) -> PDFPen {
        if classes.contains("upper") { return PDFPen(PDFColours.positive, 1.2, dash: 7, gap: 4) }
        if classes.contains("lower") { return PDFPen(PDFColours.negative, 1.2, dash: 7, gap: 4) }
        return PDFPen(PDFColour(0x6b7783), 1.2, dash: 2, gap: 3)
    }
}
