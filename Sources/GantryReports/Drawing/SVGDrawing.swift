/// What a drawing is put together of: numbers are pixels of its view box, y downwards, and how each looks follows from
/// its class.
enum DrawnShape {
    case line(x1: Double, y1: Double, x2: Double, y2: Double, cssClass: String)
    case rectangle(
        x: Double, y: Double, width: Double, height: Double, radius: Double, cssClass: String, title: String?)
    case circle(x: Double, y: Double, radius: Double, cssClass: String, title: String?)
    case polyline([(x: Double, y: Double)], cssClass: String)
    case polygon([(x: Double, y: Double)], cssClass: String)
    case text(x: Double, y: Double, text: String, cssClass: String, isUpright: Bool)
    /// What is drawn until `linkEnd` leads to `target`.
    case link(target: String, label: String)
    case linkEnd
}

/// A drawing put together shape by shape, for a page as SVG, where colours and strokes come from the page's style sheet
/// by class.
///
/// Coordinates are pixels of the view box, y downwards.
struct SVGDrawing {
    /// In the order of drawing.
    private(set) var shapes: [DrawnShape] = []
    let width: Double
    let height: Double
    let cssClass: String
    private let label: String

    /// An empty drawing of this size; `label` is what a screen reader says.
    init(width: Double, height: Double, cssClass: String, label: String) {
        self.width = width
        self.height = height
        self.cssClass = cssClass
        self.label = label
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ cssClass: String) {
        shapes.append(.line(x1: x1, y1: y1, x2: x2, y2: y2, cssClass: cssClass))
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ cssClass: String,
        title: String? = nil
    ) {
        shapes.append(
            .rectangle(
                x: x, y: y, width: max(0, width), height: max(0, height), radius: radius, cssClass: cssClass,
                title: title))
    }

    mutating func circle(_ x: Double, _ y: Double, radius: Double, _ cssClass: String, title: String? = nil) {
        shapes.append(.circle(x: x, y: y, radius: radius, cssClass: cssClass, title: title))
    }

    mutating func polyline(_ points: [(x: Double, y: Double)], _ cssClass: String) {
        if points.count > 1 { shapes.append(.polyline(points, cssClass: cssClass)) }
    }

    mutating func polygon(_ points: [(x: Double, y: Double)], _ cssClass: String) {
        shapes.append(.polygon(points, cssClass: cssClass))
    }

    /// Text whose base line is at `y`; `cssClass` says the size and where `x` is (`start`, `middle`, `end`).
    mutating func text(_ x: Double, _ y: Double, _ text: String, _ cssClass: String) {
        shapes.append(.text(x: x, y: y, text: text, cssClass: cssClass, isUpright: false))
    }

    /// Text turned a quarter to the left around its middle.
    mutating func uprightText(_ x: Double, _ y: Double, _ text: String, _ cssClass: String) {
        shapes.append(.text(x: x, y: y, text: text, cssClass: cssClass, isUpright: true))
    }

    /// What `draw` draws leads to `target`.
    mutating func link(to target: String, label: String, draw: (inout SVGDrawing) -> Void) {
        shapes.append(.link(target: target, label: label))
        draw(&self)
        shapes.append(.linkEnd)
    }
}

// MARK: - Markup

extension SVGDrawing {
    /// The element, well-formed as XML.
    var markup: String {
        let size = "\(number(width)) \(number(height))"
        let hasLinks = shapes.contains { if case .link = $0 { true } else { false } }
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"\(escaped(cssClass))\" viewBox=\"0 0 \(size)\""
            // What is within a picture cannot be reached.
            + " role=\"\(hasLinks ? "group" : "img")\""
            + " aria-label=\"\(escaped(label))\">"
        for shape in shapes { write(shape, to: &text) }
        return text + "</svg>"
    }

    private func write(_ shape: DrawnShape, to text: inout String) {
        switch shape {
        case .line(let x1, let y1, let x2, let y2, let cssClass):
            text += element("line", [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)], cssClass)
        case .rectangle(let x, let y, let width, let height, let radius, let cssClass, let title):
            var attributes = [("x", x), ("y", y), ("width", width), ("height", height)]
            if radius > 0 { attributes.append(("rx", radius)) }
            text += element("rect", attributes, cssClass, title: title)
        case .circle(let x, let y, let radius, let cssClass, let title):
            text += element("circle", [("cx", x), ("cy", y), ("r", radius)], cssClass, title: title)
        case .polyline(let points, let cssClass):
            text += "<polyline points=\"\(list(points))\" class=\"\(escaped(cssClass))\"/>"
        case .polygon(let points, let cssClass):
            text += "<polygon points=\"\(list(points))\" class=\"\(escaped(cssClass))\"/>"
        case .text(let x, let y, let words, let cssClass, let isUpright):
            var place = "x=\"\(number(x))\" y=\"\(number(y))\""
            if isUpright { place += " transform=\"rotate(-90 \(number(x)) \(number(y)))\"" }
            text += "<text \(place) class=\"\(escaped(cssClass))\">\(escaped(words))</text>"
        case .link(let target, let label):
            text += "<a href=\"\(escaped(target))\" aria-label=\"\(escaped(label))\">"
        case .linkEnd:
            text += "</a>"
        }
    }

    private func element(
        _ name: String, _ attributes: [(String, Double)], _ cssClass: String, title: String? = nil
    ) -> String {
        let list = attributes.map { "\($0.0)=\"\(number($0.1))\"" }.joined(separator: " ")
        let start = "<\(name) \(list) class=\"\(escaped(cssClass))\""
        guard let title else { return start + "/>" }
        return start + "><title>\(escaped(title))</title></\(name)>"
    }

    private func list(_ points: [(x: Double, y: Double)]) -> String {
        points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    }

    private func number(_ value: Double) -> String { DecimalText.coordinate(value) }

    private func escaped(_ text: String) -> String { MarkupEscaping.escaped(text) }
}
