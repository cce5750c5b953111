/// An SVG drawing put together element by element; colours and strokes come from the page's style sheet by class.
///
/// Coordinates are pixels of the view box, y downwards.
struct SVGDrawing {
    private var body = ""
    private let width: Double
    private let height: Double
    private let cssClass: String
    private let label: String
    private var hasLinks = false

    /// An empty drawing of this size; `label` is what a screen reader says.
    init(width: Double, height: Double, cssClass: String, label: String) {
        self.width = width
        self.height = height
        self.cssClass = cssClass
        self.label = label
    }

    /// The element, well-formed as XML.
    var markup: String {
        let size = "\(number(width)) \(number(height))"
        return
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"\(escaped(cssClass))\" viewBox=\"0 0 \(size)\""
            // What is within a picture cannot be reached.
            + " role=\"\(hasLinks ? "group" : "img")\""
            + " aria-label=\"\(escaped(label))\">\(body)</svg>"
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ cssClass: String) {
        element("line", [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)], cssClass)
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ cssClass: String,
        title: String? = nil
    ) {
        var attributes = [("x", x), ("y", y), ("width", max(0, width)), ("height", max(0, height))]
        if radius > 0 { attributes.append(("rx", radius)) }
        element("rect", attributes, cssClass, title: title)
    }

    mutating func circle(_ x: Double, _ y: Double, radius: Double, _ cssClass: String, title: String? = nil) {
        element("circle", [("cx", x), ("cy", y), ("r", radius)], cssClass, title: title)
    }

    mutating func polyline(_ points: [(x: Double, y: Double)], _ cssClass: String) {
        guard points.count > 1 else { return }
        let list = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        body += "<polyline points=\"\(list)\" class=\"\(escaped(cssClass))\"/>"
    }

    mutating func polygon(_ points: [(x: Double, y: Double)], _ cssClass: String) {
        let list = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        body += "<polygon points=\"\(list)\" class=\"\(escaped(cssClass))\"/>"
    }

    /// Text whose base line is at `y`; `cssClass` says the size and where `x` is (`start`, `middle`, `end`).
    mutating func text(_ x: Double, _ y: Double, _ text: String, _ cssClass: String) {
        body += "<text x=\"\(number(x))\" y=\"\(number(y))\" class=\"\(escaped(cssClass))\">\(escaped(text))</text>"
    }

    /// Text turned a quarter to the left around its middle.
    mutating func uprightText(_ x: Double, _ y: Double, _ text: String, _ cssClass: String) {
        let place = "x=\"\(number(x))\" y=\"\(number(y))\" transform=\"rotate(-90 \(number(x)) \(number(y)))\""
        body += "<text \(place) class=\"\(escaped(cssClass))\">\(escaped(text))</text>"
    }

    /// What `draw` draws leads to `target`.
    mutating func link(to target: String, label: String, draw: (inout SVGDrawing) -> Void) {
        hasLinks = true
        body += "<a href=\"\(escaped(target))\" aria-label=\"\(escaped(label))\">"
        draw(&self)
        body += "</a>"
    }

    private mutating func element(
        _ name: String, _ attributes: [(String, Double)], _ cssClass: String, title: String? = nil
    ) {
        let list = attributes.map { "\($0.0)=\"\(number($0.1))\"" }.joined(separator: " ")
        body += "<\(name) \(list) class=\"\(escaped(cssClass))\""
        if let title { body += "><title>\(escaped(title))</title></\(name)>" } else { body += "/>" }
    }

    private func number(_ value: Double) -> String { DecimalText.coordinate(value) }

    private func escaped(_ text: String) -> String { MarkupEscaping.escaped(text) }
}
