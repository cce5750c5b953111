import Foundation

/// A program run to its end.
struct FinishedProgram {
    let status: Int32
    let output: String

    /// Runs `path` with `arguments`, and `input` on its standard input.
    init(_ path: String, _ arguments: [String], input: Data = Data()) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let folder = try TemporaryFolder()
        let file = folder.path + "/input"
        try input.write(to: URL(fileURLWithPath: file))
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }
}
