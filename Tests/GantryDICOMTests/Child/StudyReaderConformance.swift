import GantryCore
import Testing

/// What every `StudyReader` must do, as functions that run on the fake and on the real one.
///
/// The folder holds `series`, each slice once more as `copies/<file>`, `changed.dcm` (the UID of the first slice, other
/// pixels), and the files of `broken`, which are no DICOM objects.
struct StudyReaderConformance {
    let reader: any StudyReader
    let root: String

    static let series = MadeSlice.series(7)
    static let broken = ["broken/text.dcm", "broken/empty.dcm"]
    static var copies: [MadeSlice] {
        series.map { slice in
            var copy = slice
            copy.file = "copies/" + slice.file
            return copy
        }
    }
    static var changed: MadeSlice {
        var slice = series[0]
        slice.file = "changed.dcm"
        slice.seed += 1
        return slice
    }

    /// Every rule of the port.
    func check() throws {
        try everyFileIsAnInstanceOrAnOutcome()
        try progressIsToldAndNothingIsLostInAnEmptyScan()
        try slicesComeInTheOrderGivenWithTheirValues()
        try paddingIsTreatedAsAsked()
        try aSliceThatCannotBeDecodedIsMissedAndTheOthersCome()
        try theReceiverStopsTheReading()
        try theControlStopsScanAndReading()
        try theDigestDependsOnIdentityAndPixelsAlone()
        try aFileThatCannotBeReadEntersTheDigestWithItsUID()
        try aFilesDigestDependsOnItsPixelsAlone()
        try aFolderThatIsNotThereIsAFault()
    }

    func everyFileIsAnInstanceOrAnOutcome() throws {
        let files = ["3.dcm", "broken/text.dcm", "0.dcm", "nowhere.dcm", "broken/empty.dcm", "5.dcm"]
        let result = try reader.scan(root: root, files: files) { _ in }
        #expect(result.instances.map(\.file) == ["3.dcm", "0.dcm", "5.dcm"])
        #expect(result.instances.map(\.sopInstanceUID.value) == ["1.2.3.4.4", "1.2.3.4.1", "1.2.3.4.6"])
        #expect(result.outcomes.map(\.file) == ["broken/text.dcm", "nowhere.dcm", "broken/empty.dcm"])
        #expect(result.outcomes.allSatisfy { $0.disposition == .rejected && !$0.detail.isEmpty })
        #expect(result.outcomes.first { $0.file == "nowhere.dcm" }?.reason == .unreadable)
    }

    func progressIsToldAndNothingIsLostInAnEmptyScan() throws {
        var told: [Int] = []
        _ = try reader.scan(root: root, files: Self.series.map(\.file)) { told.append($0) }
        #expect(told == told.sorted())
        #expect(told.last == Self.series.count)
        #expect(try reader.scan(root: root, files: []) { _ in } == ScanResult(instances: [], outcomes: []))
    }

    func theControlStopsScanAndReading() throws {
        for last in [0, 2] {
            var told: [Int] = []
            func control(_ done: Int) -> ReadControl {
                told.append(done)
                return done >= last ? .stop : .proceed
            }
            #expect(try reader.scan(root: root, files: Self.series.map(\.file), control: control) == nil)
            #expect(told.last == last && told.first == 0)
            told = []
            var receiver = CollectingReceiver()
            try reader.read(
                root: root, slices: Self.series.map { try $0.source() }, padding: .keep, control: control,
                into: &receiver)
            #expect(receiver.sources.count == last)
            #expect(told.last == last && told.first == 0)
        }
    }

    func slicesComeInTheOrderGivenWithTheirValues() throws {
        for series in [Self.series, Self.series.reversed()] {
            var receiver = CollectingReceiver()
            let sources = try series.map { try $0.source() }
            try reader.read(root: root, slices: sources, padding: .keep, into: &receiver)
            #expect(receiver.sources == sources)
            #expect(receiver.misses == [])
            for (event, made) in zip(receiver.events, series) {
                guard case .slice(let slice, let hounsfield) = event else { continue }
                #expect(hounsfield == made.hounsfield(.keep))
                #expect(slice.paddingPixels == made.rows)
                #expect(slice.clampedPixels == 0)
            }
        }
        var receiver = CollectingReceiver()
        try reader.read(root: root, slices: [], padding: .keep, into: &receiver)
        #expect(receiver.events.isEmpty)
    }

    func paddingIsTreatedAsAsked() throws {
        for padding in [PaddingTreatment.keep, .air, .mask] {
            var receiver = CollectingReceiver()
            try reader.read(root: root, slices: [Self.series[2].source()], padding: padding, into: &receiver)
            guard case .slice(let slice, let hounsfield)? = receiver.events.first else {
                Issue.record("no slice came")
                return
            }
            #expect(hounsfield == Self.series[2].hounsfield(padding))
            let kept = Int(MadeSlice.paddingStored + MadeSlice.intercept)
            #expect(slice.paddingPixels == Self.series[2].rows && slice.paddingHU == kept...kept)
            // Extremes are those of pixels that are not padding.
            #expect(try #require(slice.smallestHU) >= -1000)
            #expect(try #require(slice.largestHU) <= 2999)
        }
    }

