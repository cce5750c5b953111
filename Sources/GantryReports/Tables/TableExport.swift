import GantryCore

/// The tables of a store as files in a folder: `studies`, `series`, `slices` and `files`, each whole or not there.
///
/// Rows come study by study and are written as they come: memory does not grow with their number. The files take their
/// names in `commit`, in place of those that were there; what is not committed is removed with this value, and what a
/// killed process left by the next export into that folder. The folder is held meanwhile: a second export waits.
public final class TableExport {
    /// What is written.
    public struct Options: Sendable {
        /// At least one, each once.
        public var formats: [TableFormat]
        /// What stands in place of identity; nil where identity stays.
        public var pseudonyms: (any Pseudonyms)?
        /// Whether comma-separated values begin with the mark by which Excel knows UTF-8.
        public var hasByteOrderMark: Bool

        /// Tables of these forms.
        public init(
            formats: [TableFormat] = [.csv], pseudonyms: (any Pseudonyms)? = nil, hasByteOrderMark: Bool = false
        ) {
            self.formats = formats
            self.pseudonyms = pseudonyms
            self.hasByteOrderMark = hasByteOrderMark
        }
    }

    /// A file that took its place.
    public struct WrittenTable: Sendable, Equatable {
        /// `studies`.
        public let table: String
        /// `studies.csv`.
        public let file: String
        /// Its form.
        public let format: TableFormat
        /// Rows, without the header.
        public let rows: Int
    }

    private let studies: TableWriter<StudyRecord?>
    private let series: TableWriter<StudyTables.Series>
    private let slices: TableWriter<SliceRecord>
    private let files: TableWriter<FileOutcome>
    private let isDeidentified: Bool
    // The last, for it is to be open when the files before it go.
    private let folder: ReportFolder

    /// Begins the files in `folder`, which is made where it does not exist.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`; `.otherIdentity` where what lies there names patients and this does not,
    /// or the other way about.
    public init(into path: String, _ options: Options) throws(ReportFault) {
        isDeidentified = options.pseudonyms != nil
        let folder = try ReportFolder.opening(path: path)
        try folder.lock()
        let others = StudyTables.names.flatMap { name in TableFormat.allCases.map { "\(name).\($0.rawValue)" } }
        try folder.reserve(forDeidentified: isDeidentified, unless: ["patients", "outbox"] + others)
        studies = try TableWriter(StudyTables.names[0], StudyTables.studies, options, in: folder)
        series = try TableWriter(StudyTables.names[1], StudyTables.series, options, in: folder)
        slices = try TableWriter(StudyTables.names[2], StudyTables.slices, options, in: folder)
        files = try TableWriter(StudyTables.names[3], StudyTables.files, options, in: folder)
        self.folder = folder
    }

    /// Writes the rows of a study and its revision. **Throws** `.cannotWrite`, `.diskFull`.
    public func append(_ account: StudyAccount) throws(ReportFault) {
        try studies.append(account, account.record)
        for (index, decision) in account.series.enumerated() {
            var decision = decision
            if isDeidentified { decision.attributes = decision.attributes.deidentified }
            try series.append(account, StudyTables.Series(index: index, decision: decision))
        }
        for slice in account.slices { try slices.append(account, slice) }
        for file in account.files { try files.append(account, file) }
    }

    /// Gives the files their names, parts before what they are parts of, and says what was written, in the order of the
    /// tables.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`; those before keep their places then.
    public func commit() throws(ReportFault) -> [WrittenTable] {
        let tables = [
            (studies.name, studies.files), (series.name, series.files), (slices.name, slices.files),
            (files.name, files.files),
        ]
        for (_, files) in tables.reversed() { for file in files { try file.commit() } }
        return tables.flatMap { table, files in
            files.map { WrittenTable(table: table, file: $0.name, format: $0.format, rows: $0.rows) }
        }
    }
}
