import Foundation

/// The `gantry` executable that was built with these tests, run as a user runs it.
struct Executable {
    /// How a run ended.
    struct Run {
        /// Exit code; 128 + signal where a signal ended it.
        var status: Int32
        /// All of standard output.
        var output: String
        /// All of standard error.
        var errors: String
        /// Largest resident memory of the process itself, MiB.
        var peakMemoryMiB: Int
    }

    /// Beside the test bundle.
    static let path: String = {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: test).deletingLastPathComponent().appending(path: "gantry").path
    }()

    /// The package's folder.
    static let packageFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The bundle with its made model.
    static let bundle = packageFolder.appending(path: "Pipelines/covid19-chest-ct").path

    /// The committed sample studies.
    static let samples = packageFolder.appending(path: "SampleStudies").path

    /// A process that has been started.
    final class Started {
        let process: Process
        private let outputFile: URL
        private let errorFile: URL

        init(_ arguments: [String], environment: [String: String], input: String?, folder: URL?) throws {
            let scratch = try TemporaryFolder.make()
            outputFile = scratch.appending(path: "out")
            errorFile = scratch.appending(path: "err")
            for file in [outputFile, errorFile] { FileManager.default.createFile(atPath: file.path, contents: nil) }
            process = Process()
            process.executableURL = URL(filePath: Executable.path)
            process.arguments = arguments
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            process.standardOutput = try FileHandle(forWritingTo: outputFile)
            process.standardError = try FileHandle(forWritingTo: errorFile)
            if let folder { process.currentDirectoryURL = folder }
            if let input {
                let pipe = Pipe()
                process.standardInput = pipe
                try process.run()
                try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try pipe.fileHandleForWriting.close()
            } else {
                process.standardInput = FileHandle.nullDevice
                try process.run()
            }
        }

        /// What has been written to standard error so far.
        var errorsSoFar: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

        /// What has been written to standard output so far.
        var outputSoFar: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

        /// Waits for the end.
        func finish() -> Run {
            var peak = 0
            while process.isRunning {
                if let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
                    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
                    let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
                {
                    peak = max(peak, kilobytes / 1024)
                }
                usleep(20_000)
            }
            process.waitUntilExit()
            let status = process.terminationStatus
            return Run(
                status: process.terminationReason == .uncaughtSignal ? 128 + status : status, output: outputSoFar,
                errors: errorsSoFar, peakMemoryMiB: peak)
        }
    }

    /// Starts it and returns at once.
    static func start(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil, in folder: URL? = nil
    ) throws -> Started {
        try Started(arguments, environment: environment, input: input, folder: folder)
    }

    /// Runs it to the end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil, in folder: URL? = nil
    ) throws -> Run {
        try start(arguments, environment: environment, input: input, in: folder).finish()
    }
}

/// Folders that go away with the test process's temporary directory.
enum TemporaryFolder {
    /// A new, empty folder.
    static func make() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gantry-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
