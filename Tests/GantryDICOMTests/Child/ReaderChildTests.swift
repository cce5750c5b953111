import GantryTestSupport
import FoundationEssentials
import GantryCore
import GantryDICOM
import GantrySandbox
import Glibc
import Testing

/// The child's life: whose end is its end, and what it says to a person.
struct ReaderChildTests {
    private let folder: TemporaryFolder
    private let slice = MadeSlice(file: "0.dcm", uid: "1.2.3.4.1", rows: 8, columns: 8)

    init() throws {
        folder = try TemporaryFolder()
        try slice.write(below: folder.path)
    }

    /// A child with the channel to it.
    private final class Conversation: Sendable {
        let child: ChildProcess
        let channel: MessageChannel

        init(_ child: consuming ChildProcess, _ channel: consuming MessageChannel) {
            self.child = child
            self.channel = channel
        }
    }

    /// Starts `executable` with the folder and a channel, as the reader does.
    private func start(_ executable: String, _ arguments: [String]) throws -> Conversation {
        let root = try SafeFolder(path: folder.path)
        let pair = try MessageChannel.pair()
        let child = try ChildProcess(
            executable: executable, arguments: arguments,
            descriptors: [pair.far.number, root.number, root.number])
        return Conversation(child, pair.takeNear())
    }

    private func job(parent: Int32) -> ReaderJob {
        ReaderJob(parentProcessID: parent, limits: ReaderLimits(), sandbox: SandboxLimits())
    }

    private func reply(_ conversation: Conversation) throws -> ReaderReply {
        try ReaderReply(body: conversation.channel.receiveBody(until: soon))
    }

    private var soon: Deadline { .after(seconds: 30) }

    @Test func `the child outlives the thread that started it`() throws {
        let executable = try builtExecutable()
        let test = self
        let conversation = try ThreadResult {
            let conversation = try test.start(executable, ["reader-child"])
            try conversation.channel.send(test.job(parent: ChildLimits.processID))
            #expect(try test.reply(conversation) == .ready(protocolVersion: ReaderJob.currentVersion))
            return conversation
        }.value()
        // That thread has ended.
        try conversation.channel.send(
            framed: MessageChannel.framed(ReaderRequest(number: 0, file: "0.dcm", task: .pixelDigest).body))
        #expect(try reply(conversation) == .opening(number: 0))
        guard case .answer(0, .pixelDigest) = try reply(conversation) else {
            Issue.record("no digest")
            return
        }
    }

    @Test func `the child dies with its parent`() throws {
        // A shell is the parent, and holds the channel's other end as well.
        let executable = try builtExecutable()
        let conversation = try start("/bin/sh", ["-c", "'\(executable)' reader-child & wait"])
        try conversation.channel.send(job(parent: conversation.child.processID))
        #expect(try reply(conversation) == .ready(protocolVersion: ReaderJob.currentVersion))
        kill(conversation.child.processID, SIGKILL)
        let fault = #expect(throws: SandboxFault.self) {
            try reply(conversation)
        }
        #expect(fault?.code == .channelClosed)
    }

    @Test func `a child whose parent is another does nothing`() throws {
        let conversation = try start(builtExecutable(), ["reader-child"])
        try conversation.channel.send(job(parent: 1))
        let fault = #expect(throws: SandboxFault.self) {
            try reply(conversation)
        }
        #expect(fault?.code == .channelClosed)
    }

    @Test(arguments: ["reader-child", "hdf5-child", "image-child"])
    func `started by a person it says so and ends`(command: String) throws {
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "'\(try builtExecutable())' \(command) 3<&- 2>'\(folder.path)/said'; exit $?"],
            descriptors: [])
        var status: siginfo_t = siginfo_t()
        // Waits without reaping; the end is asked for below.
        #expect(waitid(P_PID, id_t(child.processID), &status, WEXITED | WNOWAIT) == 0)
        #expect(try child.end() == .exited(64))
        let said = try String(contentsOf: URL(filePath: folder.path + "/said"), encoding: .utf8)
        #expect(said == "this command is started by gantry itself, not by a person\n")
    }
}
