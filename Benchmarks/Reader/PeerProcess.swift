import Foundation

/// A peer in a process of its own, which waits for commands: see `peer_loop.py`.
final class PeerProcess: Contestant {
    let name: String
    private let process: Process
    private let commands: FileHandle
    private let answers: FileHandle
    private var unread = Data()

    /// Starts every peer script; one that cannot start (its library is absent) is left out with a word.
    static func startAll(python: String?, scripts: String?) -> [PeerProcess] {
        guard let python, let scripts else { return [] }
        return ["pydicom", "gdcm", "simpleitk"].compactMap { peer in
            do {
                return try PeerProcess(python: python, script: "\(scripts)/peer_\(peer).py")
            } catch {
                print("\(peer) does not start here and is left out.")
                return nil
            }
        }
    }

    private init(python: String, script: String) throws {
        let input = Pipe()
        let output = Pipe()
        process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [script]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        commands = input.fileHandleForWriting
        answers = output.fileHandleForReading
        guard let first = Self.line(answers, &unread) else { throw CocoaError(.executableLoad) }
        name = first
    }

    deinit {
        try? commands.close()
        process.waitUntilExit()
    }

    func scan(_ folder: String) throws -> Lap { try ask(["scan", folder, "1000"]) }

    func decode(_ folder: String, readers: Int) throws -> Lap { try ask(["decode", folder, "\(readers)"]) }

    func sum(_ folder: String) throws -> Int { try ask(["sum", folder]).count }

    private func ask(_ words: [String]) throws -> Lap {
        try commands.write(contentsOf: Data((words.joined(separator: "\t") + "\n").utf8))
        guard let line = Self.line(answers, &unread) else { throw ContestantFailure(sentence: "it has ended") }
        let parts = line.split(separator: " ")
        guard parts.count == 2, let count = Int(parts[0]), let seconds = Double(parts[1]) else {
            throw ContestantFailure(sentence: line)
        }
        return Lap(count: count, seconds: seconds)
    }

    private static func line(_ handle: FileHandle, _ unread: inout Data) -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = handle.availableData
            guard !more.isEmpty else { return nil }
            unread.append(more)
        }
    }
}
