/// An aligned table for a person: a header, rows, and below a row, indented, sentences that belong to it.
struct Table {
    /// A column.
    struct Column {
        /// Its heading.
        var title: String
        /// Whether numbers stand under each other at the right.
        var isNumeric = false
        /// Whether its cells may be cut at the front when the terminal is narrow.
        var mayShrink = false
    }

    /// A row of cells, each with a colour, and sentences below it.
    struct Row {
        var cells: [(text: String, colour: Terminal.Colour?)]
        var notes: [String] = []
    }

    var columns: [Column]
    var rows: [Row] = []

    /// The table's lines for a terminal of its width.
    func rendered(for terminal: Terminal) -> String {
        var widths = columns.indices.map { column in
            rows.map { $0.cells[column].text.count }.reduce(columns[column].title.count, max)
        }
        let total = widths.reduce(0, +) + 2 * (columns.count - 1)
        if let shrinking = columns.firstIndex(where: \.mayShrink), total > terminal.columns {
            widths[shrinking] = max(12, widths[shrinking] - (total - terminal.columns))
        }
        func line(_ cells: [(text: String, colour: Terminal.Colour?)]) -> String {
            var parts: [String] = []
            for (column, cell) in cells.enumerated() {
                let text = columns[column].mayShrink ? cell.text.tail(widths[column]) : cell.text
                let isLast = column == columns.count - 1
                let placed =
                    columns[column].isNumeric
                    ? text.rightAligned(widths[column]) : isLast ? text : text.padded(widths[column])
                parts.append(cell.colour.map { terminal.painted(placed, $0) } ?? placed)
            }
            return parts.joined(separator: "  ")
        }
        var lines = [line(columns.map { ($0.title, .bold) })]
        for row in rows {
            lines.append(line(row.cells))
            for note in row.notes {
                for (index, part) in note.wrapped(terminal.columns - 4).enumerated() {
                    lines.append("  " + (index == 0 ? "└ " : "  ") + terminal.painted(part, .faint))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
