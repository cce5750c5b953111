import GantryCore

/// Identity as people read it.
package enum IdentityText {
    /// `Yamada, Tarou (山田, 太郎)` of `Yamada^Tarou=山田^太郎=やまだ^たろう`: family name, then prefix, given and middle
    /// names, then suffix; the ideographic group in brackets. `Name not given` where there is nothing.
    ///
    /// **Source** PS3.5 6.2 (VR PN).
    package static func name(_ text: String?, _ texts: ReportTexts = .english) -> String {
        let groups = (text ?? "").split(separator: "=", omittingEmptySubsequences: false).map(group)
        let named = groups.filter { !$0.isEmpty }
        guard let first = named.first else { return texts(.nameNotGiven) }
        guard groups.count > 1, !groups[0].isEmpty, !groups[1].isEmpty else { return first }
        return "\(first) (\(groups[1]))"
    }

    /// `YYYY-MM-DD` of a DICOM date, the text as it stands where it is none, nil where it is absent or blank.
    package static func date(_ text: String?) -> String? {
        filled(text).map { DICOMDate($0)?.iso ?? $0 }
    }

    /// `14:05` of a DICOM time, likewise.
    package static func time(_ text: String?) -> String? {
        guard let text = filled(text) else { return nil }
        let digits = Array(text.utf8.prefix(4))
        guard digits.count == 4, digits.allSatisfy({ (48...57).contains($0) }) else { return text }
        return String(decoding: digits[..<2], as: UTF8.self) + ":" + String(decoding: digits[2...], as: UTF8.self)
    }

    /// `female`, `male`, `other`; the code as it stands where it is another.
    package static func sex(_ code: String?, _ texts: ReportTexts = .english) -> String? {
        switch filled(code) {
        case "F": texts(.female)
        case "M": texts(.male)
        case "O": texts(.otherSex)
        case let text: text
        }
    }

    /// `2026-11-22 14:05:09 UTC`.
    package static func moment(_ timestamp: Timestamp, _ texts: ReportTexts = .english) -> String {
        if timestamp == .leftOut { return texts(.momentLeftOut) }
        let text = timestamp.description
        guard let separator = text.firstIndex(of: "T"), let point = text.lastIndex(of: ".") else { return text }
        let time = text[text.index(after: separator)..<point]
        return texts(.moment, ["day": String(text[..<separator]), "time": String(time)])
    }

    /// `2026-11-22 at 14:05 UTC`.
    package static func minute(_ timestamp: Timestamp, _ texts: ReportTexts = .english) -> String {
        if timestamp == .leftOut { return texts(.momentLeftOut) }
        let text = timestamp.description
        guard let separator = text.firstIndex(of: "T"), let colon = text.lastIndex(of: ":") else { return text }
        let time = text[text.index(after: separator)..<colon]
        return texts(.minute, ["day": String(text[..<separator]), "time": String(time)])
    }

    /// The text without spaces at its ends; nil where nothing remains.
    package static func filled(_ text: String?) -> String? {
        guard var rest = text.map({ Substring($0) }) else { return nil }
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest.isEmpty ? nil : String(rest)
    }

    private static func group(_ text: Substring) -> String {
        let parts = text.split(separator: "^", omittingEmptySubsequences: false).map { filled(String($0)) ?? "" }
        func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
        let given = [part(3), part(1), part(2)].filter { !$0.isEmpty }.joined(separator: " ")
        return [part(0), given, part(4)].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