    func aSliceThatCannotBeDecodedIsMissedAndTheOthersCome() throws {
        var sources = try Self.series.map { try $0.source() }
        sources[1].file = "broken/text.dcm"
        sources[3].file = "nowhere.dcm"
        sources[4].rows += 1
        var receiver = CollectingReceiver()
        try reader.read(root: root, slices: sources, padding: .keep, into: &receiver)
        #expect(receiver.sources == sources)
        #expect(receiver.misses.map(\.file) == ["broken/text.dcm", "nowhere.dcm", "4.dcm"])
        #expect(receiver.misses.allSatisfy { $0.disposition == .rejected })
    }

    func theReceiverStopsTheReading() throws {
        var sources = try Self.series.map { try $0.source() }
        sources[1].file = "nowhere.dcm"
        for count in [1, 2, 3] {
            var receiver = CollectingReceiver(onEach: { $0 + 1 == count ? .stop : .proceed })
            try reader.read(root: root, slices: sources, padding: .air, into: &receiver)
            #expect(receiver.sources == Array(sources.prefix(count)))
        }
    }

    func theDigestDependsOnIdentityAndPixelsAlone() throws {
        let sources = try Self.series.map { try $0.source() }
        let digest = try reader.contentDigest(root: root, slices: sources)
        #expect(digest.utf8.count == 64)
        #expect(digest.utf8.allSatisfy { Set("0123456789abcdef".utf8).contains($0) })
        #expect(try reader.contentDigest(root: root, slices: sources.reversed()) == digest)
        #expect(try reader.contentDigest(root: root, slices: Self.copies.map { try $0.source() }) == digest)
        #expect(try reader.contentDigest(root: root, slices: Array(sources.dropLast())) != digest)
        var otherUID = sources
        otherUID[0].sopInstanceUID = try required(UID("1.2.3.4.99"))
        #expect(try reader.contentDigest(root: root, slices: otherUID) != digest)
        let otherPixels = try [Self.changed.source()] + sources.dropFirst()
        #expect(try reader.contentDigest(root: root, slices: otherPixels) != digest)
    }

    func aFileThatCannotBeReadEntersTheDigestWithItsUID() throws {
        var sources = try Self.series.map { try $0.source() }
        let digest = try reader.contentDigest(root: root, slices: sources)
        sources[0].file = "nowhere.dcm"
        let absent = try reader.contentDigest(root: root, slices: sources)
        sources[0].file = "broken/text.dcm"
        #expect(try reader.contentDigest(root: root, slices: sources) == absent)
        #expect(absent != digest)
        #expect(try reader.contentDigest(root: root, slices: Array(sources.dropFirst())) != absent)
    }

    func aFilesDigestDependsOnItsPixelsAlone() throws {
        let sources = try Self.series.map { try $0.source() }
        let copies = try Self.copies.map { try $0.source() }
        let files = (sources + copies).map(\.file) + [try Self.changed.source().file, "broken/text.dcm", "nowhere.dcm"]
        let digests = try #require(
            try reader.pixelDigests(root: root, files: files, control: { _ in .proceed }) as [String?]?)
        #expect(digests.count == files.count && digests.suffix(2) == [nil, nil])
        var ofUID: [UID: Set<String?>] = [:]
        for (source, digest) in zip(sources + copies, digests) {
            ofUID[source.sopInstanceUID, default: []].insert(digest)
        }
        #expect(ofUID.values.allSatisfy { $0.count == 1 && !$0.contains(nil) })
        #expect(!digests.dropLast(3).contains(digests[files.count - 3]))
        #expect(try reader.pixelDigests(root: root, files: files, control: { _ in .stop }) == nil)
    }

    func aFolderThatIsNotThereIsAFault() throws {
        let nowhere = root + "/no/folder"
        let sources = [try Self.series[0].source()]
        let scan = #expect(throws: ReaderFault.self) { try reader.scan(root: nowhere, files: ["x"]) { _ in } }
        let digest = #expect(throws: ReaderFault.self) { try reader.contentDigest(root: nowhere, slices: sources) }
        let read = #expect(throws: ReaderFault.self) {
            var receiver = CollectingReceiver()
            try reader.read(root: nowhere, slices: sources, padding: .keep, into: &receiver)
        }
        #expect([scan, digest, read].allSatisfy { $0?.code == .rootUnreadable })
    }
}

extension StudyReader {
    /// The digest of all `slices`, without a stop.
    func contentDigest(root: String, slices: [SliceSource]) throws(ReaderFault) -> String {
        try contentDigest(root: root, slices: slices) { _ in .proceed } ?? ""
    }
}
