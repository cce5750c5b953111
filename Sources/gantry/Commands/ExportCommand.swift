import ArgumentParser
import Foundation
import GantryCore
import GantryReports
import GantryStore

/// `gantry export`: what a store knows, as tables.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes what a store knows as tables: studies, series, slices, files.",
        discussion: """
            CSV for pandas, R and spreadsheets, or JSON lines; docs/export.md explains every column. Each study is \
            there, also one without a verdict, with its latest revision. The tables name the patients, unless \
            --deidentify is given. Reads the store only, also while a runner works on it; the same store gives the \
            same bytes. Each file is replaced whole or not at all.
            """
    )

    @OptionGroup var location: StoreLocation

    @Option(help: ArgumentHelp("Folder for the tables.", valueName: "folder"))
    var output: String

    @Option(help: ArgumentHelp("csv or jsonl; may be given several times.", valueName: "format"))
    var format: [TableFormat] = [.csv]

    @Option(
        help: ArgumentHelp(
            "Only what was judged, or failed, then or later: \(Timestamp.argumentForm).", valueName: "moment"))
    var since: String?

    @Flag(help: "Write every revision of a study, not only the latest.")
    var allRevisions = false

    @Flag(
        help: """
            Leave out names, dates, texts of DICOM and of Gantry; put pseudonyms for UIDs and paths, the same in every \
            export of this store.
            """)
    var deidentify = false

    @Flag(help: "Begin .csv files with the mark by which Excel knows UTF-8.")
    var excel = false

    @Flag(help: "Print one JSON object a file.")
    var json = false

    func validate() throws { _ = try moment() }

    private func moment() throws -> Timestamp? {
        guard let since else { return nil }
        guard let moment = Timestamp(argument: since) else {
            throw ValidationError("--since takes \(Timestamp.argumentForm), not \(since).")
        }
        return moment
    }

    func run() throws {
        try command {
            let interruption = try Interruption()
            defer { withExtendedLifetime(interruption) {} }
            let since = try moment()
            let store = try location.openForReading()
            try RunOptions.refuse(writing: [("--output", output)], into: store.inputs())
            let formats = TableFormat.allCases.filter { format.contains($0) }
            let export = try TableExport(
                into: output,
                TableExport.Options(
                    formats: formats, pseudonyms: deidentify ? store.pseudonyms : nil, hasByteOrderMark: excel))
            interruption.hold(
                saying: "gantry: stopping; the tables are not written. Once more to end at once.")
            try store.forEachAccount(since: since, allRevisions: allRevisions) { account in
                try interruption.check()
                try export.append(account)
            }
            try interruption.check()
            for table in try export.commit() { try tell(table) }
        }
    }

    private func tell(_ table: TableExport.WrittenTable) throws {
        let path = (output as NSString).appendingPathComponent(table.file)
        guard json else { return Terminal.output.line("\(path): \(counted(table.rows, "row", "rows"))") }
        try JSONLines.print(
            "export", Written(table: table.table, format: table.format.rawValue, file: path, rows: table.rows))
    }

    private struct Written: Encodable {
        var table: String
        var format: String
        var file: String
        var rows: Int
    }
}

extension TableFormat: ExpressibleByArgument {}
