/// An aligned table for a person: a header, rows, and below a row, indented, sentences that belong to it.
struct Table {
    /// A column.
    struct Column {
        /// What becomes of a cell for which the terminal is too narrow.
        enum Fit {
            /// It stays whole.
            case whole
            /// It is cut in front: the end of a path tells most.
            case cutInFront
            /// It is cut behind.
            case cutBehind
            /// It goes on in the next line.
            case wrap
        }

        /// Its heading.
        var title: String
        /// Whether numbers stand under each other at the right.
        var isNumeric = false
        /// See `Fit`.
        var fit = Fit.whole
    }

    /// A row of cells, each with a colour, and sentences below it.
    struct Row {
        var cells: [(text: String, colour: Terminal.Colour?)]
        var notes: [String] = []
    }

    var columns: [Column]
    var rows: [Row] = []
    /// Columns that the notes are moved in by.
    var noteIndent = 2
    /// Whether the headings stand above.
    var hasHeader = true

    /// The table's lines for a terminal of its width.
    func rendered(for terminal: Terminal) -> String {
        let widths = widths(within: terminal.columns)
        var lines: [String] = []
        if hasHeader { lines += self.lines(columns.map { ($0.title, .bold) }, widths, terminal) }
        for row in rows {
            lines += self.lines(row.cells, widths, terminal)
            for note in row.notes {
                for (index, part) in note.wrapped(terminal.columns - noteIndent - 2).enumerated() {
                    let start = String(repeating: " ", count: noteIndent) + (index == 0 ? "└ " : "  ")
                    lines.append(terminal.painted(start + part, .faint))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What each column takes: its longest cell, where all fit; otherwise those that give way share what is left, and
    /// none of them more than it needs.
    private func widths(within available: Int) -> [Int] {
        var widths = columns.indices.map { column in
            rows.map { $0.cells[column].text.columns }.reduce(hasHeader ? columns[column].title.columns : 0, max)
        }
        let yielding = columns.indices.filter { columns[$0].fit != .whole }.sorted { widths[$0] < widths[$1] }
        let fixed = columns.indices.filter { columns[$0].fit == .whole }.reduce(0) { $0 + widths[$1] }
        var left = available - fixed - 2 * (columns.count - 1)
        for (done, column) in yielding.enumerated() {
            widths[column] = min(widths[column], max(12, left / (yielding.count - done)))
            left -= widths[column]
        }
        return widths
    }

    /// The lines of one row: more than one where a cell wraps.
    private func lines(
        _ cells: [(text: String, colour: Terminal.Colour?)], _ widths: [Int], _ terminal: Terminal
    ) -> [String] {
        let parts = columns.indices.map { column -> [String] in
            let (text, width) = (cells[column].text, widths[column])
            switch columns[column].fit {
            case .whole: return [text]
            case .cutInFront: return [text.tail(width)]
            case .cutBehind: return [text.head(width)]
            case .wrap: return text.wrapped(width)
            }
        }
        return (0..<(parts.map(\.count).max() ?? 0)).map { line in
            func text(_ column: Int) -> String { line < parts[column].count ? parts[column][line] : "" }
            let last = columns.indices.last { !text($0).isEmpty } ?? 0
            return columns.indices.prefix(through: last).map { column in
                let blanks = String(repeating: " ", count: max(0, widths[column] - text(column).columns))
                let painted = cells[column].colour.map { terminal.painted(text(column), $0) } ?? text(column)
                return columns[column].isNumeric ? blanks + painted : painted + (column == last ? "" : blanks)
            }.joined(separator: "  ")
        }
    }
}
