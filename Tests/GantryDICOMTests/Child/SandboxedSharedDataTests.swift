import GantryTestSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryGround
import Testing

/// Real and malformed files through the sandboxed reader.
struct SandboxedSharedDataTests {
    @Test(arguments: [("malformed", 64), ("oddities", 31)])
    func `every malformed or odd file is an instance or an outcome, in time, scanned and read`(
        name: String, count: Int
    ) throws {
        try SharedData.require(count) { shared in
            let folder = shared.appending(path: name).path
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let children = StartedChildren()
            let reader = SandboxedStudyReader(
                executable: try builtExecutable(), wallClockSecondsPerFile: 20, childStarted: children.add)
            let clock = ContinuousClock()
            var slowest = Duration.zero
            var before = clock.now
            let progress: (Int) -> Void = { _ in
                slowest = max(slowest, clock.now - before)
                before = clock.now
            }
            let result = try reader.scan(root: folder, files: files, progress: progress)
            let ends = result.instances.map(\.file) + result.outcomes.map(\.file)
            #expect(ends.sorted() == files)
            #expect(!result.instances.isEmpty)
            #expect(slowest < .seconds(20))
            for instance in result.instances {
                guard let slice = try source(of: instance) else { continue }
                var receiver = CollectingReceiver()
                try reader.read(root: folder, slices: [slice], padding: .keep, into: &receiver)
                #expect(receiver.sources == [slice])
                #expect(try reader.contentDigest(root: folder, slices: [slice]).utf8.count == 64)
            }
            #expect(children.areGone)
        }
    }

    @Test func `every image comes through the ring with the Hounsfield units that pydicom reads`() throws {
        let golden = try CSVTable(contentsOf: SharedData.golden.appending(path: "hounsfield.csv")).rows
        let expected = Dictionary(grouping: golden, by: { $0["file"] ?? "" }).compactMapValues { $0.first?["sha256"] }
        try SharedData.require(expected.count) { shared in
            try withTemporaryFolder { temporary in
                let files = try SharedData.manifest(shared, unpackedBelow: temporary)
                    .filter { expected[$0.name] != nil }
                #expect(files.count == expected.count)
                let folders = Dictionary(
                    grouping: files, by: { URL(filePath: $0.path).deletingLastPathComponent().path })
                for (folder, files) in folders {
                    let digests = try hounsfieldDigests(
                        files.map { URL(filePath: $0.path).lastPathComponent }, root: folder)
                    for file in files {
                        let digest = digests[URL(filePath: file.path).lastPathComponent]
                        #expect(digest == expected[file.name], "\(file.name)")
                    }
                }
            }
        }
    }

    /// SHA-256 of each file's Hounsfield units, little endian, read as one study.
    private func hounsfieldDigests(_ files: [String], root: String) throws -> [String: String] {
        let reader = SandboxedStudyReader(executable: try builtExecutable())
        let scan = try reader.scan(root: root, files: files) { _ in }
        #expect(scan.outcomes == [])
        var receiver = DigestReceiver()
        let sources = try scan.instances.compactMap { try source(of: $0) }
        try reader.read(root: root, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.misses == [])
        return receiver.digests
    }

    /// The slice of an instance with an image; its place is of no interest here.
    private func source(of instance: SOPInstance) throws -> SliceSource? {
        guard let pixels = instance.pixels else { return nil }
        var source = try MadeSlice(
            file: instance.file, uid: instance.sopInstanceUID.value, rows: pixels.rows, columns: pixels.columns
        ).source()
        source.instanceNumber = instance.instanceNumber
        return source
    }
}

/// SHA-256 of each slice's values.
private struct DigestReceiver: SliceReceiver {
    var digests: [String: String] = [:]
    var misses: [FileOutcome] = []

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        digests[slice.source.file] = hounsfield.withUnsafeBytes { SHA256.hash($0).hexadecimal }
        return .proceed
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        misses.append(outcome)
        return .proceed
    }
}
