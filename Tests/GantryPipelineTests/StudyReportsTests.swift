import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// Reports written again from the store: by `gantry report` as by a run.
struct StudyReportsTests {
    private let high = [900, 910, 920, 930, 940, 950]

    @Test func `reports written again are taken away from a former patient too`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        let entry = try #require(setting.store.entries.first)
        let former = try #require(setting.store.records.first?.patientKey)
        // The Patient ID was corrected, and the run that should have written the reports was killed before.
        var corrected = entry.study
        corrected.patient.patientID = "P9"
        let now = setting.time.now()
        _ = try setting.store.enqueue(corrected, now: now)
        let lease = try #require(try setting.store.claim(worker: "w", among: nil, leaseSeconds: 60, now: now))
        try setting.store.confirm(lease, of: corrected.identity, now: now)
        let reports = StudyReports(store: setting.store, writer: setting.reports)
        #expect(try reports.write(entry.key).get().paths.count == 3)
        let shelves = setting.writtenReports.shelves
        #expect(shelves[former] == nil)
        #expect(shelves.values.reduce(0) { $0 + $1.count } == 1)
    }

    @Test func `what is written is what the store knows once the output is held`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        let key = try #require(setting.store.entries.first?.key)
        // While the output is waited for, another process commits revision 2.
        let (store, now) = (setting.store, setting.time.now())
        setting.reports.state.withLock { $0.beforeHolding = { Self.commitSecondRevision(in: store, now: now) } }
        _ = try StudyReports(store: store, writer: setting.reports).write(key).get()
        #expect(setting.reports.state.withLock { $0.written.map(\.revision) } == [1, 2])
    }

    @Test func `a format that is not written costs neither the others nor the study, and is said`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let fault = ReportFault(.cannotEncode, subject: "x", explanation: "too long")
        let nothing = ReportFault(.notApplicable, subject: "x", explanation: "does not apply")
        setting.reports.state.withLock {
            $0.missing = [[MissingFormat(.sr, fault), MissingFormat(.keyObjects, nothing)]]
        }
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.done)
        let key = try #require(setting.store.entries.first?.key)
        #expect(
            setting.observer.events.contains {
                if case .formatsMissing(key, [MissingFormat(.sr, fault)]) = $0 { true } else { false }
            })
        let history = try #require(try setting.store.history(of: key))
        #expect(history.summary.state == .done)
        #expect(
            history.audit.last?.detail
                == "reports of revision 1 written; sr: too long; key-objects: does not apply")
    }

    @Test func `a format that could not be written for now is tried again, with the others`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let fault = ReportFault(.cannotWrite, subject: "x", explanation: "no rights")
        setting.reports.state.withLock { $0.missing = [[MissingFormat(.sr, fault)]] }
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.done)
        #expect(setting.reports.state.withLock { $0.written.count } == 2)
        #expect(
            setting.observer.events.contains {
                if case .reportsFailed(_, fault, .some) = $0 { true } else { false }
            })
    }

    @Test func `a study without a verdict has no reports`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 900])
        _ = setting.ingest()
        let key = try #require(setting.store.entries.first?.key)
        #expect(try StudyReports(store: setting.store, writer: setting.reports).write(key).get() == WrittenReports())
    }

    /// Commits a second revision of the only study, as another process would.
    private static func commitSecondRevision(in store: InMemoryStudyStore, now: Timestamp) {
        #expect(throws: Never.self) {
            let entry = try #require(store.entries.first)
            let result = try #require(entry.records.last?.result)
            _ = try store.enqueue(entry.study, now: now)
            let lease = try store.claim(worker: "another", among: [entry.key], leaseSeconds: 600, now: now)
            _ = try store.commit(result, of: entry.study.identity, under: try #require(lease), now: now)
        }
    }
}
