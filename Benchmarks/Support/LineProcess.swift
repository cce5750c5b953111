import Foundation

/// A child process that answers each line it is sent with one line of its own.
public final class LineProcess {
    private let process = Process()
    private let questions: FileHandle
    private let answers: FileHandle
    private var unread = Data()

    /// Starts `command`: an executable's path, then its arguments. What the child writes to standard error is dropped.
    public init(_ command: [String]) throws {
        // A child that has ended must show as an error of `ask`, not end this process.
        signal(SIGPIPE, SIG_IGN)
        let input = Pipe()
        let output = Pipe()
        guard let executable = command.first else { throw ContestantFailure(sentence: "there is nothing to start") }
        process.executableURL = URL(filePath: executable)
        process.arguments = Array(command.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        questions = input.fileHandleForWriting
        answers = output.fileHandleForReading
        try process.run()
    }

    deinit {
        try? questions.close()
        process.waitUntilExit()
    }

    /// Sends the words, tabs between them, and returns the answer. Blocks until it is there.
    public func ask(_ words: [String]) throws -> String {
        try questions.write(contentsOf: Data((words.joined(separator: "\t") + "\n").utf8))
        return try line()
    }

    /// As `ask`, for an answer of a count and a number of seconds.
    public func askForLap(_ words: [String]) throws -> Lap {
        let answer = try ask(words)
        let parts = answer.split(separator: " ")
        guard parts.count == 2, let count = Int(parts[0]), let seconds = Double(parts[1]) else {
            throw ContestantFailure(sentence: answer)
        }
        return Lap(count: count, seconds: seconds)
    }

    /// The next line that the child writes. Blocks until it is there.
    public func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = answers.availableData
            guard !more.isEmpty else { throw ContestantFailure(sentence: "it has ended") }
            unread.append(more)
        }
    }

    /// Memory of the child's now, in bytes, by its name in `/proc/PID/status`: `VmRSS` resident, `VmHWM` resident at
    /// most so far.
    public func memory(_ name: String) -> Int? { Self.memory(name, of: "\(process.processIdentifier)") }

    /// Memory of a process, in bytes, by its number (`self` for this one) and the name in `/proc/PID/status`.
    public static func memory(_ name: String, of process: String) -> Int? {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 }
    }
}
