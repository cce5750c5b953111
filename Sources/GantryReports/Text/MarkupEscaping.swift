import Mustache

/// Text made safe for markup, scalar by scalar.
///
/// swift-mustache's own HTML type compares whole characters, so a quotation mark followed by a combining accent, one
/// character to Swift, would pass it and end an attribute.
package struct MarkupEscaping: MustacheContentType {
    /// The name by which templates ask for it: `{{% CONTENT_TYPE:MARKUP}}`.
    static let contentTypeName = "MARKUP"

    package func escapeText(_ text: String) -> String { Self.escaped(text) }

    /// `text` with `& < > " '` as references; characters that XML forbids become U+FFFD.
    package static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result.unicodeScalars.append(" ")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
