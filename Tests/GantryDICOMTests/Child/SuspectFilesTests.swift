import GantryCore
import GantryDICOM
import GantrySandbox
import GantryTestSupport
import Testing

/// Children that end while they are on several files: the one that ends them is found by reading each alone. A shell
/// plays them, since no file does that to a child any more that these tests know of.
struct SuspectFilesTests {
    private let folder: TemporaryFolder
    private let children = StartedChildren()

    init() throws { folder = try TemporaryFolder() }

    /// A reader of four files at once, whose first child says `conversations[0]` and then does `end`, ...
    private func reader(
        _ conversations: [[ReaderReply]], then end: String = "kill -SEGV $$", wallClock: Double = 60
    ) throws -> SandboxedStudyReader {
        let script = try ScriptedChildren.attentiveScript(conversations, then: end, in: folder)
        return SandboxedStudyReader(
            executable: "/bin/sh", arguments: ["-c", script], wallClockSecondsPerFile: wallClock, threads: 4,
            childStarted: children.add)
    }

    private func sources(_ count: Int) throws -> [SliceSource] {
        try MadeSlice.series(count, side: 8).map { try $0.source() }
    }

    private func instance(_ file: String) throws -> ReaderAnswer {
        let uid = try required(UID("1.2.3"))
        return .instance(
            SOPInstance(
                file: file, sopInstanceUID: uid, sopClassUID: uid, studyInstanceUID: uid, seriesInstanceUID: uid,
                transferSyntax: .explicitVRLittleEndian))
    }

    private func open(_ numbers: Int...) -> [ReaderReply] { numbers.map { .opening(number: $0) } }

    private func answer(_ numbers: Int...) -> [ReaderReply] {
        let facts = SliceFacts(clampedPixels: 0, paddingPixels: 0, smallestHU: 0, largestHU: 0)
        return numbers.map { .answer(number: $0, .slice(facts)) }
    }

    /// What comes of reading `sources`, each of which comes or is missed, in order.
    private func read(_ reader: SandboxedStudyReader, _ sources: [SliceSource]) throws -> CollectingReceiver {
        var receiver = CollectingReceiver()
        try reader.read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(children.areGone)
        return receiver
    }

