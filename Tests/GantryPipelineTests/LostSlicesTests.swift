import GantryCore
import GantryPipeline
import Testing

/// What becomes of slices that were lost: what may pass is read again by the next run, what stays wrong is not.
struct LostSlicesTests {
    private let high = [900, 910, 920, 930, 940, 950]
    private let lost = "study1/898.dcm"

    /// A study of which one slice is lost for `reason`, and what the first run made of it.
    private func judged(_ reason: FileReason) throws -> Setting {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        lose(for: reason, in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate])
        #expect(setting.store.records[0].result.slices[2].reason == reason)
        return setting
    }

    private func lose(for reason: FileReason, in setting: Setting) {
        setting.reader.content.withLock {
            $0.undecodable = [lost]
            $0.missReasons = [lost: reason]
        }
    }

    private func regain(in setting: Setting) { setting.reader.content.withLock { $0.undecodable = [] } }

    private func isUnchanged(_ summary: RunSummary) -> Bool {
        if case .unchanged = summary.studies.first?.end { return true }
        return false
    }

    @Test(arguments: [FileReason.readerTimedOut, .readerDied, .unreadable])
    func `what was lost for a reason that may pass is read again, and makes the next revision`(
        reason: FileReason
    ) throws {
        let setting = try judged(reason)
        regain(in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .positive])
        // Now nothing is missing, and nothing is read again.
        #expect(isUnchanged(setting.ingest()))
        #expect(setting.reader.reads.withLock { $0.count } == 2)
    }

    @Test(arguments: [FileReason.readerTimedOut, .readerDied, .unreadable])
    func `what is lost again for a reason that may pass changes nothing, and is tried once a run`(
        reason: FileReason
    ) throws {
        let setting = try judged(reason)
        for run in 2...3 {
            let again = setting.ingest()
            #expect(isUnchanged(again))
            #expect(again.tally.scored == 5 && again.tally.rejected == 1)
            #expect(setting.reader.reads.withLock { $0.count } == run)
        }
        #expect(setting.store.records.count == 1)
    }

    @Test(arguments: [FileReason.pixelDataIncomplete, .damaged, .notHounsfield, .contentUnsupported])
    func `what is wrong with a file stays wrong: nothing is read again`(reason: FileReason) throws {
        var setting = try judged(reason)
        setting.readerLimits.mostPixels *= 2
        #expect(isUnchanged(setting.ingest()))
        #expect(setting.reader.reads.withLock { $0.count } == 1)
    }

    @Test func `a slice beyond a limit is read again under a higher one, and only then`() throws {
        var setting = try judged(.limitExceeded)
        #expect(isUnchanged(setting.ingest()))
        setting.readerLimits.mostPixels /= 2
        setting.readerLimits.secondsPerFile *= 2
        #expect(isUnchanged(setting.ingest()))
        #expect(setting.reader.reads.withLock { $0.count } == 1)
        setting.readerLimits.mostPixels *= 4
        regain(in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .positive])
        #expect(setting.store.records[1].result.provenance.readerLimits == setting.readerLimits)
    }

    @Test func `a higher limit that is too low still is tried once, not at every run`() throws {
        var setting = try judged(.limitExceeded)
        setting.readerLimits.mostPixels *= 2
        _ = setting.ingest()
        #expect(setting.reader.reads.withLock { $0.count } == 2)
        #expect(setting.store.records.map(\.result.provenance.scoresFromStore) == [false, true])
        #expect(isUnchanged(setting.ingest()))
        #expect(setting.reader.reads.withLock { $0.count } == 2)
    }

    @Test func `a loss in a record without limits is tried under those of today`() throws {
        let setting = try judged(.limitExceeded)
        setting.store.tables.withLock { $0.entries[0].records[0].result.provenance.readerLimits = nil }
        regain(in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .positive])
    }

    @Test func `scores that are there are not lost when more cannot be read the second time`() throws {
        let setting = try judged(.readerTimedOut)
        setting.reader.content.withLock { $0.undecodable.formUnion(["study1/897.dcm", "study1/896.dcm"]) }
        #expect(isUnchanged(setting.ingest()))
        #expect(setting.store.records.last?.result.verdict.scoredSlices == 5)
    }

    @Test func `judging anew keeps the reader's words on a slice`() throws {
        var setting = try judged(.pixelDataIncomplete)
        setting.judging.positiveFrom = 0.99
        setting.judging.negativeBelow = 0.98
        _ = setting.ingest()
        let files = setting.store.records.last?.result.files
        #expect(setting.store.records.count == 2)
        #expect(files?.first { $0.file == lost }?.detail == "too short")
    }
}
