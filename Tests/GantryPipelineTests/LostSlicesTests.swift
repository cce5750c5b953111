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
            #expect(again.account.scored == 5 && again.account.rejected == 1)
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
        setting.store.change { $0.result.provenance.readerLimits = nil }
        regain(in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .positive])
    }

    @Test func `scores that are there are not lost when more cannot be read the second time`() throws {
        let setting = try judged(.readerTimedOut)
        setting.reader.content.withLock { content in
            for file in ["study1/897.dcm", "study1/896.dcm"] {
                content.undecodable.insert(file)
                content.missReasons[file] = .readerTimedOut
            }
        }
        #expect(isUnchanged(setting.ingest()))
        #expect(setting.store.records.last?.result.verdict.scoredSlices == 5)
    }

    // MARK: - A second reading that comes to nothing

    private func isKept(_ setting: Setting, _ again: RunSummary) {
        #expect(isUnchanged(again))
        #expect(again.account.scored == 5 && again.account.rejected == 1)
        #expect(setting.store.records.count == 1 && setting.store.entries.map(\.state) == [.done])
        #expect(setting.reader.reads.withLock { $0.count } == 2)
    }

    @Test(arguments: [ReaderFaultCode.quarantined, .timedOut, .readerUnavailable])
    func `a reader that gives up in the second reading costs nothing of what is known`(code: ReaderFaultCode) throws {
        let setting = try judged(.readerTimedOut)
        setting.reader.content.withLock {
            $0.readFault = ReaderFault(code, subject: "study1/899.dcm", explanation: "it gave up")
        }
        isKept(setting, setting.ingest())
        setting.reader.content.withLock { $0.readFault = nil }
        regain(in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .positive])
    }

    @Test func `a study's time that runs out in the second reading costs nothing of what is known`() throws {
        let setting = try judged(.readerTimedOut)
        let time = setting.time
        setting.reader.content.withLock { $0.beforeSlice = { time.advance(seconds: 7200) } }
        isKept(setting, setting.ingest())
    }

    @Test func `a stop ends the second reading, and the study is handed back`() throws {
        let setting = try judged(.readerTimedOut)
        let stop = setting.stop
        setting.reader.content.withLock { $0.beforeSlice = { stop.stop(.signal(15)) } }
        #expect(setting.ingest().exitStatus == 143)
        #expect(setting.store.records.count == 1 && setting.store.entries.map(\.state) == [.queued])
    }

    @Test func `a higher limit under which the reader gave up is tried again`() throws {
        var setting = try judged(.limitExceeded)
        setting.readerLimits.mostPixels *= 2
        setting.reader.content.withLock {
            $0.readFault = ReaderFault(.quarantined, subject: "study1/899.dcm", explanation: "it died")
        }
        isKept(setting, setting.ingest())
        setting.reader.content.withLock { $0.readFault = nil }
        regain(in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .positive])
    }

    // MARK: - Candidates that were left

    /// A positive chest behind another series, of which one slice timed out and the others are no chest's or no
    /// Hounsfield units. The lost one makes doubt.
    private func left(_ reason: CandidateTrial.Reason) throws -> Setting {
        var setting = Setting()
        if reason == .notAChest { setting.smallestLungMillilitres = 0.03 }
        try setting.add(study: 1, slices: Array(repeating: 100, count: 7), series: 1)
        try setting.add(study: 1, slices: high, folder: "chest", series: 2)
        setting.reader.content.withLock { content in
            let files = content.instances.keys
            content.airy = Set(files.filter { $0.hasPrefix("chest/") })
            if reason == .notHounsfield {
                for file in files where file.hasPrefix("study1/") { content.lowestHUOfFiles[file] = 0 }
            }
        }
        lose(for: .readerTimedOut, in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate])
        #expect(setting.store.records[0].result.verdict.findings.map(\.code) == [.rejectedFiles])
        #expect(setting.store.records[0].result.seriesDecisions.map(\.trial?.left) == [reason, nil])
        return setting
    }

    @Test(arguments: [CandidateTrial.Reason.notAChest, .notHounsfield])
    func `what was lost of a candidate that was left is read again, and may make it the one`(
        reason: CandidateTrial.Reason
    ) throws {
        let setting = try left(reason)
        regain(in: setting)
        // The lost slice is what tells a chest.
        setting.reader.content.withLock {
            $0.airy.insert(lost)
            $0.lowestHUOfFiles[lost] = nil
            $0.thousandths[lost] = 100
        }
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .negative])
        #expect(isUnchanged(setting.ingest()))
    }

    @Test(arguments: [CandidateTrial.Reason.notAChest, .notHounsfield])
    func `a candidate that is left again without a loss has this in its books, and is read no more`(
        reason: CandidateTrial.Reason
    ) throws {
        let setting = try left(reason)
        regain(in: setting)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .positive])
        #expect(setting.store.records.last?.result.files.allSatisfy { $0.disposition != .rejected } == true)
        let reads = setting.reader.reads.withLock { $0.count }
        #expect(isUnchanged(setting.ingest()))
        #expect(setting.reader.reads.withLock { $0.count } == reads)
    }

    @Test(arguments: [CandidateTrial.Reason.notAChest, .notHounsfield])
    func `a candidate of which more is lost in the second reading takes nothing from the one that was scored`(
        reason: CandidateTrial.Reason
    ) throws {
        let setting = try left(reason)
        setting.reader.content.withLock { content in
            for file in content.instances.keys where file.hasPrefix("study1/") && file != "study1/900.dcm" {
                content.undecodable.insert(file)
                content.missReasons[file] = .readerTimedOut
            }
        }
        let again = setting.ingest()
        #expect(isUnchanged(again))
        #expect(again.account.scored == 6 && again.account.rejected == 1)
        #expect(setting.store.records.count == 1)
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
