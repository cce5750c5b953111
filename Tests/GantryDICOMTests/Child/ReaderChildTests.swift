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

    /// Starts `executable` with a channel, as the reader does.
    private func start(_ executable: String, _ arguments: [String]) throws -> Conversation {
        let pair = try MessageChannel.pair()
        let child = try ChildProcess(executable: executable, arguments: arguments, descriptors: [pair.far.number])
        return Conversation(child, pair.takeNear())
    }

    /// Gives the child a job with the folder, as the child of `parent`.
    private func sendJob(_ conversation: Conversation, parent: Int32) throws {
        let root = try SafeFolder(path: folder.path)
        try conversation.channel.send(
            ReaderJob(parentProcessID: parent, limits: ReaderLimits(), sandbox: SandboxLimits()),
            descriptors: [root.number, root.number])
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
            try test.sendJob(conversation, parent: ChildLimits.processID)
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
        try sendJob(conversation, parent: conversation.child.processID)
        #expect(try reply(conversation) == .ready(protocolVersion: ReaderJob.currentVersion))
        kill(conversation.child.processID, SIGKILL)
        let fault = #expect(throws: SandboxFault.self) {
            try reply(conversation)
        }
        #expect(fault?.code == .channelClosed)
    }

    /// A shell whose child waits for its job, and which alone has the channel's other end. It sends an empty message
    /// over `witness` once the child is there; after that the child has `witness` open, and nobody else.
    private func parentOfWaitingChild(witness: Int32) throws -> ChildProcess {
        let pair = try MessageChannel.pair()
        let script = "reader-child 4<&- & printf '\\0\\0\\0\\0' >&5; exec 3<&- 5>&-; exec /bin/cat <&4"
        return try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "'\(try builtExecutable())' " + script],
            descriptors: [pair.far.number, pair.near.number, witness])
    }

    @Test func `a child that waits for its job ends with its parent, too`() throws {
        let witness = try MessageChannel.pair()
        let parent = try parentOfWaitingChild(witness: witness.far.number)
        let near = witness.takeNear()
        // It is there.
        #expect(try near.receiveBody(until: soon) == [])
        #expect(try parent.end() == .signal(9))
        let fault = #expect(throws: SandboxFault.self) { try near.receiveBody(until: soon) }
        #expect(fault?.code == .channelClosed)
    }

    @Test func `a child whose parent is another does nothing`() throws {
        let conversation = try start(builtExecutable(), ["reader-child"])
        try sendJob(conversation, parent: 1)
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
