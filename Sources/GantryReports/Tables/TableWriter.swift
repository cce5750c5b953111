import GantryCore

/// Writes the rows of one table in every form that is asked for.
final class TableWriter<Part> {
    let name: String
    let files: [TableFile]
    private let columns: [TableColumn<Part>]
    private let pseudonyms: (any Pseudonyms)?
    /// What was last replaced in each column, and by what: what repeats from row to row is replaced once.
    private var replaced: [(text: String, by: String)?]

    init(
        _ name: String, _ columns: [TableColumn<Part>], _ options: TableExport.Options,
        in folder: borrowing ReportFolder
    ) throws(ReportFault) {
        self.name = name
        self.columns = columns
        pseudonyms = options.pseudonyms
        replaced = Array(repeating: nil, count: columns.count)
        var files: [TableFile] = []
        for format in options.formats {
            files.append(
                try TableFile(
                    name, format, columns: columns.map(\.name), hasByteOrderMark: options.hasByteOrderMark, in: folder))
        }
        self.files = files
    }

    /// Writes the row of `part`.
    func append(_ account: StudyAccount, _ part: Part) throws(ReportFault) {
        for (index, column) in columns.enumerated() {
            let value = shown(column.value(account, part), column.deidentified, index)
            for file in files { file.append(value, column.name, at: index) }
        }
        for file in files { try file.endRow() }
    }

    private func shown(_ value: TableValue, _ deidentified: Deidentified, _ index: Int) -> TableValue {
        guard let pseudonyms, deidentified != .kept else { return value }
        guard deidentified != .gone, case .text(let text?) = value else { return .absent }
        // By bytes: what Unicode takes for the same text is another one here.
        if let last = replaced[index], last.text.utf8.elementsEqual(text.utf8) { return .text(last.by) }
        let other = deidentified == .mapped ? pseudonyms.uid(for: text) : pseudonyms.digits(for: text)
        replaced[index] = (text, other)
        return .text(other)
    }
}
