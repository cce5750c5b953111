import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import GantryMutation
import GantrySandbox
import GantryTestSupport
import Glibc
import Testing

/// A reader child with several threads: what comes, in what order, and what it does not cost.
struct SeveralFilesAtOnceTests {
    private let folder: TemporaryFolder
    private let children = StartedChildren()

    init() throws { folder = try TemporaryFolder() }

    private func reader(
        _ threads: Int, slots: Int = 16, sandbox: SandboxLimits? = nil, wallClock: Double = 60
    ) throws -> SandboxedStudyReader {
        SandboxedStudyReader(
            executable: try builtExecutable(), sandbox: sandbox ?? SandboxLimits(ringSlots: slots),
            wallClockSecondsPerFile: wallClock, threads: threads, childStarted: children.add)
    }

    private func events(_ reader: SandboxedStudyReader, _ sources: [SliceSource]) throws -> [CollectingReceiver.Event] {
        var receiver = CollectingReceiver()
        try reader.read(root: folder.path, slices: sources, padding: .air, into: &receiver)
        #expect(receiver.sources == sources)
        return receiver.events
    }

    /// Slices of one encoding or of all by turns, of different sizes, and what each holds.
    private func makeSeries(_ count: Int, _ syntaxes: [TransferSyntax], side: Int = 64) throws -> [MadeSlice] {
        let series = MadeSlice.series(count, side: side)
        for (number, slice) in series.enumerated() {
            try slice.write(below: folder.path, transferSyntax: syntaxes[number % syntaxes.count])
        }
        return series
    }

    private static let written: [TransferSyntax] = [
        .explicitVRLittleEndian, .implicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian,
        .rleLossless, .jpegLosslessSV1, .jpegLSLossless,
    ]

    @Test func `any number of threads gives the same slices, the same facts and the same order`() throws {
        let series = try makeSeries(28, Self.written)
        let sources = try series.map { try $0.source() }
        let one = try events(reader(1), sources)
        for (threads, slots) in [(2, 16), (4, 16), (16, 16), (4, 2), (4, 1)] {
            #expect(try events(reader(threads, slots: slots), sources) == one, "\(threads) threads, \(slots) slots")
        }
        let values: [[Int16]] = one.map { if case .slice(_, let values) = $0 { values } else { [] } }
        #expect(values == series.map { $0.hounsfield(.air) })
        #expect(children.areGone)
    }

    @Test func `files of every kind, JPEG 2000 and many frames among them, come as one thread reads them`() throws {
        var files: [String] = []
        for (number, seed) in try SeedFile.made().enumerated() {
            for copy in 0..<3 {
                try folder.write(seed.bytes, to: "\(number)-\(copy)")
                files.append("\(number)-\(copy)")
            }
        }
        let (alone, together) = (try scan(1, files), try scan(4, files))
        #expect(alone == together)
        #expect(alone.instances.count == files.count)
        let sources = try alone.instances.flatMap { instance in
            // Frames by turns: each thread meets the same file again, and others in between.
            try (1...max(1, instance.frames.count)).map { frame in
                var source = try MadeSlice(
                    file: instance.file, uid: instance.sopInstanceUID.value, rows: 32, columns: 32
                ).source()
                source.frameNumber = frame
                return source
            }
        }
        #expect(sources.count > files.count)
        #expect(try events(reader(4), sources) == events(reader(1), sources))
        let digest = try reader(1).contentDigest(root: folder.path, slices: sources)
        #expect(try reader(4).contentDigest(root: folder.path, slices: sources) == digest)
    }

    private func scan(_ threads: Int, _ files: [String]) throws -> ScanResult {
        try reader(threads).scan(root: folder.path, files: files) { _ in }
    }

    @Test func `every shared image comes as one thread reads it`() throws {
        try SharedData.require(64) { shared in
            for name in ["transfer_syntaxes", "oddities", "malformed"] {
                let root = shared.appending(path: name).path
                let files = try FileManager.default.contentsOfDirectory(atPath: root).sorted()
                let one = try reader(1).scan(root: root, files: files) { _ in }
                #expect(try reader(4).scan(root: root, files: files) { _ in } == one)
                let sources = try one.instances.compactMap { instance -> SliceSource? in
                    guard let pixels = instance.pixels else { return nil }
                    return try MadeSlice(
                        file: instance.file, uid: instance.sopInstanceUID.value, rows: pixels.rows,
                        columns: pixels.columns
                    ).source()
                }
                var (alone, together) = (CollectingReceiver(), CollectingReceiver())
                try reader(1).read(root: root, slices: sources, padding: .keep, into: &alone)
                try reader(4).read(root: root, slices: sources, padding: .keep, into: &together)
                #expect(alone.events == together.events, "\(name)")
            }
        }
    }

