import Foundation
import GantryCore

/// A table of texts: `truth.csv`, lists of files and labels. The first line names the columns.
///
/// Fields are separated by comma, semicolon or tab, whichever the first line has most of, and may be quoted. A byte
/// order mark, CRLF and spaces around a field that is not quoted are left out, and so are empty lines.
///
/// **Source** RFC 4180 for the quoting.
package struct DelimitedTable {
    /// A line of the table.
    package struct Row {
        /// Number of the line it begins on, from 1.
        package let line: Int
        /// What stands in it; not necessarily as many as there are columns.
        package let fields: [String]
    }

    /// What is wrong with a line, for who throws a fault of its own.
    package struct Malformation: Error {
        /// From 1.
        package let line: Int
        /// A sentence.
        package let explanation: String
    }

    /// Names of the columns, as they stand there.
    package let columns: [String]
    /// Number of the line that names them; 1 for an empty table.
    package let headerLine: Int
    /// The lines behind it.
    package let rows: [Row]

    /// The table of a text. **Throws** where a quoted field does not end, or goes on behind its quotes.
    package init(_ text: String) throws(Malformation) {
        var bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        var scanner = Scanner(bytes: bytes, separator: Self.separator(of: bytes))
        var rows: [Row] = []
        while let row = try scanner.row() { rows.append(row) }
        columns = rows.first?.fields ?? []
        headerLine = rows.first?.line ?? 1
        self.rows = Array(rows.dropFirst())
    }

    /// Where a column stands, in any letters; nil where there is none of this name.
    package func column(_ name: String) -> Int? { columns.firstIndex { $0.lowercased() == name } }

    /// What stands in a column of a row; nil where the table has no such column, or the field is empty or absent.
    package func field(_ column: Int?, of row: Row) -> String? {
        guard let column, row.fields.indices.contains(column), !row.fields[column].isEmpty else { return nil }
        return row.fields[column]
    }

    /// The first row that has not as many fields as there are columns.
    package var unevenRow: Row? { rows.first { $0.fields.count != columns.count } }

    /// A field as it must stand in a table separated by commas: quoted where it has to be.
    package static func quoted(_ field: String) -> String {
        let special: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        let spaces: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let ends = Set([field.utf8.first, field.utf8.last].compactMap { $0 })
        if special.isDisjoint(with: field.utf8), ends.isDisjoint(with: spaces) { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }

    /// Whichever of the three the first line has most of, outside quotes.
    private static func separator(of bytes: [UInt8]) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes.drop(while: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        let comma = UInt8(ascii: ",")
        return [UInt8(ascii: ";"), UInt8(ascii: "\t")].reduce(comma) { best, other in
            counts[other, default: 0] > counts[best, default: 0] ? other : best
        }
    }

    private struct Scanner {
        let bytes: [UInt8]
        let separator: UInt8
        var position = 0
        var line = 1

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }
        private var isAtEndOfRow: Bool {
            next == nil || next == UInt8(ascii: "\n") || next == UInt8(ascii: "\r")
        }

        /// The next row that is not empty; nil behind the last.
        mutating func row() throws(Malformation) -> Row? {
            while position < bytes.count {
                let first = line
                var fields = [try field()]
                while next == separator {
                    position += 1
                    fields.append(try field())
                }
                endLine()
                if fields != [""] { return Row(line: first, fields: fields) }
            }
            return nil
        }

        /// Steps over the end of a line.
        private mutating func endLine() {
            guard let end = next else { return }
            position += 1
            if end == UInt8(ascii: "\r"), next == UInt8(ascii: "\n") { position += 1 }
            line += 1
        }

        private mutating func field() throws(Malformation) -> String {
            skipSpaces()
            return next == UInt8(ascii: "\"") ? try quotedField() : plainField()
        }

        private mutating func skipSpaces() {
            while let byte = next, byte == UInt8(ascii: " ") || byte == 9, byte != separator { position += 1 }
        }

        private mutating func plainField() -> String {
            let begin = position
            while !isAtEndOfRow, next != separator { position += 1 }
            var end = position
            while end > begin, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == 9 { end -= 1 }
            return String(decoding: bytes[begin..<end], as: UTF8.self)
        }

        private mutating func quotedField() throws(Malformation) -> String {
            let first = line
            var content: [UInt8] = []
            position += 1
            while let byte = next {
                position += 1
                if byte == UInt8(ascii: "\"") {
                    guard next == UInt8(ascii: "\"") else {
                        skipSpaces()
                        if isAtEndOfRow || next == separator { return String(decoding: content, as: UTF8.self) }
                        throw Malformation(line: line, explanation: "goes on behind the closing quote of a field.")
                    }
                    position += 1
                }
                if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && next != UInt8(ascii: "\n")) {
                    line += 1
                }
                content.append(byte)
            }
            throw Malformation(line: first, explanation: "opens a quote that nothing closes.")
        }
    }
}

extension DelimitedTable {
    /// The text of a file of a person's; **throws** `cannotRead`, `malformedTable` where it is not UTF-8.
    static func text(ofFile path: String) throws(TrainingDataFault) -> String {
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw TrainingDataFault(.cannotRead, subject: path, explanation: "cannot be read.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TrainingDataFault(
                .malformedTable, subject: path, explanation: "is not text in UTF-8; save it so.")
        }
        return text
    }

    /// The table of a text whose file is called `name`, with these columns at least and every row as wide as they are.
    /// **Throws** `malformedTable` naming file and line.
    init(_ text: String, name: String, requiring names: [String]) throws(TrainingDataFault) {
        let table: DelimitedTable
        do { table = try DelimitedTable(text) } catch {
            throw .malformedTable(name, line: error.line, error.explanation)
        }
        let missing = names.filter { table.column($0) == nil }
        guard missing.isEmpty else {
            throw .malformedTable(
                name, line: table.headerLine,
                "names the columns \(table.columns.joined(separator: ",")); expected "
                    + names.joined(separator: ", ") + " among them.")
        }
        if let row = table.unevenRow {
            throw .malformedTable(
                name, line: row.line,
                "has \(row.fields.count) fields, but the columns are \(table.columns.joined(separator: ",")).")
        }
        self = table
    }
}

extension TrainingDataFault {
    /// A fault of a line of a table.
    static func malformedTable(_ name: String, line: Int, _ explanation: String) -> TrainingDataFault {
        TrainingDataFault(.malformedTable, subject: "\(name):\(line)", explanation: explanation)
    }
}
