import FoundationEssentials
import GantryCore
import GantryDICOM
import GantrySandbox
import Testing

/// Real and malformed files through the sandboxed reader.
struct SharedDataTests {
    @Test(arguments: ["malformed", "oddities"])
    func `every malformed or odd file is an instance or an outcome, in time, scanned and read`(name: String) throws {
        guard let folder = try SharedData.folder(name) else { return }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let children = StartedChildren()
        let reader = SandboxedStudyReader(
            executable: try readerExecutable(), wallClockSecondsPerFile: 20, childStarted: children.add)
        let clock = ContinuousClock()
        var slowest = Duration.zero
        var before = clock.now
        let result = try reader.scan(root: folder, files: files) { _ in
            slowest = max(slowest, clock.now - before)
            before = clock.now
        }
        let ends = result.instances.map(\.file) + result.outcomes.map(\.file)
        #expect(ends.sorted() == files)
        #expect(!result.instances.isEmpty)
        #expect(slowest < .seconds(20))
        for instance in result.instances {
            guard let pixels = instance.pixels else { continue }
            var slice = try MadeSlice(
                file: instance.file, uid: instance.sopInstanceUID.value, rows: 1, columns: 1
            ).source()
            slice.rows = pixels.rows
            slice.columns = pixels.columns
            var receiver = CollectingReceiver()
            try reader.read(root: folder, slices: [slice], padding: .keep, into: &receiver)
            #expect(receiver.sources == [slice])
            _ = try reader.contentDigest(root: folder, slices: [slice])
        }
        #expect(children.areGone)
    }

    @Test(arguments: ["lidc0001_chest_133", "ge_head_tilt18_gap4to7_28"])
    func `a real series comes with the values that pydicom decodes`(name: String) throws {
        guard let folder = try SharedData.folder("series"), let top = try SharedData.folder("MANIFEST.csv") else {
            return
        }
        let unpacked = try TemporaryFolder()
        try SharedData.unpack(folder + "/\(name).tar.xz", into: unpacked.path)
        let rows = try ManifestRow.all(top).filter { $0["file"] == "series/\(name).tar.xz" }
        try check(rows, root: unpacked.path, path: { $0["member"] })
    }

    @Test func `one slice in every transfer syntax comes with the values that pydicom decodes`() throws {
        guard let folder = try SharedData.folder("transfer_syntaxes"), let top = try SharedData.folder("MANIFEST.csv")
        else { return }
        let decoded: Set<TransferSyntax> = [
            .implicitVRLittleEndian, .explicitVRLittleEndian, .deflatedExplicitVRLittleEndian, .explicitVRBigEndian,
            .jpegLossless, .jpegLosslessSV1, .jpegLSLossless, .rleLossless,
        ]
        let rows = try ManifestRow.all(top).filter {
            $0["file"].hasPrefix("transfer_syntaxes/CTImage") && decoded.contains(TransferSyntax($0["ts"]))
        }
        try check(rows, root: folder, path: { String($0["file"].dropFirst("transfer_syntaxes/".count)) })
    }

    /// Scans and reads the files of `rows`, and compares smallest, largest and mean value (four decimals in the
    /// manifest) after the rescale.
    private func check(_ rows: [ManifestRow], root: String, path: (ManifestRow) -> String) throws {
        #expect(!rows.isEmpty)
        let reader = SandboxedStudyReader(executable: try readerExecutable())
        let scan = try reader.scan(root: root, files: rows.map(path)) { _ in }
        #expect(scan.outcomes == [])
        try #require(scan.instances.count == rows.count)
        let sources = try scan.instances.map { instance in
            let pixels = try #require(instance.pixels)
            return SliceSource(
                file: instance.file, sopInstanceUID: instance.sopInstanceUID, frameNumber: 1,
                instanceNumber: instance.instanceNumber, positionMillimetres: 0, rows: pixels.rows,
                columns: pixels.columns, plane: try #require(instance.plane))
        }
        var receiver = SummaryReceiver()
        try reader.read(root: root, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.misses == [])
        try #require(receiver.summaries.count == rows.count)
        for (row, summary) in zip(rows, receiver.summaries) {
            let slope = try #require(row.number("slope"))
            let intercept = try #require(row.number("intercept"))
            #expect(Double(summary.smallest) == (try #require(row.number("raw_min"))) * slope + intercept)
            #expect(Double(summary.largest) == (try #require(row.number("raw_max"))) * slope + intercept)
            let mean = (try #require(row.number("raw_mean"))) * slope + intercept
            #expect(abs(summary.mean - mean) <= 1e-4 * max(slope, 1))
        }
    }
}

/// Smallest, largest and mean value of each slice.
private struct SummaryReceiver: SliceReceiver {
    struct Summary {
        var smallest: Int16
        var largest: Int16
        var mean: Double
    }

    var summaries: [Summary] = []
    var misses: [FileOutcome] = []

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        var summary = Summary(smallest: .max, largest: .min, mean: 0)
        var sum = 0
        for index in hounsfield.indices {
            summary.smallest = min(summary.smallest, hounsfield[index])
            summary.largest = max(summary.largest, hounsfield[index])
            sum += Int(hounsfield[index])
        }
        summary.mean = Double(sum) / Double(max(hounsfield.count, 1))
        summaries.append(summary)
        return .proceed
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        misses.append(outcome)
        return .proceed
    }
}