    @Test func `the child has the threads it is told, and no more than 16, slices or slots`() throws {
        let sources = try makeSeries(40, [.jpegLSLossless]).map { try $0.source() }
        let children = children
        for (threads, slots, count, expected) in [(4, 16, 40, 4), (64, 16, 40, 16), (4, 3, 40, 3), (4, 16, 2, 2)] {
            // Started one after the other, the last may be late.
            var isAsExpected = isSanitized
            var receiver = CollectingReceiver(onEach: { number in
                let end = ContinuousClock.now + .seconds(30)
                while number == count - 1, !isAsExpected, ContinuousClock.now < end {
                    isAsExpected = procText("\(children.all.last ?? 0)/status").contains("\nThreads:\t\(expected)\n")
                    sched_yield()
                }
                return .proceed
            })
            try reader(threads, slots: slots).read(
                root: folder.path, slices: Array(sources.prefix(count)), padding: .keep, into: &receiver)
            #expect(receiver.misses == [])
            #expect(isAsExpected, "\(threads) threads, \(slots) slots, \(count) slices")
        }
        #expect(children.areGone)
    }

    @Test func `a file that meets the end of memory beside others is read again alone`() throws {
        // Deflated, each becomes a hundred times what it is: nobody knows before it is read.
        let slice = MadeSlice(file: "0.dcm", uid: "1.2.3.4.1", rows: 8, columns: 8)
        try slice.write(
            below: folder.path, transferSyntax: .deflatedExplicitVRLittleEndian, textBytes: 160 << 20)
        let sources = try (0..<6).map { number in
            if number > 0 { #expect(link(folder.path + "/0.dcm", folder.path + "/\(number).dcm") == 0) }
            var source = try slice.source()
            source.file = "\(number).dcm"
            return source
        }
        // What one takes fits, what two take does not.
        let sandbox = SandboxLimits(addressSpaceBytes: 560 << 20)
        let one = try events(reader(1, sandbox: sandbox), sources)
        let four = try events(reader(4, sandbox: sandbox), sources)
        #expect(four == one)
        let values: [[Int16]] = one.map { if case .slice(_, let values) = $0 { values } else { [] } }
        #expect(values == Array(repeating: slice.hounsfield(.air), count: 6))
        #expect(children.all.count == 2)
    }

    @Test func `a child that is killed from outside while it is on several files costs none of them`() throws {
        let sources = try makeSeries(60, [.jpegLSLossless], side: 256).map { try $0.source() }
        let children = children
        var receiver = CollectingReceiver(onEach: { number in
            if number == 1 { children.signal(SIGKILL) }
            return .proceed
        })
        try reader(4, slots: 8).read(root: folder.path, slices: sources, padding: .air, into: &receiver)
        #expect(receiver.sources == sources)
        // It may have been on one alone, which is blamed then.
        #expect(receiver.misses.count <= 1)
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `a child that stands still on several files is ended, and the first of them is a gap`() throws {
        let sources = try makeSeries(24, [.jpegLSLossless], side: 256).map { try $0.source() }
        let children = children
        var receiver = CollectingReceiver(onEach: { number in
            if number == 0 { children.signal(SIGSTOP) }
            return .proceed
        })
        try reader(4, slots: 8, wallClock: 5).read(root: folder.path, slices: sources, padding: .air, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(receiver.misses.count <= 1)
        #expect(receiver.misses.allSatisfy { $0.reason == .readerTimedOut })
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `a receiver or a control that stops while several are decoded leaves no child behind`() throws {
        let sources = try makeSeries(40, [.jpegLSLossless], side: 128).map { try $0.source() }
        var receiver = CollectingReceiver(onEach: { $0 == 4 ? .stop : .proceed })
        try reader(4).read(root: folder.path, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.sources == Array(sources.prefix(5)))
        var other = CollectingReceiver()
        try reader(4).read(
            root: folder.path, slices: sources, padding: .keep, control: { $0 == 3 ? .stop : .proceed }, into: &other)
        #expect(other.sources == Array(sources.prefix(3)))
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }
}
