import GantryTestSupport
import GantryCore
import GantryDICOM
import GantrySandbox
import Testing

/// A child that was taken over by a file may say anything. Here a shell says it.
struct HostileChildTests {
    private let folder: TemporaryFolder
    private let children = StartedChildren()

    init() throws { folder = try TemporaryFolder() }

    /// A reader whose child says `replies`, then `bytes`, and then `then`: a shell command.
    private func reader(
        saying replies: [ReaderReply], _ bytes: [UInt8] = [], then: String = "exec /bin/cat <&3 >/dev/null",
        wallClock: Double = 30
    ) throws -> SandboxedStudyReader {
        var frames: [UInt8] = []
        for reply in replies { frames += try MessageChannel.framed(reply.body()) }
        let name = "frames-\(frames.count)-\(bytes.count)-\(then.count)"
        try folder.write(frames + bytes, to: name)
        return SandboxedStudyReader(
            executable: "/bin/sh", arguments: ["-c", "/bin/cat '\(folder.path)/\(name)' >&3; " + then],
            wallClockSecondsPerFile: wallClock, childStarted: children.add)
    }

    private static let ready = ReaderReply.ready(protocolVersion: ReaderJob.currentVersion)

    private func instance(_ file: String) throws -> SOPInstance {
        let uid = try required(UID("1.2.3"))
        return SOPInstance(
            file: file, sopInstanceUID: uid, sopClassUID: uid, studyInstanceUID: uid, seriesInstanceUID: uid,
            transferSyntax: .explicitVRLittleEndian)
    }

    /// The outcome of scanning the file `a` with a reader.
    private func outcome(_ reader: SandboxedStudyReader) throws -> FileOutcome {
        let result = try reader.scan(root: folder.path, files: ["a"]) { _ in }
        #expect(result.instances == [])
        #expect(children.areGone)
        return try #require(result.outcomes.first)
    }

    @Test func `a child that keeps the protocol is believed`() throws {
        let instance = try instance("a")
        let reader = try reader(saying: [
            Self.ready, .opening(number: 0), .answer(number: 0, .instance(instance)),
        ])
        #expect(try reader.scan(root: folder.path, files: ["a"]) { _ in }.instances == [instance])
        #expect(children.areGone)
    }

    @Test func `a child that does not begin as agreed is no reader`() throws {
        let readers = [
            try reader(saying: [.ready(protocolVersion: 99)]), try reader(saying: [.opening(number: 0)]),
            try reader(saying: [.unavailable("no dictionary")]),
            try reader(saying: [], [1, 2], wallClock: 0.2), try reader(saying: [], [1, 2], then: "exit 0"),
            SandboxedStudyReader(executable: "/bin/false"), SandboxedStudyReader(executable: "/nothing/here"),
            try reader(saying: [], then: "exec /bin/sleep 1000", wallClock: 0.2),
        ]
        for reader in readers {
            let fault = #expect(throws: ReaderFault.self) {
                try reader.scan(root: folder.path, files: ["a"]) { _ in }
            }
            #expect(fault?.code == .readerUnavailable)
        }
        #expect(children.areGone)
    }

    @Test func `answers that do not fit their request are not believed`() throws {
        let facts = SliceFacts(clampedPixels: 0, paddingPixels: 0, smallestHU: nil, largestHU: nil)
        var outOfRange = try instance("a")
        outOfRange.pixels = PixelDescription(rows: .max, columns: 1, isSigned: false)
        let answers: [ReaderAnswer] = [
            .instance(try instance("b")), .instance(outOfRange), .slice(facts),
            .pixelDigest(String(repeating: "0", count: 64)), .failed(.scored, detail: ""),
        ]
        for answer in answers {
            let reader = try reader(saying: [Self.ready, .opening(number: 0), .answer(number: 0, answer)])
            #expect(try outcome(reader).reason == .readerDied)
        }
    }

    @Test func `messages that do not follow each other are not believed`() throws {
        let instance = try instance("a")
        let conversations: [[ReaderReply]] = [
            [.opening(number: 0), .opening(number: 0)], [.opening(number: 0), Self.ready],
            [.opening(number: 0), .answer(number: 1, .instance(instance))],
            [.opening(number: 0), .unavailable("")],
        ]
        for conversation in conversations {
            #expect(try outcome(reader(saying: [Self.ready] + conversation)).reason == .readerDied)
        }
    }

    @Test func `a child that answers what it has not opened, again and again, is no reader`() throws {
        let reader = try reader(saying: [Self.ready, .answer(number: 0, .instance(instance("a")))])
        let fault = #expect(throws: ReaderFault.self) { try reader.scan(root: folder.path, files: ["a"]) { _ in } }
        #expect(fault?.code == .readerUnavailable)
        #expect(children.all.count == 2)
        #expect(children.areGone)
    }

    @Test func `a message beyond the bound, half a message and noise end the child`() throws {
        let noise: [[UInt8]] = [[0xFF, 0xFF, 0xFF, 0x7F], [4, 0, 0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0x7B, 0x7D]]
        for bytes in noise {
            #expect(try outcome(reader(saying: [Self.ready, .opening(number: 0)], bytes)).reason == .readerDied)
        }
        let half = try reader(
            saying: [Self.ready, .opening(number: 0)], [9, 0, 0, 0, 1],
            then: "/usr/bin/head -c 1 <&3 >/dev/null; exit 3")
        #expect(try outcome(half).detail.contains("status 3"))
        let silent = try reader(saying: [Self.ready, .opening(number: 0)], wallClock: 2)
        #expect(try outcome(silent).reason == .readerTimedOut)
    }

    @Test func `a sentence of the child is cut and cleaned`() throws {
        let detail = "\u{1B}[2J\n" + String(repeating: "x", count: 5000)
        let reader = try reader(saying: [
            Self.ready, .opening(number: 0), .answer(number: 0, .failed(.damaged, detail: detail)),
        ])
        let outcome = try outcome(reader)
        #expect(outcome.reason == .damaged)
        #expect(outcome.detail.hasPrefix("[2Jxx"))
        #expect(outcome.detail.count <= 300)
    }

    @Test func `counts beyond the slice and extremes in the wrong order are not believed`() throws {
        let slice = try MadeSlice(file: "a", uid: "1.2.3", rows: 2, columns: 2).source()
        for facts in [
            SliceFacts(clampedPixels: 5, paddingPixels: 0, smallestHU: 0, largestHU: 0),
            SliceFacts(clampedPixels: 0, paddingPixels: -1, smallestHU: 0, largestHU: 0),
            SliceFacts(clampedPixels: 0, paddingPixels: 0, smallestHU: 1, largestHU: 0),
            SliceFacts(clampedPixels: 0, paddingPixels: 0, smallestHU: 1, largestHU: nil),
            SliceFacts(clampedPixels: 0, paddingPixels: 0, paddingHU: 0...1, smallestHU: 0, largestHU: 0),
            SliceFacts(clampedPixels: 0, paddingPixels: 1, smallestHU: 0, largestHU: 0),
            SliceFacts(clampedPixels: 0, paddingPixels: 1, paddingHU: 0...(1 << 40), smallestHU: 0, largestHU: 0),
        ] {
            let reader = try reader(saying: [Self.ready, .opening(number: 0), .answer(number: 0, .slice(facts))])
            var receiver = CollectingReceiver()
            try reader.read(root: folder.path, slices: [slice], padding: .keep, into: &receiver)
            #expect(receiver.misses.map(\.reason) == [.readerDied])
        }
    }
}
