import GantryCore
import GantryPipeline
import Testing

struct RunSummaryTests {
    private let key = StudyKey("0123456789abcdef")
    private let bad = StudyEnd.failed(.noSuitableSeries, detail: "no CT")
    private let unreadable = UnreadableFolder(folder: "data/bad", files: 3, detail: "not DICOM")

    private func status(_ ends: [StudyEnd], _ change: (inout RunSummary) -> Void = { _ in }) throws -> Int32 {
        var summary = RunSummary()
        summary.studies = try ends.map { StudyLine(studyKey: try #require(key), folder: "", end: $0) }
        change(&summary)
        return summary.exitStatus
    }

    private func good() throws -> StudyEnd {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 900, 900, 900])
        return try #require(setting.ingest().studies.first?.end)
    }

    @Test func `the exit code follows from how the studies ended`() throws {
        let good = try good()
        #expect(try status([]) == 66)
        #expect(try status([good, good]) == 0)
        #expect(try status([good, bad]) == 8)
        #expect(try status([bad, bad]) == 65)
        #expect(try status([good]) { $0.unreadableFolders = [unreadable] } == 8)
        #expect(try status([]) { $0.unreadableFolders = [unreadable] } == 65)
        #expect(
            try status([good]) {
                $0.strayFiles = [FileOutcome(file: "readme.txt", reason: .notDICOM, detail: "no DICOM")]
            } == 0)
    }

    @Test func `what stopped the run decides before what it did`() throws {
        let good = try good()
        #expect(try status([good]) { $0.stopped = .signal(2) } == 130)
        #expect(try status([good]) { $0.stopped = .signal(15) } == 143)
        let low = StopReason.lowDisk(path: "out", freeBytes: 1)
        #expect(try status([good, .unfinished]) { $0.stopped = low } == 75)
        #expect(try status([good]) { $0.stopped = low } == 0)
    }

    @Test(arguments: [
        (StoreFaultCode.heldByAnotherRunner, Int32(75)), (.busy, 75), (.cannotOpen, 73), (.newerSchema, 78),
        (.diskFull, 74), (.inputOutput, 74), (.damaged, 78), (.leaseLost, 1),
    ])
    func `a fault of the store has its code`(code: StoreFaultCode, expected: Int32) throws {
        let fault = StoreFault(code, subject: "store", explanation: "")
        #expect(try status([]) { $0.stopped = .storeFault(fault) } == expected)
    }

    @Test func `without input there is nothing to fail`() throws {
        let listing = DropFolderFault(.unreadable, subject: "x", explanation: "absent")
        #expect(try status([]) { $0.inputFault = .listing(listing) } == 66)
        let reader = ReaderFault(.readerUnavailable, subject: "x", explanation: "no child")
        #expect(try status([]) { $0.inputFault = .reader(reader) } == 75)
    }
}
