import GantryCore
import GantryDICOM
import GantrySandbox
import GantryTestSupport
import Testing

/// Children that die on a file, one after the other. No file does that to a child any more that these tests know of, so
/// a shell speaks the protocol and kills itself where it should.
struct DyingChildTests {
    private let folder: TemporaryFolder
    private let children = StartedChildren()

    init() throws { folder = try TemporaryFolder() }

    /// A reader whose first child says `conversations[0]` and then sends itself `signal`, whose second says
    /// `conversations[1]`, ...
    private func reader(_ conversations: [[ReaderReply]], signal: String = "SEGV") throws -> SandboxedStudyReader {
        let script = try ScriptedChildren.script(conversations, then: "kill -\(signal) $$", in: folder)
        return SandboxedStudyReader(
            executable: "/bin/sh", arguments: ["-c", script], childStarted: children.add)
    }

    private func instance(_ file: String) throws -> SOPInstance {
        let uid = try required(UID("1.2.3"))
        return SOPInstance(
            file: file, sopInstanceUID: uid, sopClassUID: uid, studyInstanceUID: uid, seriesInstanceUID: uid,
            transferSyntax: .explicitVRLittleEndian)
    }

    private func sources(_ count: Int) throws -> [SliceSource] {
        try MadeSlice.series(count, side: 8).map { try $0.source() }
    }

    private static let facts = ReaderAnswer.slice(
        SliceFacts(clampedPixels: 0, paddingPixels: 0, smallestHU: 0, largestHU: 0))

    @Test func `a scan rejects every file that kills its child, and reads the others`() throws {
        let files = ["bad1", "0.dcm", "bad2", "bad3", "1.dcm"]
        let reader = try reader([
            [.opening(number: 0)],
            [.opening(number: 1), .answer(number: 1, .instance(instance("0.dcm"))), .opening(number: 2)],
            [.opening(number: 3)], [.opening(number: 4), .answer(number: 4, .instance(instance("1.dcm")))],
        ])
        let result = try reader.scan(root: folder.path, files: files) { _ in }
        #expect(result.instances.map(\.file) == ["0.dcm", "1.dcm"])
        #expect(result.outcomes.map(\.file) == ["bad1", "bad2", "bad3"])
        #expect(result.outcomes.allSatisfy { $0.reason == .readerDied && $0.detail.contains("SIGSEGV") })
        #expect(children.all.count == 4)
        #expect(children.areGone)
    }

    @Test func `the first death in a study costs one slice`() throws {
        let sources = try sources(3)
        let reader = try reader([
            [.opening(number: 0), .answer(number: 0, Self.facts), .opening(number: 1)],
            [.opening(number: 2), .answer(number: 2, Self.facts)],
        ])
        var receiver = CollectingReceiver()
        try reader.read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(receiver.misses.map(\.file) == [sources[1].file])
        #expect(receiver.misses.map(\.reason) == [.readerDied])
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `the second death in a study puts it into quarantine`() throws {
        let sources = try sources(6)
        let deaths: [[ReaderReply]] = [
            [.opening(number: 0), .answer(number: 0, Self.facts), .opening(number: 1)],
            [.opening(number: 2), .answer(number: 2, Self.facts), .opening(number: 3)],
        ]
        var receiver = CollectingReceiver()
        let reader = try reader(deaths)
        let reading = #expect(throws: ReaderFault.self) {
            try reader.read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        }
        #expect(reading?.code == .quarantined)
        #expect(reading?.subject == sources[3].file)
        #expect(receiver.sources == Array(sources.prefix(3)))
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    /// Conversations in which one file after the other is opened and never answered.
    private func conversations(ending count: Int) -> [[ReaderReply]] {
        (0..<count).map { [.opening(number: $0)] }
    }

    @Test func `two files that take too long are two gaps, and no quarantine`() throws {
        let sources = try sources(4)
        // SIGXCPU is how a child ends that has used up its time.
        let reader = try reader(
            [
                [.opening(number: 0)], [.opening(number: 1)],
                [.opening(number: 2), .answer(number: 2, Self.facts), .opening(number: 3)],
            ], signal: "XCPU")
        var receiver = CollectingReceiver()
        try reader.read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(receiver.misses.map(\.file) == [0, 1, 3].map { sources[$0].file })
        #expect(receiver.misses.allSatisfy { $0.reason == .readerTimedOut })
        #expect(children.areGone)
    }

    @Test func `the tenth time-out in a study leaves it for later`() throws {
        let sources = try sources(12)
        var receiver = CollectingReceiver()
        let reader = try reader(conversations(ending: 12), signal: "XCPU")
        let fault = #expect(throws: ReaderFault.self) {
            try reader.read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        }
        #expect(fault?.code == .timedOut && fault?.disposition == .retryable)
        #expect(fault?.subject == sources[9].file)
        #expect(receiver.misses.map(\.reason) == Array(repeating: .readerTimedOut, count: 9))
        #expect(children.all.count == 10)
        #expect(children.areGone)
    }

    @Test func `ten time-outs end the digest of a study's content likewise`() throws {
        let sources = try sources(12)
        let reader = try reader(conversations(ending: 12), signal: "XCPU")
        let fault = #expect(throws: ReaderFault.self) {
            try reader.contentDigest(root: folder.path, slices: sources)
        }
        #expect(fault?.code == .timedOut)
        #expect(children.areGone)
    }

    @Test func `a child that dies before it has opened a file is no reader, whatever the study`() throws {
        let sources = try sources(2)
        var receiver = CollectingReceiver()
        let reader = try reader([[], []])
        let fault = #expect(throws: ReaderFault.self) {
            try reader.read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        }
        #expect(fault?.code == .readerUnavailable)
        #expect(receiver.sources.isEmpty)
    }

    @Test func `two deaths quarantine a study while its content is digested`() throws {
        let digest = ReaderAnswer.pixelDigest(String(repeating: "0", count: 64))
        let reader = try reader([
            [.opening(number: 0)], [.opening(number: 1), .answer(number: 1, digest), .opening(number: 2)],
        ])
        let sources = try sources(4)
        let fault = #expect(throws: ReaderFault.self) {
            try reader.contentDigest(root: folder.path, slices: sources)
        }
        #expect(fault?.code == .quarantined)
        #expect(fault?.earlierSubjects == [sources[0].file] && fault?.subject == sources[2].file)
        #expect(children.areGone)
    }
}
