import Foundation
import Testing

/// One run over a copy of SampleStudies and a second one after it, made once for many tests; the copy is then removed,
/// so whatever they look at comes from the store and the reports.
///
/// In the copy the patients' folders, which bear their identities, are called `source-1` and so on: what a person named
/// may be shown, and must not hide what must not.
struct SampleRun: Sendable {
    /// Where it ran.
    var folder: RunFolder
    /// Number of files in the input.
    var files: Int
    /// The input before and after both runs.
    var before: String
    var after: String
    /// The first run.
    var first: ProcessEnd
    /// Reports after the first run, by Study Instance UID.
    var firstReports: [String: JSON]
    /// The second run, told to print a table.
    var second: ProcessEnd
    /// A third run, told to print JSON lines.
    var third: ProcessEnd
    /// `status`, `status --json`.
    var statusTable: ProcessEnd
    var statusLines: ProcessEnd

    /// The runs; made where they are first asked for.
    static func made() throws -> SampleRun { try shared.get() }

    private static let shared = Result<SampleRun, any Error> {
        let folder = RunFolder(url: try TemporaryFolder.make())
        try FileManager.default.createDirectory(at: folder.input, withIntermediateDirectories: true)
        let names = try FileManager.default.contentsOfDirectory(atPath: Executable.samples.path).sorted()
        for (number, name) in names.filter({ $0.hasPrefix("PHANTOM") }).enumerated() {
            try FileManager.default.copyItem(
                at: Executable.samples.appending(path: name), to: folder.input.appending(path: "source-\(number + 1)"))
        }
        let before = try Tools.snapshot(folder.input)
        let first = try Executable.run(folder.ingest())
        let firstReports = try folder.reports()
        let second = try Executable.run(folder.ingest(json: false))
        let third = try Executable.run(folder.ingest())
        let after = try Tools.snapshot(folder.input)
        let files = folder.input.filesBelow.count
        try FileManager.default.removeItem(at: folder.input)
        return SampleRun(
            folder: folder, files: files, before: before, after: after, first: first, firstReports: firstReports,
            second: second, third: third, statusTable: try Executable.run(["status", "--store", folder.store.path]),
            statusLines: try Executable.run(["status", "--store", folder.store.path, "--json"]))
    }

    /// The report of the study whose folder in the input begins with `path`.
    func report(below path: String) throws -> JSON {
        try #require(
            firstReports.values.first { report in
                report["files"]["notScored"].list.contains { $0["file"].text?.hasPrefix(path) == true }
            })
    }

    /// Identities of the phantoms, as their headers have them and as people write them.
    static let identities =
        (1...6).map { "PHANTOM-000\($0)" }
        + ["Ada", "Bruno", "Caspar", "Dora", "Emil", "Flora"].map { "Phantom^\($0)" }
}
