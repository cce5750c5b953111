import Foundation

/// The tables of `docs/export.md`: what each column is, for a person and for the tests.
struct DataDictionary {
    struct Column: Equatable {
        var name: String
        var type: String
        var deidentified: String
    }

    static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/export.md")

    /// Columns by table, in order.
    var tables: [String: [Column]] = [:]

    init() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        for part in text.components(separatedBy: "\n### `").dropFirst() {
            let lines = part.components(separatedBy: "\n")
            let rows = lines.prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| `") }
            tables[String(lines[0].dropLast())] = rows.map { row in
                let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                let name = cells[0].trimmingCharacters(in: ["`"])
                return Column(name: name, type: cells[1], deidentified: cells.last == "-" ? "kept" : cells.last ?? "")
            }
        }
    }
}
