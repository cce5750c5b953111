/// Rows of comma-separated values: UTF-8, a header, lines that end in CR LF, a cell in quotation marks where it has one
/// of its own, a comma or a line break.
///
/// Nothing in a text is taken for a formula by a spreadsheet: an apostrophe stands before what would begin one. That
/// is also done behind what begins a cell where the table is read with another separator, and before an apostrophe in
/// such a place; so the first of each such place is the one to take away.
///
/// **Source** RFC 4180; OWASP, CSV Injection.
struct CSVText: TableText {
    /// Whether the file begins with the byte order mark by which Excel knows UTF-8.
    var hasByteOrderMark = false

    func head(_ columns: [String]) -> [UInt8] {
        (hasByteOrderMark ? [0xEF, 0xBB, 0xBF] : []) + columns.joined(separator: ",").utf8 + Self.lineEnd
    }

    func append(_ value: TableValue, _ name: String, at index: Int, to bytes: inout [UInt8]) {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        switch value {
        case .integer(let number?): bytes += String(number).utf8
        case .number(let number?): if number.isFinite { bytes += number.description.utf8 }
        case .flag(let flag?): bytes += (flag ? "true" : "false").utf8
        case .text(let text?): Self.append(text, to: &bytes)
        case .texts(.some), .numbers(.some):
            var list: [UInt8] = []
            JSONText.append(value, to: &list)
            Self.append(String(decoding: list, as: UTF8.self), to: &bytes)
        case .integer(nil), .number(nil), .flag(nil), .text(nil), .texts(nil), .numbers(nil): break
        }
    }

    func endRow(_ bytes: inout [UInt8]) { bytes += Self.lineEnd }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// Appends a text as a cell. NUL, at which some readers end, becomes U+FFFD.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { units in
            let standsForItself = units.allSatisfy(Self.isPlain) && units.first.map(mayBeginFormula) != true
            if standsForItself { return bytes.append(contentsOf: units) }
            let isQuoted = units.contains { $0 == quote || $0 == comma || $0 == 0x0A || $0 == 0x0D }
            if isQuoted { bytes.append(quote) }
            // Behind what begins a cell, and spaces and quotation marks after it.
            var isBeginning = true
            for (index, unit) in units.enumerated() {
                if isBeginning, isFormula(units, at: index) { bytes.append(apostrophe) }
                isBeginning = beginsCell(unit) || isBeginning && (unit == space || unit == quote)
                switch unit {
                case 0: bytes += [0xEF, 0xBF, 0xBD]
                case quote: bytes += [quote, quote]
                default: bytes.append(unit)
                }
            }
            if isQuoted { bytes.append(quote) }
        }
    }

    private static let (quote, comma, space) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: " "))
    private static let apostrophe = UInt8(ascii: "'")

    /// What stands for itself wherever it is.
    private static func isPlain(_ unit: UInt8) -> Bool {
        unit >= 0x20 && unit != quote && unit != comma && unit != UInt8(ascii: ";")
    }

    /// What separates cells or lines, under whatever settings.
    private static func beginsCell(_ unit: UInt8) -> Bool {
        unit == UInt8(ascii: ";") || unit == 0x09 || unit == 0x0A || unit == 0x0D
    }

    private static func mayBeginFormula(_ unit: UInt8) -> Bool {
        switch unit {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), apostrophe, space, 0xEF: true
        default: false
        }
    }

    /// Whether a formula begins here, or an apostrophe stands here: `= + - @ '` and the first four in full width.
    private static func isFormula(_ units: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        switch units[index] {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), apostrophe: return true
        case 0xEF:
            guard index + 2 < units.count, units[index + 1] == 0xBC else { return false }
            return [0x9D, 0x8B, 0x8D, 0xA0].contains(units[index + 2])
        default: return false
        }
    }
}
