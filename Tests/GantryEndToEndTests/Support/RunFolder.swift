import Foundation

/// A folder with an input, a store and reports of its own.
struct RunFolder: Sendable {
    /// The folder.
    let url: URL

    /// Folder of the studies.
    var input: URL { url.appending(path: "input") }
    /// File of the store.
    var store: URL { url.appending(path: "state/store.sqlite") }
    /// Folder of the reports.
    var output: URL { url.appending(path: "reports") }

    /// Runs `body` with a new one, empty but for an empty input, and removes it afterwards.
    static func use<Result>(_ body: (RunFolder) throws -> Result) throws -> Result {
        try TemporaryFolder.use { url in
            let folder = RunFolder(url: url)
            try FileManager.default.createDirectory(at: folder.input, withIntermediateDirectories: true)
            return try body(folder)
        }
    }

    /// The options of a run here.
    func options(bundle: String = Executable.quickBundle) -> [String] {
        [
            "--pipeline", bundle, "--store", store.path, "--output", output.path, "--smallest-free-gb", "0",
        ]
    }

    /// The command line of an `ingest` of the input.
    func ingest(bundle: String = Executable.quickBundle, json: Bool = true) -> [String] {
        ["ingest", input.path] + options(bundle: bundle) + (json ? ["--json"] : [])
    }

    /// `status --json`: one line a study.
    func status() throws -> [JSON] {
        try Executable.run(["status", "--store", store.path, "--json"]).lines(of: "study-summary")
    }

    /// The last line of `status --json`: who runs the store, and what is waited for.
    func activity() throws -> JSON {
        try Executable.run(["status", "--store", store.path, "--json"]).lines(of: "status").first ?? .null
    }

    /// `status KEY --json`.
    func status(of key: String) throws -> JSON {
        try Executable.run(["status", key, "--store", store.path, "--json"]).lines(of: "study").first ?? .null
    }

    /// All reports, by Study Instance UID.
    func reports() throws -> [String: JSON] {
        var reports: [String: JSON] = [:]
        for file in output.filesBelow where file.lastPathComponent == "report.json" {
            let report = try JSON(contentsOf: file)
            reports[report["studyInstanceUID"].text ?? file.path] = report
        }
        return reports
    }

    /// All reports without what differs from store to store and from run to run: keys, moments, folders.
    func comparableReports() throws -> [String: JSON] {
        try reports().mapValues {
            $0.without(["studyKey", "patientKey", "judgedAt", "startedAt", "finishedAt", "file"])
        }
    }
}
