import Foundation
import FoundationXML

/// A page read as XML: a page that is not well-formed does not parse.
final class MarkupElement {
    let name: String
    let attributes: [String: String]
    private(set) var children: [MarkupElement] = []
    /// Text of this element and of those inside it, in order.
    private(set) var text = ""

    init(name: String, attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    /// This element and all below it, in document order.
    var all: [MarkupElement] { [self] + children.flatMap(\.all) }

    /// Words of the class attribute.
    var classes: Set<String> { Set((attributes["class"] ?? "").split(separator: " ").map(String.init)) }

    /// Elements of this name.
    func elements(_ name: String) -> [MarkupElement] { all.filter { $0.name == name } }

    /// Elements that have all these classes.
    func with(_ classes: String...) -> [MarkupElement] { all.filter { $0.classes.isSuperset(of: classes) } }

    /// The element of this id.
    func id(_ id: String) -> MarkupElement? { all.first { $0.attributes["id"] == id } }

    fileprivate func append(_ child: MarkupElement) { children.append(child) }
    fileprivate func append(_ more: String) { text += more }
}

/// What is wrong with a page.
struct NotWellFormed: Error { let line: Int }

enum MarkupDocument {
    static func parse(_ text: String) throws -> MarkupElement {
        let parser = XMLParser(data: Data(text.utf8))
        let builder = Builder()
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else { throw NotWellFormed(line: parser.lineNumber) }
        return root
    }

    private final class Builder: NSObject, XMLParserDelegate {
        var root: MarkupElement?
        private var open: [MarkupElement] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let element = MarkupElement(name: name, attributes: attributes)
            open.last?.append(element)
            if root == nil { root = element }
            open.append(element)
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            for element in open { element.append(text) }
        }
    }
}
