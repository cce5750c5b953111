import GantryCore
import GantryGround

/// One table in one form, on its way to its place in a folder that is open as long as this is.
final class TableFile {
    /// `studies.csv`.
    let name: String
    let format: TableFormat
    /// Rows so far.
    private(set) var rows = 0
    private let text: any TableText
    private var file: AtomicFile
    private var bytes: [UInt8] = []

    /// Bytes that are written at once.
    private static let most = 1 << 18

    init(
        _ table: String, _ format: TableFormat, columns: [String], hasByteOrderMark: Bool,
        in folder: borrowing ReportFolder
    ) throws(ReportFault) {
        name = "\(table).\(format.rawValue)"
        self.format = format
        switch format {
        case .csv: text = CSVText(hasByteOrderMark: hasByteOrderMark)
        case .jsonl: text = JSONText()
        }
        file = try folder.beginning(name)
        bytes = text.head(columns)
    }

    func append(_ value: TableValue, _ column: String, at index: Int) {
        text.append(value, column, at: index, to: &bytes)
    }

    func endRow() throws(ReportFault) {
        text.endRow(&bytes)
        rows += 1
        if bytes.count >= Self.most { try flush() }
    }

    /// Gives the file its name. **Throws** `.cannotWrite`, `.diskFull`.
    func commit() throws(ReportFault) {
        try flush()
        do {
            try file.commit()
        } catch {
            throw ReportFault(writing: error, path: name)
        }
    }

    private func flush() throws(ReportFault) {
        do {
            try file.write(bytes)
        } catch {
            throw ReportFault(writing: error, path: name)
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
