import Foundation

/// Which stream of a process a test reads while the process runs.
enum Watched {
    /// Neither: both go to files.
    case nothing
    /// Standard output, through a pipe.
    case output
    /// Standard output and standard error together, through a pseudo-terminal of 100 columns.
    case terminal
}

/// A started process. One that is not finished when the object goes away is killed.
final class RunningProcess {
    /// Its process identifier.
    let identifier: pid_t
    private let watched: Descriptor?
    private let folder: URL
    private var text: [UInt8] = []
    private var isFinished = false

    /// Starts `executable`, with standard input from `input`, the tests' environment without the variables that change
    /// how programs look or compute, and `environment` on top.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], input: String = "",
        watching: Watched = .nothing
    ) throws {
        folder = try TemporaryFolder.make()
        let inputPath = folder.appending(path: "in").path
        try Data(input.utf8).write(to: URL(filePath: inputPath))
        let standardInput = try Descriptor(open(inputPath, O_RDONLY | O_CLOEXEC))
        let errors = try Descriptor(Self.create(folder.appending(path: "err").path))
        var output = try Descriptor(Self.create(folder.appending(path: "out").path))
        var standardError = errors
        switch watching {
        case .nothing: watched = nil
        case .output:
            // A socket, for it can be closed on exec from the start; a process started meanwhile by another test must
            // not keep it open.
            var ends: [Int32] = [-1, -1]
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw POSIXError(.EIO) }
            watched = try Descriptor(ends[0])
            output = try Descriptor(ends[1])
        case .terminal:
            let terminal = try PseudoTerminal(columns: 100)
            watched = terminal.screen
            output = terminal.line
            standardError = output
        }
        identifier = try withExtendedLifetime((standardInput, output, standardError)) {
            try Self.spawn(
                executable, arguments, environment: Self.environment.merging(environment) { $1 },
                descriptors: [standardInput.number, output.number, standardError.number])
        }
    }

    deinit {
        if !isFinished {
            kill(identifier, SIGKILL)
            waitpid(identifier, nil, 0)
        }
        try? FileManager.default.removeItem(at: folder)
    }

    /// What has been read of the watched stream.
    var textSoFar: String { String(decoding: text, as: UTF8.self) }

    /// Reads the watched stream until `mark` has come `times` times since the start; false where the stream ended
    /// before.
    func waits(for mark: String, times: Int = 1) -> Bool {
        while textSoFar.components(separatedBy: mark).count <= times {
            guard readMore() else { return false }
        }
        return true
    }

    /// Sends a signal.
    func send(_ signal: Int32) { kill(identifier, signal) }

    /// Waits for the end.
    func finish() throws -> ProcessEnd {
        while readMore() {}
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 {
            guard errno == EINTR else { throw POSIXError(.ECHILD) }
        }
        isFinished = true
        let output = watched == nil ? try read("out") : textSoFar
        return ProcessEnd(
            status: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F), output: output,
            errors: try read("err"))
    }

    private func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }

    /// Blocks for more of the watched stream; false at its end, which a terminal shows as an error.
    private func readMore() -> Bool {
        guard let watched else { return false }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Foundation.read(watched.number, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            text += buffer[..<count]
            return true
        }
    }

    private static let environment = ProcessInfo.processInfo.environment.filter {
        !$0.key.hasPrefix("OPENBLAS_") && !["NO_COLOR", "COLUMNS"].contains($0.key)
    }.merging(["TERM": "xterm-256color"]) { $1 }

    private static func create(_ path: String) -> Int32 { open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600) }

    /// posix_spawn with these three standard descriptors, no signal blocked, none ignored.
    private static func spawn(
        _ executable: String, _ arguments: [String], environment: [String: String], descriptors: [Int32]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (standard, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(standard))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words = ([executable] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier: pid_t = 0
        let error = posix_spawn(&identifier, executable, &actions, &attributes, words, variables)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .ENOENT) }
        return identifier
    }
}
