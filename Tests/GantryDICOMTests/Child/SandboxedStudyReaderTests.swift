import GantryTestSupport
import FoundationEssentials
import GantryCore
import GantryDICOM
import GantrySandbox
import Glibc
import Testing

/// What the sandboxed reader does beyond the port's rules: children that die, stall, are stopped, and are limited.
struct SandboxedStudyReaderTests {
    private let folder: TemporaryFolder
    private let children = StartedChildren()

    init() throws { folder = try TemporaryFolder() }

    private func reader(
        slots: Int = 16, wallClock: Double = 60, limits: SandboxLimits? = nil
    ) throws -> SandboxedStudyReader {
        SandboxedStudyReader(
            executable: try builtExecutable(), sandbox: limits ?? SandboxLimits(ringSlots: slots),
            wallClockSecondsPerFile: wallClock, childStarted: children.add)
    }

    private func makeSeries(_ count: Int, side: Int = 32) throws -> [SliceSource] {
        let series = MadeSlice.series(count, side: side)
        for slice in series { try slice.write(below: folder.path) }
        return try series.map { try $0.source() }
    }

    @Test func `links, FIFOs, sockets, folders and paths that leave are told apart, and nothing waits`() throws {
        let outside = try TemporaryFolder()
        try MadeSlice(file: "0.dcm", uid: "1.2.3.4.1", rows: 8, columns: 8).write(below: outside.path)
        _ = try makeSeries(1)
        try folder.makeLink("link", to: outside.path + "/0.dcm")
        try folder.makeLink("way", to: outside.path)
        try folder.makeFIFO("fifo")
        try folder.makeSocket("socket")
        try folder.write([], to: "sub/empty")
        let files = [
            "link", "way/0.dcm", "fifo", "socket", "sub", "../x", "", outside.path + "/0.dcm", "a\u{0}b",
            String(repeating: "x", count: 5000), "0.dcm",
        ]
        let result = try reader().scan(root: folder.path, files: files) { _ in }
        #expect(result.instances.map(\.file) == ["0.dcm"])
        #expect(result.outcomes.map(\.file) == files.dropLast())
        #expect(
            result.outcomes.map(\.reason) == [
                .symbolicLink, .symbolicLink, .notRegularFile, .notRegularFile, .notRegularFile, .unreadable,
                .unreadable, .unreadable, .unreadable, .unreadable,
            ])
        #expect(children.all.count == 1)
        #expect(children.areGone)
    }

    @Test func `the child opens nothing outside the folder of the study's files`() throws {
        let series = MadeSlice.series(40, side: 32)
        for study in ["a", "b"] {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/" + study, withIntermediateDirectories: false)
            for var slice in series {
                slice.file = study + "/" + slice.file
                try slice.write(below: folder.path)
            }
        }
        let sources = try series.map { slice in
            var source = try slice.source()
            source.file = "a/" + source.file
            return source
        }
        // While the child is at work, another study's folder takes the name of this one's.
        let place = folder.path
        var receiver = CollectingReceiver(onEach: { number in
            if number == 0 {
                #expect(rename(place + "/a", place + "/c") == 0 && rename(place + "/b", place + "/a") == 0)
            }
            return .proceed
        })
        try reader(slots: 2).read(root: folder.path, slices: sources, padding: .air, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(receiver.misses.count >= 30 && receiver.misses.allSatisfy { $0.reason == .unreadable })
    }

    @Test func `sequences beyond the cap on nesting are rejected by name, and cost no child`() throws {
        _ = try makeSeries(2)
        for (name, levels) in [("deep", 200_000), ("over", 129), ("at", 128)] {
            try folder.write(BadBytes.deeplyNested(levels: levels), to: name)
        }
        let files = ["deep", "0.dcm", "over", "at", "1.dcm"]
        let result = try reader().scan(root: folder.path, files: files) { _ in }
        #expect(result.instances.map(\.file) == ["0.dcm", "1.dcm"])
        #expect(result.outcomes.map(\.file) == ["deep", "over", "at"])
        // The last one is followed to its end, where the image is missing.
        #expect(result.outcomes.map(\.reason) == [.limitExceeded, .limitExceeded, .attributeMissing])
        #expect(
            result.outcomes.prefix(2).allSatisfy { $0.detail.contains("128") && $0.detail.contains("deepest-nesting") })
        #expect(children.all.count == 1)
        #expect(children.areGone)
    }

    @Test func `a file that declares almost 4 GiB and has none of it is damaged, and the child goes on`() throws {
        _ = try makeSeries(1)
        try folder.write(BadBytes.hugeLength, to: "huge")
        let result = try reader().scan(root: folder.path, files: ["huge", "0.dcm"]) { _ in }
        #expect(result.instances.map(\.file) == ["0.dcm"])
        #expect(result.outcomes.map(\.file) == ["huge"])
        #expect(result.outcomes.map(\.reason) == [.damaged])
        #expect(children.all.count == 1)
    }

    @Test func `a child that is killed from outside costs one slice at most`() throws {
        let sources = try makeSeries(12)
        let children = children
        var receiver = CollectingReceiver(onEach: { number in
            if number == 1 { children.signal(SIGKILL) }
            return .proceed
        })
        try reader(slots: 2).read(root: folder.path, slices: sources, padding: .air, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(receiver.misses.count <= 1)
        #expect(receiver.misses.allSatisfy { $0.reason == .readerDied && $0.detail.contains("SIGKILL") })
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `a child that is killed twice is not started a third time`() throws {
        let sources = try makeSeries(12)
        let children = children
        var receiver = CollectingReceiver(onEach: { number in
            if number == 1 || number == 7 { children.signal(SIGKILL) }
            return .proceed
        })
        let fault = #expect(throws: ReaderFault.self) {
            try reader(slots: 2).read(root: folder.path, slices: sources, padding: .air, into: &receiver)
        }
        #expect(fault?.code == .quarantined)
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `a child that stands still is killed when the wall clock says so`() throws {
        let sources = try makeSeries(6)
        let children = children
        var receiver = CollectingReceiver(onEach: { number in
            if number == 0 { children.signal(SIGSTOP) }
            return .proceed
        })
        let start = ContinuousClock.now
        try reader(slots: 2, wallClock: 4).read(root: folder.path, slices: sources, padding: .air, into: &receiver)
        #expect(ContinuousClock.now - start >= .seconds(4))
        #expect(receiver.sources == sources)
        #expect(receiver.misses.count <= 1)
        #expect(receiver.misses.allSatisfy { $0.reason == .readerTimedOut })
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `the child decodes ahead into the free slots, and never further`() throws {
        let sources = try makeSeries(40)
        let children = children
        let path = folder.path
        // While the receiver holds the first slice, the child fills the other slots and then waits. What is not in a
        // slot by then is taken away.
        var receiver = CollectingReceiver(onEach: { number in
            guard number == 0 else { return .proceed }
            let end = ContinuousClock.now + .seconds(30)
            while !children.isWaiting && ContinuousClock.now < end { sched_yield() }
            for source in sources { unlink(path + "/" + source.file) }
            return .proceed
        })
        try reader(slots: 3).read(root: path, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(receiver.received == sources.prefix(3).map(\.file))
        #expect(receiver.misses.allSatisfy { $0.reason == .unreadable })
    }

    @Test func `a digest that is told to stop stops, and leaves no child behind`() throws {
        let sources = try makeSeries(20)
        var calls: [Int] = []
        let digest = try reader().contentDigest(root: folder.path, slices: sources) { done in
            calls.append(done)
            return done == 3 ? .stop : .proceed
        }
        #expect(digest == nil)
        #expect(calls.last == 3)
        #expect(children.all.count == 1)
        #expect(children.areGone)
    }

    @Test func `a digest is told to stop while one file takes long`() throws {
        let sources = try makeSeries(3)
        let children = children
        var hasStopped = false
        let digest = try reader().contentDigest(root: folder.path, slices: sources) { done in
            // The child stands still: without asking while it waits, the call would last until the wall clock ends it.
            if done == 1 && !hasStopped {
                hasStopped = true
                children.signal(SIGSTOP)
                return .proceed
            }
            return hasStopped ? .stop : .proceed
        }
        #expect(digest == nil)
        #expect(children.areGone)
    }

    @Test func `a scan and a reading are told to stop while one file takes long, and the stalled child is ended`()
        throws
    {
        let sources = try makeSeries(3)
        let children = children
        var isStalled = false
        func stall(_ done: Int) -> ReadControl {
            if isStalled { return .stop }
            // The child stands still: without asking while it waits, the call would last until the wall clock ends it.
            if done == 1 {
                isStalled = true
                children.signal(SIGSTOP)
            }
            return .proceed
        }
        let scan = try reader().scan(root: folder.path, files: sources.map(\.file), control: stall)
        #expect(scan == nil)
        #expect(children.areGone)
        isStalled = false
        var receiver = CollectingReceiver()
        // Each has one slot: what is behind the first slice is not read ahead.
        try reader(slots: 1).read(
            root: folder.path, slices: sources, padding: .keep, control: stall, into: &receiver)
        #expect(isStalled && receiver.sources.count < 3)
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `a child that does not come up is ended when the control says stop`() throws {
        let children = children
        let reader = SandboxedStudyReader(
            executable: "/bin/sh", arguments: ["-c", "kill -STOP $$"], childStarted: children.add)
        var asked = 0
        let result = try reader.scan(root: folder.path, files: ["a"]) { _ in
            asked += 1
            return asked < 3 ? ReadControl.proceed : .stop
        }
        #expect(result == nil)
        #expect(children.all.count == 1)
        #expect(children.areGone)
    }

    @Test func `a receiver that stops leaves no child behind`() throws {
        let sources = try makeSeries(20)
        var receiver = CollectingReceiver(onEach: { $0 == 2 ? .stop : .proceed })
        try reader(slots: 4).read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.sources == Array(sources.prefix(3)))
        #expect(children.all.count == 1)
        #expect(children.areGone)
    }

    @Test func `the memory of a long study is the ring's`() throws {
        let sources = try makeSeries(3, side: 256)
        let long = (0..<400).map { sources[$0 % 3] }
        let limits = SandboxLimits(ringBytes: 1 << 20)
        let children = children
        var peak = 0
        var receiver = CountingReceiver { count in
            guard count == 400, let child = children.all.last else { return }
            let line = procText("\(child)/status").split(separator: "\n").first { $0.hasPrefix("VmHWM") }
            peak = Int(line?.filter(\.isNumber) ?? "") ?? 0
        }
        try reader(limits: limits).read(root: folder.path, slices: long, padding: .keep, into: &receiver)
        #expect(receiver.count == 400)
        // 400 slices of 256 x 256 to 304 x 304 are 60 MB; code, dictionary, one file and the ring are well below 60.
        #expect(peak > 1000)
        #expect(peak < 120_000, "kB of the child, at its peak")
    }

    @Test func `a slice larger than the ring, or without pixels, is missed without asking`() throws {
        var sources = try makeSeries(3)
        sources[0].rows = 65535
        sources[0].columns = 65535
        sources[2].rows = 0
        var receiver = CollectingReceiver()
        try reader().read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(receiver.misses.map(\.reason) == [.limitExceeded, .limitExceeded])
        #expect(receiver.received == ["1.dcm"])
    }

    @Test func `the child has limited itself while it reads`() throws {
        let sources = try makeSeries(3)
        let children = children
        var limits = ""
        var status = ""
        var receiver = CollectingReceiver(onEach: { _ in
            guard let child = children.all.last else { return .proceed }
            limits = procText("\(child)/limits")
            status = procText("\(child)/status")
            return .proceed
        })
        try reader().read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        func limit(_ name: String) -> [Substring] {
            limits.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count).split(separator: " ")
                ?? []
        }
        // The sanitizers reserve terabytes of addresses; a child that is built with one leaves this limit out.
        if !isSanitized {
            let space = try #require(Int(limit("Max address space").first ?? ""))
            #expect((1 << 30...(1 << 30) + (256 << 20)).contains(space))
        }
        #expect(limit("Max core file size").prefix(2) == ["0", "0"])
        #expect(limit("Max file size").prefix(2) == ["0", "0"])
        #expect(try #require(Int(limit("Max cpu time").first ?? "")) <= 70)
        #expect(status.contains("NoNewPrivs:\t1\n"))
        #expect(status.contains("Umask:\t0077\n"))
    }
}

/// Counts slices without keeping them.
private struct CountingReceiver: SliceReceiver {
    var count = 0
    var onEach: (Int) -> Void

    init(_ onEach: @escaping (Int) -> Void) { self.onEach = onEach }

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        count += 1
        onEach(count)
        return .proceed
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl { .proceed }
}
