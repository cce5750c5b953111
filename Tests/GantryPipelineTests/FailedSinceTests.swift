import GantryCore
import GantryPipeline
import Testing

/// Studies that fail after they were judged: their reports say so, until they are judged again.
struct FailedSinceTests {
    private let high = [900, 910, 920, 930, 940, 950]
    private let full = ReportFault(.diskFull, subject: "out", explanation: "full")

    /// A study with a verdict, of which three slices have gone since: what is left is too little to be scored.
    private func spoilt() throws -> (setting: Setting, whole: [String: SOPInstance]) {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        #expect(setting.ingest().exitStatus == ExitStatus.done)
        let whole = setting.reader.content.withLock { content in
            let whole = content.instances
            for file in whole.keys.sorted().prefix(3) { content.instances[file] = nil }
            return whole
        }
        setting.time.advance(seconds: 3600)
        return (setting, whole)
    }

    private func mend(_ setting: Setting, _ whole: [String: SOPInstance]) {
        setting.reader.content.withLock { $0.instances = whole }
    }

    private func written(_ setting: Setting) -> [StudyRecord] { setting.reports.state.withLock { $0.written } }

    private func retries(_ setting: Setting) -> [Timestamp?] {
        setting.observer.events.compactMap { event -> Timestamp?? in
            if case .reportsFailed(_, _, let retryAt) = event { return .some(retryAt) }
            return nil
        }
    }

    @Test func `its reports are written again with the failure, and without it when it is found unchanged`() throws {
        let (setting, whole) = try spoilt()
        let failedAt = setting.time.now()
        let failed = setting.ingest()
        guard case .failed(let code, let detail) = failed.studies[0].end else {
            Issue.record("\(failed.studies[0].end)")
            return
        }
        #expect(code == .noSuitableSeries)
        #expect(written(setting).map(\.revision) == [1, 1])
        #expect(written(setting)[0].failedSince == nil)
        #expect(written(setting)[1].failedSince == StudyFailureSince(at: failedAt, code: code, detail: detail))
        #expect(setting.observer.events.count { if case .reportsWritten = $0 { true } else { false } } == 2)

        mend(setting, whole)
        #expect(setting.ingest().studies.map(\.end.verdict?.revision) == [1])
        #expect(written(setting).map(\.failedSince?.code) == [nil, .noSuitableSeries, nil])
        #expect(setting.store.entries[0].state == .done)
        #expect(setting.scorer.count.withLock { $0.scored } == 6)
    }

    @Test func `a new revision takes the failure from the reports`() throws {
        let (setting, whole) = try spoilt()
        _ = setting.ingest()
        mend(setting, whole)
        try setting.add(study: 1, slices: [nil, nil, nil, nil, nil, nil, 960])
        #expect(setting.ingest().exitStatus == ExitStatus.done)
        #expect(written(setting).map(\.revision) == [1, 1, 2])
        #expect(written(setting).last?.failedSince == nil)
    }

    @Test func `reports that cannot say it are tried again, and the study ends once`() throws {
        let (setting, _) = try spoilt()
        setting.reports.state.withLock { $0.faults = [full, full] }
        let begin = setting.time.now()
        #expect(setting.ingest().exitStatus == ExitStatus.badData)
        #expect(written(setting).map(\.failedSince?.code) == [nil, .noSuitableSeries])
        #expect(setting.time.now() == begin.advanced(bySeconds: 30 + 120))
        #expect(retries(setting) == [begin.advanced(bySeconds: 30), begin.advanced(bySeconds: 30 + 120)])
        #expect(setting.observer.events.count { if case .studyEnded = $0 { true } else { false } } == 2)
        #expect(setting.store.entries[0].state == .failed)
    }

    @Test func `reports that cannot say it at all are left to the next end of the study, and that is said`() throws {
        let (setting, _) = try spoilt()
        setting.reports.state.withLock { $0.faults = Array(repeating: full, count: 4) }
        #expect(setting.ingest().exitStatus == ExitStatus.badData)
        #expect(written(setting).count == 1)
        #expect(retries(setting).count == 4 && retries(setting).last == .some(nil))
        // Nobody is at work meanwhile, and that is said.
        let waits = setting.observer.events.count { if case .waiting(_, 1, full, 0) = $0 { true } else { false } }
        #expect(waits == 3)
        #expect(setting.ingest().exitStatus == ExitStatus.badData)
        #expect(written(setting).map(\.failedSince?.code) == [nil, .noSuitableSeries])
    }

    @Test func `a study found unchanged owes its reports without the failure, also to the next run`() throws {
        let (setting, whole) = try spoilt()
        _ = setting.ingest()
        mend(setting, whole)
        setting.reports.state.withLock { $0.faults = Array(repeating: full, count: 4) }
        #expect(setting.ingest().exitStatus == ExitStatus.inputOutput)
        #expect(setting.store.entries[0].state == .judged)
        #expect(setting.store.entries[0].failedSince == nil)
        setting.reader.content.withLock { $0.instances = [:] }
        _ = setting.ingest()
        #expect(written(setting).map(\.failedSince?.code) == [nil, .noSuitableSeries, nil])
        #expect(setting.store.entries[0].state == .done)
    }

    @Test func `one in quarantine has its reports written again by every run that leaves it there`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        try setting.add(study: 1, slices: [nil, nil, nil, nil, nil, nil, 960])
        let death = ReaderFault(.quarantined, subject: "study1/899.dcm", explanation: "died twice")
        setting.reader.content.withLock { $0.readFault = death }
        #expect(setting.ingest().studies.map(\.end.failureCode) == [.quarantined])
        #expect(written(setting).map(\.failedSince?.code) == [nil, .quarantined])
        // As after a run that was killed before it wrote them.
        #expect(setting.ingest().studies.map(\.end) == [.quarantined(detail: "died twice")])
        #expect(written(setting).map(\.failedSince?.code) == [nil, .quarantined, .quarantined])
    }

    @Test func `a study that was never judged has no reports, whatever becomes of it`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 900])
        try setting.add(study: 2, slices: high)
        let death = ReaderFault(.quarantined, subject: "study2/899.dcm", explanation: "died twice")
        setting.reader.content.withLock { $0.readFault = death }
        for _ in 1...2 { #expect(setting.ingest().exitStatus == ExitStatus.badData) }
        #expect(setting.store.entries.map(\.state) == [.failed, .quarantined])
        #expect(written(setting).isEmpty)
        #expect(!setting.observer.events.contains { if case .reportsWritten = $0 { true } else { false } })
    }
}
