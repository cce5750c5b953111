import GantryCore

/// Texts as value representations can hold them: what another system wrote may be longer, or have characters that mean
/// something else there. A backslash, which would part two values, becomes a slash.
///
/// **Source** PS3.5 6.2.
enum DICOMText {
    /// LO: 64 characters.
    static func longString(_ text: String?) -> String { line(text, 64) }

    /// SH: 16 characters.
    static func shortString(_ text: String?) -> String { line(text, 16) }

    /// ST: 1,024 characters.
    static func shortText(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(1024)))
    }

    /// UT: any length, and any character but those that steer something, line breaks aside.
    static func unlimited(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 && !"\t\n\r".unicodeScalars.contains($0) ? " " : $0 }))
    }

    /// LO with several values: those between backslashes.
    static func longStrings(_ text: String?) -> String {
        (text ?? "").split(separator: "\\").map { line(String($0), 64) }.joined(separator: "\\")
    }

    /// PN: three groups of 64 characters, five components each. What goes beyond is left out.
    static func personName(_ text: String?) -> String {
        line(text, .max).split(separator: "=", omittingEmptySubsequences: false).prefix(3).map { group in
            let components = group.split(separator: "^", omittingEmptySubsequences: false)
            return line(components.prefix(5).joined(separator: "^"), 64)
        }.joined(separator: "=")
    }

    /// DA: a day of the calendar; empty for anything else.
    static func date(_ text: String?) -> String {
        guard let text, text.utf8.count == 8 else { return "" }
        let (year, rest) = (text.prefix(4), text.dropFirst(4))
        return Timestamp("\(year)-\(rest.prefix(2))-\(rest.suffix(2))T00:00:00.000Z") == nil ? "" : text
    }

    /// TM: a time of the day, to the microsecond; empty for anything else.
    static func time(_ text: String?) -> String {
        let parts = (text ?? "").split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, [2, 4, 6].contains(whole.utf8.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return "" }
        let numbers = stride(from: 0, to: whole.count, by: 2).compactMap { Int(whole.dropFirst($0).prefix(2)) }
        guard zip(numbers, [23, 59, 60]).allSatisfy({ $0 <= $1 }) else { return "" }
        guard parts.count == 2, whole.utf8.count == 6 else { return String(whole) }
        return "\(whole).\(parts[1].prefix(6))"
    }

    /// CS of one of `words`; empty for anything else.
    static func code(_ text: String?, of words: [String]) -> String {
        text.flatMap { words.contains($0) ? $0 : nil } ?? ""
    }

    /// AS: three digits and a unit; empty for anything else.
    static func age(_ text: String?) -> String {
        guard let text, text.wholeMatch(of: /[0-9]{3}[DWMY]/) != nil else { return "" }
        return text
    }

    private static func line(_ text: String?, _ limit: Int) -> String {
        let scalars = (text ?? "").unicodeScalars.map { scalar -> Unicode.Scalar in
            if scalar == "\\" { return "/" }
            return scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar
        }
        var kept = scalars.drop { $0 == " " }.prefix(limit)
        while kept.last == " " { kept.removeLast() }
        return String(String.UnicodeScalarView(kept))
    }
}
