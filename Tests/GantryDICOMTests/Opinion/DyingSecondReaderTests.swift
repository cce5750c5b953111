import GantryCore
import GantryDICOM
import GantrySandbox
import GantryTestSupport
import Testing

/// Second readers that die or take too long, which a shell plays: remarks, whatever happens, and soon an end.
@Suite struct `A second reader that dies or hangs` {
    private let folder: TemporaryFolder
    private let children = StartedChildren()

    init() throws { folder = try TemporaryFolder() }

    /// A reader whose first child says `conversations[0]` and then does `end`, whose second says `conversations[1]`,
    /// ...
    private func reader(
        _ conversations: [[ReaderReply]], then end: String, wallClock: Double? = nil
    ) throws -> SandboxedSecondReader {
        SandboxedSecondReader(
            executable: "/bin/sh",
            arguments: ["-c", try ScriptedChildren.script(conversations, then: end, in: folder)],
            wallClockSecondsPerSlice: wallClock, childStarted: children.add)
    }

    private func sources(_ count: Int) throws -> [SliceSource] {
        try MadeSlice.series(count, side: 8).map { try $0.source() }
    }

    private func agrees(_ number: Int, _ source: SliceSource) -> ReaderReply {
        .answer(
            number: number,
            .opinion(
                SliceOpinion(
                    sopInstanceUID: source.sopInstanceUID, frameNumber: source.frameNumber, compared: .pixels)))
    }

    /// Asks about `sources`; every one comes to an opinion of its own, and no child is left.
    private func opinions(_ reader: SandboxedSecondReader, _ sources: [SliceSource]) throws -> [SliceOpinion] {
        let opinions = reader.opinions(root: folder.path, slices: sources) { .proceed }
        #expect(opinions.map(\.sopInstanceUID) == sources.map(\.sopInstanceUID))
        #expect(opinions.allSatisfy { $0.differences.isEmpty && ($0.compared == .nothing) == ($0.remark != nil) })
        #expect(children.areGone)
        return opinions
    }

    @Test func `a death costs its slice, and the next child goes on`() throws {
        let sources = try sources(5)
        let reader = try reader(
            [
                [.opening(number: 0), agrees(0, sources[0]), .opening(number: 1)],
                [.opening(number: 2), agrees(2, sources[2]), .opening(number: 3)],
                [.opening(number: 4), agrees(4, sources[4])],
            ], then: "kill -SEGV $$")
        let opinions = try opinions(reader, sources)
        #expect(opinions.map(\.compared) == [.pixels, .nothing, .pixels, .nothing, .pixels])
        #expect(opinions[1].remark == "no second opinion: the reader process ended by signal 11 (SIGSEGV)")
        #expect(children.all.count == 3)
    }

    @Test func `the third death leaves the rest of a study without an opinion, and starts no other child`() throws {
        let sources = try sources(7)
        let reader = try reader(
            [
                [.opening(number: 0)], [.opening(number: 1), agrees(1, sources[1]), .opening(number: 2)],
                [.opening(number: 3)], [.opening(number: 4), agrees(4, sources[4])],
            ], then: "kill -SEGV $$")
        let opinions = try opinions(reader, sources)
        #expect(opinions.map(\.compared) == [.nothing, .pixels] + Array(repeating: .nothing, count: 5))
        let rest = Set(opinions[3...].map(\.remark))
        #expect(rest.count == 1)
        #expect(rest.first??.contains("failed 3 times in this study") == true)
        #expect(children.all.count == 3)
    }

    @Test func `a slice that uses up its processor time is a remark, and the third ends the asking`() throws {
        let sources = try sources(6)
        let conversations: [[ReaderReply]] = (0..<4).map { [.opening(number: $0)] }
        let opinions = try opinions(reader(conversations, then: "kill -XCPU $$"), sources)
        #expect(opinions.allSatisfy { $0.compared == .nothing })
        #expect(opinions[0].remark == "no second opinion: more than 20 s of processor time")
        #expect(opinions[5].remark?.contains("took too long 3 times in this study") == true)
        #expect(children.all.count == 3)
    }

    @Test func `a child that hangs on a slice is ended by the wall clock`() throws {
        let sources = try sources(5)
        let conversations: [[ReaderReply]] = (0..<4).map { [.opening(number: $0)] }
        // It reads what comes, and says nothing more.
        let reader = try reader(conversations, then: "exec /bin/cat <&3 >/dev/null", wallClock: 0.2)
        let opinions = try opinions(reader, sources)
        #expect(opinions.allSatisfy { $0.compared == .nothing })
        #expect(opinions[0].remark == "no second opinion: no answer from the reader process within 0.2 s")
        #expect(opinions[4].remark?.contains("took too long 3 times in this study") == true)
        #expect(children.all.count == 3)
    }

    @Test func `whoever is told to stop once a child is there comes back with none`() throws {
        let sources = try sources(3)
        let reader = try reader([[.opening(number: 0)]], then: "exec /bin/cat <&3 >/dev/null")
        // The first question comes before any child is started.
        let opinions = reader.opinions(root: folder.path, slices: sources) {
            children.all.isEmpty ? .proceed : .stop
        }
        #expect(opinions.isEmpty)
        #expect(children.all.count == 1)
        #expect(children.areGone)
    }
}
