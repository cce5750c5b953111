import FoundationEssentials

/// One line of the shared data's MANIFEST.csv: what pydicom says about a file.
struct ManifestRow {
    private let values: [String: String]

    subscript(_ column: String) -> String { values[column] ?? "" }

    func number(_ column: String) -> Double? { Double(self[column]) }

    /// All rows of the file at `path`.
    static func all(_ path: String) throws -> [ManifestRow] {
        let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        var lines = text.split(separator: "\n").map { fields(String($0)) }
        let header = lines.removeFirst()
        return lines.map { ManifestRow(values: Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first })) }
    }

    /// The fields of a line; commas within quotes do not part them.
    private static func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line where character != "\r" {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
