import Foundation
import GantryTestSupport

/// A program run to its end.
struct FinishedProgram {
    let status: Int32
    let output: String
    let error: String

    /// Runs `path` with `arguments` and nothing on its standard input.
    init(_ path: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let folder = try TemporaryFolder()
        let streams = ["output", "error"].map { folder.path + "/" + $0 }
        for stream in streams { try Data().write(to: URL(filePath: stream)) }
        let handles = try streams.map { try FileHandle(forWritingTo: URL(filePath: $0)) }
        (process.standardOutput, process.standardError) = (handles[0], handles[1])
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: FileManager.default.contents(atPath: streams[0]) ?? Data(), as: UTF8.self)
        error = String(decoding: FileManager.default.contents(atPath: streams[1]) ?? Data(), as: UTF8.self)
    }
}
