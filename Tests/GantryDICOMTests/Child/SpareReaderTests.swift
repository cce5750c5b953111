import GantryTestSupport
import GantryCore
import GantryDICOM
import GantrySandbox
import Glibc
import Testing

/// A reader child that is started ahead: who takes it, and what comes where it is no longer there.
struct SpareReaderTests {
    private let folder: TemporaryFolder
    private let children = StartedChildren()

    init() throws { folder = try TemporaryFolder() }

    private func reader() throws -> SandboxedStudyReader {
        SandboxedStudyReader(executable: try builtExecutable(), threads: 2, childStarted: children.add)
    }

    private func makeSeries(_ count: Int) throws -> [SliceSource] {
        let series = MadeSlice.series(count)
        for slice in series { try slice.write(below: folder.path) }
        return try series.map { try $0.source() }
    }

    /// Reads all of `sources`; the files that came as slices.
    private func read(_ sources: [SliceSource], by reader: SandboxedStudyReader) throws -> [String] {
        var receiver = CollectingReceiver()
        try reader.read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        return receiver.received
    }

    /// Returns when the process waits to be reaped; false where it is not there.
    private func waitsForEnd(of process: Int32) -> Bool {
        var facts = siginfo_t()
        while waitid(P_PID, id_t(process), &facts, WEXITED | WNOWAIT) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }

    @Test func `one is started, however often, and the next reading has it`() throws {
        let sources = try makeSeries(5)
        let reader = try reader()
        reader.prepareReading()
        reader.prepareReading()
        #expect(children.all.count == 1)
        #expect(try read(sources, by: reader) == sources.map(\.file))
        #expect(children.all.count == 1)
        #expect(children.areGone)
        #expect(try read(sources, by: reader) == sources.map(\.file))
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `it is left for the pixels: a scan and a digest have children of their own`() throws {
        let sources = try makeSeries(2)
        let reader = try reader()
        reader.prepareReading()
        #expect(try reader.scan(root: folder.path, files: sources.map(\.file)) { _ in }.instances.count == 2)
        #expect(try reader.contentDigest(root: folder.path, slices: sources).count == 64)
        #expect(children.all.count == 3)
        #expect(try read(sources, by: reader) == sources.map(\.file))
        #expect(children.all.count == 3)
        #expect(children.areGone)
    }

    @Test func `one that has ended while it waited is replaced, and nothing is lost`() throws {
        let sources = try makeSeries(3)
        let reader = try reader()
        reader.prepareReading()
        let spare = try #require(children.all.first)
        kill(spare, SIGKILL)
        #expect(waitsForEnd(of: spare))
        #expect(try read(sources, by: reader) == sources.map(\.file))
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `one that ends over its job is replaced, and nothing is lost`() throws {
        let sources = try makeSeries(1)
        let facts = ReaderAnswer.slice(SliceFacts(clampedPixels: 0, paddingPixels: 0, smallestHU: 0, largestHU: 0))
        let script = try ScriptedChildren.script(
            [[.opening(number: 0), .answer(number: 0, facts)]], then: "exit 0", in: folder)
        // The first takes a byte of its job and ends.
        let first = "if mkdir '\(folder.path)/first' 2>/dev/null; then head -c 1 <&3 >/dev/null; exit 1; fi; "
        let reader = SandboxedStudyReader(
            executable: "/bin/sh", arguments: ["-c", first + script], childStarted: children.add)
        reader.prepareReading()
        #expect(try read(sources, by: reader) == sources.map(\.file))
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `of two readings at once one has it, the other starts its own`() throws {
        let sources = try makeSeries(20)
        let reader = try reader()
        reader.prepareReading()
        let test = self
        let readings = (0..<2).map { _ in ThreadResult { try test.read(sources, by: reader) } }
        for reading in readings { #expect(try reading.value() == sources.map(\.file)) }
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `one that is not needed is ended and reaped, by word or with its reader`() throws {
        do {
            let reader = try reader()
            reader.endPreparation()
            reader.prepareReading()
            reader.endPreparation()
            #expect(children.all.count == 1)
            #expect(children.areGone)
            reader.prepareReading()
        }
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `one that cannot be started costs nothing before a reading says why`() throws {
        let sources = try makeSeries(1)
        let reader = SandboxedStudyReader(executable: "/nothing/here")
        reader.prepareReading()
        let fault = #expect(throws: ReaderFault.self) { try read(sources, by: reader) }
        #expect(fault?.code == .readerUnavailable && fault?.status == Int(ENOENT))
    }

    @Test func `one of another version is no reader, and that is said`() throws {
        let sources = try makeSeries(1)
        try folder.write(
            MessageChannel.framed(ReaderReply.ready(protocolVersion: ReaderJob.currentVersion - 1).body()), to: "ready")
        let reader = SandboxedStudyReader(
            executable: "/bin/sh",
            arguments: ["-c", "head -c 1 <&3 >/dev/null; /bin/cat '\(folder.path)/ready' >&3; exec /bin/cat <&3"],
            childStarted: children.add)
        reader.prepareReading()
        let fault = #expect(throws: ReaderFault.self) { try read(sources, by: reader) }
        #expect(fault?.code == .readerUnavailable)
        #expect(fault?.explanation.hasSuffix("it is of another version") == true)
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `while it waits it has its channel open and nothing else`() throws {
        let reader = try reader()
        reader.prepareReading()
        let spare = try #require(children.all.first)
        // What its loader opens is closed before it waits.
        let end = ContinuousClock.now + .seconds(30)
        while !children.isWaiting && ContinuousClock.now < end { sched_yield() }
        let open = (0..<64).filter { number in
            var facts = stat()
            return lstat("/proc/\(spare)/fd/\(number)", &facts) == 0
        }
        #expect(open == [0, 1, 2, 3])
        reader.endPreparation()
    }
}
