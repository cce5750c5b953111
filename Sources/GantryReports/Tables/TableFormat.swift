/// In which form a table is written.
public enum TableFormat: String, Sendable, CaseIterable {
    /// Comma-separated values, by RFC 4180.
    case csv
    /// JSON lines: an object a row.
    case jsonl
}

/// One form of a row, cell by cell, as UTF-8.
protocol TableText: Sendable {
    /// What stands before the first row.
    func head(_ columns: [String]) -> [UInt8]

    /// Appends the cell of the column at `index`, which is called `name`.
    func append(_ value: TableValue, _ name: String, at index: Int, to bytes: inout [UInt8])

    /// Appends what ends a row.
    func endRow(_ bytes: inout [UInt8])
}
