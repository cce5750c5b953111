import FoundationEssentials
import GantrySandbox
import GantryTestSupport
import Glibc
import Testing

/// What a child can no longer do once it is confined, each tried from inside by `confined-attempts`.
struct ConfinementTests {
    /// A study's folder, with something beside it.
    private let place: TemporaryFolder

    private var root: String { place.path + "/root" }

    init() throws {
        place = try TemporaryFolder()
        try place.write(Array("r".utf8), to: "root/readable")
        try place.write(Array("d".utf8), to: "root/inner/deeper")
        try place.write(Array("o".utf8), to: "outside")
        try place.makeLink("root/link", to: "../outside")
        guard mkdir(root + "/empty", 0o700) == 0 else { throw POSIXFailure(number: errno) }
    }

    /// What `attempt` comes to `how` (`confined`, `free`, `old`: confined on a kernel without Landlock): exit status 0
    /// is done, another an errno.
    private func attempt(_ attempt: String, _ how: String) throws -> ChildEnd {
        let folder = try SafeFolder(path: root)
        let pair = try MessageChannel.pair()
        let child = try ChildProcess(
            executable: builtExecutable("confined-attempts"), arguments: [how, attempt],
            descriptors: [pair.far.number, folder.number])
        let near = pair.takeNear()
        // For `talk`; a child that has ended already needs none.
        var byte: UInt8 = 1
        _ = send(near.number, &byte, 1, Int32(MSG_NOSIGNAL))
        var status = siginfo_t()
        // Waits without reaping; the end is asked for below.
        guard waitid(P_PID, id_t(child.processID), &status, WEXITED | WNOWAIT) == 0 else {
            throw POSIXFailure(number: errno)
        }
        return try child.end()
    }

    /// The files below `place`, with their sizes and permissions.
    private func state() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: place.path).sorted().map { path in
            var facts = stat()
            lstat(place.path + "/" + path, &facts)
            return "\(path) \(facts.st_size) \(facts.st_mode)"
        }
    }

    @Test func `this kernel has what children are confined with`() {
        #expect(ChildLimits.missing == nil)
    }

    /// Calls that no list allows.
    static let refused = [
        "connect_outside", "socket_inet", "socket_unix", "socket_netlink", "socket_pair", "bind_it", "send_message",
        "execute", "execute_at", "fork_it", "fork_with_memory",
        "kill_parent", "kill_everyone", "kill_self", "tgkill_parent", "tkill_parent", "queue_signal",
        "process_descriptor", "own_descriptor", "own_by_control", "trace", "read_parent", "limit_parent",
        "renice_parent",
        "write_below", "read_and_write_below", "create_below", "empty_below", "unnamed_below", "truncate_below",
        "remove_below", "remove_folder", "rename_below", "link_below", "symbolic_link_below", "make_folder_below",
        "make_pipe_below", "change_mode", "change_mode_of_open", "change_owner", "change_times", "set_attribute",
        "list_the_folder", "change_folder", "mount_it", "unshare_it", "memory_file", "shared_segment", "event",
        "ring_of_calls", "keyring", "control_terminal", "become_dumpable", "other_personality", "code_mapped",
        "code_made",
    ]

    @Test(arguments: refused)
    func `a call that is not on the list fails`(name: String) throws {
        let before = try state()
        #expect(try attempt(name, "confined") == .exited(EPERM))
        #expect(try state() == before)
    }

    /// Ways to files that the list lets through, because their flags lie in memory or the path is what matters.
    static let outside = [
        "write_below_2", "create_below_2", "empty_below_2", "reopen_for_writing", "read_outside", "read_outside_2",
        "read_above", "read_by_link", "read_memory_of_parent", "list_below",
    ]

    @Test(arguments: outside)
    func `Landlock keeps it to reading below the folder`(name: String) throws {
        let before = try state()
        #expect(try attempt(name, "confined") == .exited(EACCES))
        #expect(try state() == before)
    }

    @Test(arguments: ["of_x32", "of_32_bits"])
    func `a call by another architecture's number ends the process`(name: String) throws {
        #if arch(x86_64)
        #expect(try attempt(name, "confined") == .signal(SIGSYS))
        #endif
    }

    @Test func `clone3 is unknown, so that threads are made by a call whose flags can be seen`() throws {
        #expect(try attempt("clone_3", "confined") == .exited(ENOSYS))
    }

    @Test(arguments: ["read_below", "thread", "memory", "talk", "processor_time"])
    func `what reading needs still works`(name: String) throws {
        #expect(try attempt(name, "confined") == .exited(0))
    }

    @Test func `processor time is allowed to each work of each thread, not to the process`() throws {
        // 1.8 s in all, of which no work takes more than 0.6 s, where each has one.
        #expect(try attempt("work_within", "confined") == .exited(0))
        #expect(try attempt("work_beyond", "confined") == .outOfProcessorTime)
    }

    @Test func `a child that aborts says so by its signal`() throws {
        #expect(try attempt("abort_it", "confined") == .signal(SIGABRT))
    }

    /// Threads of a sanitizer are not counted.
    @Test(.enabled(if: !isSanitized))
    func `a process with another thread, which Landlock would leave free, is not taken for confined`() throws {
        #expect(try attempt("second_thread_first", "confined") == .exited(EBUSY))
    }

    /// Attempts that succeed in a process that is not confined, so that their failure above is the confinement's.
    @Test(arguments: [
        "socket_inet", "socket_unix", "execute", "fork_it", "kill_parent", "tgkill_parent", "trace", "write_below",
        "create_below", "remove_below", "rename_below", "change_mode", "memory_file", "code_made", "write_below_2",
        "create_below_2", "empty_below_2", "reopen_for_writing", "read_outside", "read_above", "list_below",
    ])
    func `without confinement the same attempt succeeds`(name: String) throws {
        #expect(try attempt(name, "free") == .exited(0))
    }

    @Test func `on a kernel without Landlock the child goes on, and the list of calls still holds`() throws {
        #expect(try attempt("read_below", "old") == .exited(0))
        #expect(try attempt("remove_below", "old") == .exited(EPERM))
        #expect(try attempt("socket_inet", "old") == .exited(EPERM))
        #expect(try attempt("write_below", "old") == .exited(EPERM))
        // What is missing, as `docs/reader-safety.md` says.
        #expect(try attempt("read_outside", "old") == .exited(0))
    }
}
