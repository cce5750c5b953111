import CSandbox
import GantryTestSupport
import FoundationEssentials
import GantrySandbox
import Glibc
import Testing

/// Starting, ending and reaping.
struct ChildProcessTests {
    /// Whether a process of this number is there, running or not yet reaped.
    private func exists(_ process: Int32) -> Bool { kill(process, 0) == 0 }

    /// What `/bin/sh -c script` writes to descriptor 3 until it closes it.
    private func output(of script: String, environment: [String] = []) throws -> String {
        let pair = try MessageChannel.pair()
        let child = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", script], environment: environment,
            descriptors: [pair.far.number])
        let near = pair.takeNear()
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(near.number, &buffer, buffer.count), count > 0 { text += buffer.prefix(count) }
        _ = try child.end()
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `a child gets its arguments, its environment and nothing else`() throws {
        let text = try output(of: "echo \"$0 $A\" >&3; env | wc -l >&3", environment: ["A=b c", "PATH=/usr/bin:/bin"])
        #expect(text.hasPrefix("/bin/sh b c\n"))
        // PATH, A and what the shell adds itself (PWD, and in some shells _, SHLVL, OLDPWD).
        #expect((2...6).contains(Int(text.split(separator: "\n").last?.filter(\.isNumber) ?? "") ?? 0))
    }

    @Test func `a child that does not end is not waited for without an end, and is reaped once it has`() throws {
        var process: Int32 = 0
        // It reads from a socket that nobody closes.
        let pair = try MessageChannel.pair()
        let words: [String] = ["/bin/sh", "-c", "exec cat <&3"]
        let copies = words.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let arguments = copies.map { UnsafePointer<CChar>($0) } + [nil]
        let none: [UnsafePointer<CChar>?] = [nil]
        let spawned = csandbox_spawn("/bin/sh", arguments, none, [pair.far.number], 1, false, &process)
        try #require(spawned.status == CSANDBOX_OK)
        let near = pair.takeNear()
        var end = csandbox_child_end()
        #expect(csandbox_await_child(process, 20, &end).status == CSANDBOX_TIMED_OUT)
        #expect(csandbox_reap_left_children() >= 1)
        #expect(exists(process))
        kill(process, SIGKILL)
        // Somebody who does not take it away waits for its end.
        var facts = siginfo_t()
        while waitid(P_PID, id_t(process), &facts, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        _ = csandbox_reap_left_children()
        #expect(!exists(process))
        #expect(near.number >= 0)
    }

    @Test func `a child has no descriptors but those it was given`() throws {
        let low = open("/dev/null", O_RDONLY)
        // Not close-on-exec, and beyond every number that the shell may use itself.
        let leaked = fcntl(low, F_DUPFD, 500)
        close(low)
        defer { close(leaked) }
        #expect(leaked >= 500)
        let text = try output(of: "cd /proc/self/fd; for n in [0-9]*; do echo $n; done >&3", environment: [])
        let numbers = Set(text.split(separator: "\n").compactMap { Int32($0) })
        #expect(numbers.isSuperset(of: [0, 1, 2, 3]))
        #expect(!numbers.contains(leaked))
        // The shell saves its own standard output at 10 while it is redirected, and opens the folder it lists.
        #expect(numbers.subtracting([0, 1, 2, 3, 10]).count <= 1)
    }

    @Test func `a child is a process group of its own`() throws {
        let child = try ChildProcess(executable: "/bin/sleep", arguments: ["1000"], descriptors: [])
        #expect(getpgid(child.processID) == child.processID)
        #expect(getpgid(child.processID) != getpgid(0))
        #expect(try child.end() == .signal(9))
    }

    @Test func `a child's own end is told, and it is reaped`() throws {
        for (script, expected) in [("exit 7", ChildEnd.exited(7)), ("kill -SEGV $$", .signal(11))] {
            let pair = try MessageChannel.pair()
            let child = try ChildProcess(
                executable: "/bin/sh", arguments: ["-c", script], descriptors: [pair.far.number])
            let process = child.processID
            // Descriptor 3 closes when the child ends by itself.
            let near = pair.takeNear()
            var byte: UInt8 = 0
            #expect(read(near.number, &byte, 1) == 0)
            #expect(try child.end() == expected)
            #expect(!exists(process))
        }
    }

    @Test func `a child that is let go of is ended and reaped`() throws {
        let process: Int32
        do {
            let child = try ChildProcess(executable: "/bin/sleep", arguments: ["1000"], descriptors: [])
            process = child.processID
            #expect(exists(process))
        }
        #expect(!exists(process))
    }

    @Test func `an executable that is not there, or is none, is a fault with its errno`() throws {
        for (path, status) in [("/nothing/here", Int(ENOENT)), ("/etc/passwd", Int(EACCES))] {
            let fault = #expect(throws: SandboxFault.self) {
                _ = try ChildProcess(executable: path, arguments: [], descriptors: [])
            }
            #expect(fault?.code == .notStarted)
            #expect(fault?.status == status)
        }
    }

    @Test func `many threads start and end children at once`() throws {
        let threads = (0..<8).map { _ in
            ThreadResult {
                try (0..<20).map { _ in
                    try ChildProcess(executable: "/bin/sleep", arguments: ["1000"], descriptors: []).end()
                }
            }
        }
        for thread in threads { #expect(try thread.value() == Array(repeating: .signal(9), count: 20)) }
    }

    @Test func `no NUL is smuggled into an argument`() throws {
        let fault = #expect(throws: SandboxFault.self) {
            _ = try ChildProcess(executable: "/bin/sleep", arguments: ["1\u{0}000"], descriptors: [])
        }
        #expect(fault?.code == .notStarted)
    }
}