    /// The fault that ends reading `sources`, and what came before it.
    private func fault(
        _ reader: SandboxedStudyReader, _ sources: [SliceSource]
    ) throws -> (fault: ReaderFault?, receiver: CollectingReceiver) {
        var receiver = CollectingReceiver()
        let fault = #expect(throws: ReaderFault.self) {
            try reader.read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        }
        #expect(children.areGone)
        return (fault, receiver)
    }

    @Test func `answers out of order are handed over in order`() throws {
        let sources = try sources(5)
        let said = open(0, 1, 2, 3) + answer(3, 1) + open(4) + answer(4, 2, 0)
        let receiver = try read(reader([said]), sources)
        #expect(receiver.received == sources.map(\.file))
        #expect(children.all.count == 1)
    }

    @Test func `of several files the one that kills is rejected, and the others are read`() throws {
        let sources = try sources(6)
        let receiver = try read(
            reader([
                open(0, 1, 2, 3) + answer(1),
                // Alone, the third kills; the second came before the first child died.
                open(0) + answer(0) + open(2),
                open(3) + answer(3) + open(4, 5) + answer(5, 4),
            ]), sources)
        #expect(receiver.misses.map(\.file) == [sources[2].file])
        #expect(receiver.misses.allSatisfy { $0.reason == .readerDied && $0.detail.contains("SIGSEGV") })
        #expect(children.all.count == 3)
    }

    @Test func `a file that kills twice, among others and then alone, is one death`() throws {
        let sources = try sources(5)
        let reader = try reader([
            open(0, 1), open(0) + answer(0) + open(1), open(2) + answer(2) + open(3),
        ])
        let (fault, receiver) = try fault(reader, sources)
        // The next file that kills is the second death.
        #expect(fault?.code == .quarantined && fault?.subject == sources[3].file)
        #expect(fault?.earlierSubjects == [sources[1].file])
        #expect(receiver.sources == Array(sources.prefix(3)))
        #expect(receiver.received == [sources[0].file, sources[2].file])
        #expect(children.all.count == 3)
    }

    @Test func `two files that kill at once quarantine the study, after everything before the second`() throws {
        let sources = try sources(6)
        let reader = try reader([
            open(0, 1, 2, 3) + answer(2), open(0), open(1) + answer(1) + open(3),
        ])
        let (fault, receiver) = try fault(reader, sources)
        #expect(fault?.code == .quarantined && fault?.subject == sources[3].file)
        #expect(fault?.earlierSubjects == [sources[0].file])
        #expect(receiver.sources == Array(sources.prefix(3)))
        #expect(receiver.received == [sources[1].file, sources[2].file])
        #expect(children.all.count == 3)
    }

    @Test func `a scan rejects two files that kill at once by name, and reads the others`() throws {
        let files = ["0.dcm", "bad1", "1.dcm", "bad2", "2.dcm"]
        let reader = try reader([
            open(0, 1, 2, 3) + [.answer(number: 0, instance("0.dcm"))],
            open(1), open(2) + [.answer(number: 2, instance("1.dcm"))] + open(3),
            open(4) + [.answer(number: 4, instance("2.dcm"))],
        ])
        let result = try reader.scan(root: folder.path, files: files) { _ in }
        #expect(result.instances.map(\.file) == ["0.dcm", "1.dcm", "2.dcm"])
        #expect(result.outcomes.map(\.file) == ["bad1", "bad2"])
        #expect(result.outcomes.allSatisfy { $0.reason == .readerDied })
        #expect(children.all.count == 4)
        #expect(children.areGone)
    }

    @Test func `an end that no file repeats alone costs no slice`() throws {
        let sources = try sources(4)
        let receiver = try read(
            reader([
                open(0, 1, 2), open(0) + answer(0) + open(1) + answer(1) + open(2) + answer(2) + open(3) + answer(3),
            ]), sources)
        #expect(receiver.received == sources.map(\.file))
        #expect(children.all.count == 2)
    }

    @Test func `an end that no file repeats alone is a death all the same`() throws {
        let sources = try sources(4)
        let reader = try reader([
            open(0, 1), open(0) + answer(0) + open(1) + answer(1) + open(2),
        ])
        let (fault, receiver) = try fault(reader, sources)
        #expect(fault?.code == .quarantined && fault?.subject == sources[2].file)
        #expect(fault?.earlierSubjects == [])
        #expect(receiver.received == [sources[0].file, sources[1].file])
        #expect(children.all.count == 2)
    }

    @Test func `of several files that a child is on the first alone has taken too long`() throws {
        let sources = try sources(5)
        let reader = try reader(
            [
                open(0, 1, 2) + answer(1),
                // Not alone: nobody but the first is suspected.
                open(2, 3, 4) + answer(4, 3, 2),
            ], then: "exec /bin/cat <&3 >/dev/null", wallClock: 3)
        let receiver = try read(reader, sources)
        #expect(receiver.misses.map(\.file) == [sources[0].file])
        #expect(receiver.misses.map(\.reason) == [.readerTimedOut])
        #expect(children.all.count == 2)
    }

    @Test func `of several files the one that uses up its processor time is a gap, and no death`() throws {
        let sources = try sources(5)
        let receiver = try read(
            reader(
                [open(0, 1, 2), open(0) + answer(0) + open(1), open(2) + answer(2) + open(3, 4) + answer(3, 4)],
                then: "kill -XCPU $$"), sources)
        #expect(receiver.misses.map(\.file) == [sources[1].file])
        #expect(receiver.misses.map(\.reason) == [.readerTimedOut])
    }

    @Test(arguments: [[0, 1, 2, 3, 4], [1], [0, 2]])
    func `a child that opens more at once than it may, or out of turn, is ended`(numbers: [Int]) throws {
        let sources = try sources(6)
        // It has opened none, or one, which is blamed, or several, of which none ends a child when it is alone.
        let blamed = numbers == [0, 2] ? 1 : 0
        let rest = (blamed..<6).flatMap { open($0) + answer($0) }
        let receiver = try read(reader([numbers.map { .opening(number: $0) }, rest]), sources)
        #expect(receiver.misses.map(\.file) == sources.prefix(blamed).map(\.file))
        #expect(receiver.misses.allSatisfy { $0.detail.contains("was ended: it opens") })
        #expect(children.all.count == 2)
    }
}
