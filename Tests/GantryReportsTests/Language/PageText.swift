import Foundation
import FoundationXML

/// A text that a reader of a page sees or hears: between two tags, or in an attribute that is shown or read out.
struct PageText {
    let text: String
    /// Class words of the elements around it.
    let classes: Set<String>

    /// The texts of a page in document order: no style sheet, and nothing that says that it is English.
    static func all(of page: String) throws -> [PageText] {
        let parser = XMLParser(data: Data(page.utf8))
        let builder = Builder()
        parser.delegate = builder
        guard parser.parse() else { throw NotWellFormed(line: parser.lineNumber) }
        return builder.texts
    }

    private final class Builder: NSObject, XMLParserDelegate {
        private(set) var texts: [PageText] = []
        private var open: [(classes: [String], isLeftOut: Bool)] = []
        private var text = ""

        private func end() {
            defer { text = "" }
            guard text.contains(where: { !$0.isWhitespace }), !open.contains(where: \.isLeftOut) else { return }
            texts.append(PageText(text: text, classes: Set(open.flatMap(\.classes))))
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            end()
            let classes = (attributes["class"] ?? "").split(separator: " ").map(String.init)
            open.append((classes, name == "style" || attributes["lang"] == "en"))
            for shown in ["alt", "title", "aria-label", "data-label"] {
                text = attributes[shown] ?? ""
                end()
            }
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            end()
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters more: String) { text += more }
    }
}
