import Foundation

/// The `gantry` executable that was built with these tests, run as a user runs it.
enum Executable {
    /// Beside the test bundle.
    static let path: String = {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: test).deletingLastPathComponent().appending(path: "gantry").path
    }()

    /// The package's folder.
    static let packageFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The bundle that ships; `GANTRY_TEST_BUNDLE` names another for a trial.
    static let bundle =
        ProcessInfo.processInfo.environment["GANTRY_TEST_BUNDLE"]
        ?? packageFolder.appending(path: "Pipelines/covid19-chest-ct").path

    /// The same network on smaller images, for tests in which the numbers do not matter: it scores many times as fast.
    /// What its training data looked like is not said of these. Where it cannot be made, the shipped one serves.
    static let quickBundle: String = {
        let made = try? BundleCopy.make(in: TemporaryFolder.make()) {
            $0.replacing(#/input-size: \d+/#, with: "input-size: 112").replacing(#/\n +features-.*/#, with: "")
        }
        return made ?? bundle
    }()

    /// The committed sample studies.
    static let samples = packageFolder.appending(path: "SampleStudies")

    /// Starts it and returns at once.
    static func start(
        _ arguments: [String], environment: [String: String] = [:], input: String = "",
        watching watched: Watched = .nothing
    ) throws -> RunningProcess {
        try RunningProcess(path, arguments, environment: environment, input: input, watching: watched)
    }

    /// Starts it with standard error in its standard output, as a log has both.
    static func startLogged(_ arguments: [String]) throws -> RunningProcess {
        try RunningProcess("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", path] + arguments, watching: .output)
    }

    /// Runs it to the end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) throws -> ProcessEnd {
        try start(arguments, environment: environment, input: input).finish()
    }
}

/// How a process ended.
struct ProcessEnd: Sendable {
    /// Exit code; 128 + signal where a signal ended it.
    var status: Int32
    /// All of standard output; with `Watched.terminal`, all that the terminal got.
    var output: String
    /// All of standard error; empty with `Watched.terminal`.
    var errors: String

    /// The lines of standard output, each one JSON value.
    var lines: [JSON] {
        get throws { try output.split(separator: "\n").map { try JSON(parsing: Data($0.utf8)) } }
    }

    /// The lines of standard output whose schema is `gantry.<name>/1`.
    func lines(of name: String) throws -> [JSON] { try lines.filter { $0["schema"].text == "gantry.\(name)/1" } }

    /// A failure's explanation.
    var description: String { "status \(status)\n\(output)\n\(errors)" }
}
