import Foundation

/// A CSV file of RFC 4180 with a header line; quoted fields may hold commas, quotes and line ends.
struct CSVTable {
    /// Each row by column name.
    let rows: [[String: String]]

    init(contentsOf url: URL) throws {
        let lines = Self.parse(try String(contentsOf: url, encoding: .utf8))
        let header = lines.first ?? []
        rows = lines.dropFirst().map { fields in
            Dictionary(zip(header, fields), uniquingKeysWith: { first, _ in first })
        }
    }

    private static func parse(_ text: String) -> [[String]] {
        var lines: [[String]] = []
        var fields: [String] = []
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var scalars = text.unicodeScalars.makeIterator()
        var pending = scalars.next()
        while let scalar = pending {
            pending = scalars.next()
            switch (scalar, isQuoted) {
            case ("\"", true) where pending == "\"":
                field.append("\"")
                pending = scalars.next()
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                fields.append(String(field))
                field = .init()
            case ("\n", false):
                lines.append(fields + [String(field)])
                fields = []
                field = .init()
            case ("\r", false): break
            default: field.append(scalar)
            }
        }
        if !fields.isEmpty || !field.isEmpty { lines.append(fields + [String(field)]) }
        return lines
    }
}
