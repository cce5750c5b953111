/// Text in a terminal's columns: a character of a wide script takes two.
extension String {
    /// Columns the text takes; it has no control characters (see `printable`).
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// The first characters that fit into `width` columns, with an ellipsis behind where some were cut.
    func head(_ width: Int) -> String {
        columns <= width ? self : Self.fitting(self, width - 1) + "…"
    }

    /// The last characters that fit into `width` columns, with an ellipsis in front where some were cut: the end of a
    /// path tells most.
    func tail(_ width: Int) -> String {
        columns <= width ? self : "…" + String(Self.fitting(reversed(), width - 1).reversed())
    }

    /// The text with an ellipsis in its middle where it takes more than `width` columns: of a long path both ends tell.
    func middle(_ width: Int) -> String {
        guard columns > width else { return self }
        let half = (width - 1) / 2
        return Self.fitting(self, width - 1 - half) + "…" + String(Self.fitting(reversed(), half).reversed())
    }

    /// A path for a sentence or a line of its own: shortened in the middle where it is much longer than a line.
    var shortened: String { middle(160) }

    private static func fitting(_ characters: some Sequence<Character>, _ width: Int) -> String {
        var text = ""
        var used = 0
        for character in characters {
            used += character.columns
            if used > width { break }
            text.append(character)
        }
        return text
    }

    /// The text broken at spaces into lines of at most `width` columns; a longer word, such as a path, is cut.
    func wrapped(_ width: Int) -> [String] {
        let width = Swift.max(width, 8)
        var lines: [String] = []
        var current = ""
        for var word in split(separator: " ").map(String.init) {
            if !current.isEmpty && current.columns + 1 + word.columns > width {
                lines.append(current)
                current = ""
            }
            while word.columns > width {
                let part = Self.fitting(word, width)
                lines.append(part)
                word.removeFirst(part.count)
            }
            current += (current.isEmpty ? "" : " ") + word
        }
        if !current.isEmpty { lines.append(current) }
        return lines
    }

    /// The text followed by spaces up to `width` columns.
    func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - columns))
    }

    /// The text preceded by spaces up to `width` columns.
    func rightAligned(_ width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - columns)) + self
    }
}

extension Character {
    /// 2 for ideographs, kana, hangul, full-width forms and pictures, otherwise 1.
    ///
    /// **Source** Unicode Standard Annex 11: the blocks whose East Asian Width is W or F, roughly.
    fileprivate var columns: Int {
        guard let value = unicodeScalars.first?.value, value >= 0x1100 else { return 1 }
        return Self.wide.contains { $0.contains(value) } ? 2 : 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
