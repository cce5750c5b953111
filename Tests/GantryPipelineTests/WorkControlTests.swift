import GantryCore
import GantryPipeline
import GantryTestSupport
import Glibc
import Synchronization
import Testing

/// One control goes through scan, digest, reading and scoring: it ends each of them, and no date decides about time.
struct WorkControlTests {
    private let high = [900, 910, 920, 930, 940, 950]

    /// Does something at each event.
    private final class Acting: RunObserver {
        let act: @Sendable (RunEvent) -> Void
        init(_ act: @escaping @Sendable (RunEvent) -> Void) { self.act = act }
        func note(_ event: RunEvent) { act(event) }
    }

    private func ingest(_ setting: Setting, _ act: @escaping @Sendable (RunEvent) -> Void) -> RunSummary {
        var environment = setting.environment
        environment.observer = Acting(act)
        return IngestRun(environment, list: setting.lister().list).run(paths: ["data"])
    }

    // MARK: - Time

    @Test(arguments: [7200, -7200])
    func `a date that is set while slices are read takes no time from the study`(seconds: Int64) throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let time = setting.time
        let summary = ingest(setting) { event in
            if case .slices(_, done: 2, of: _, scored: _) = event { time.setDate(bySeconds: seconds) }
        }
        #expect(summary.exitStatus == ExitStatus.done)
        #expect(setting.store.records.count == 1)
    }

    @Test func `a study has its time, although the date goes back meanwhile`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: Array(repeating: 500, count: 50))
        let time = setting.time
        let summary = ingest(setting) { event in
            guard case .slices = event else { return }
            time.advance(seconds: 500)
            time.setDate(bySeconds: -500)
        }
        #expect(summary.studies.map(\.end.failureCode) == [.timedOut])
    }

    @Test func `the time of a study also ends while its digest is awaited`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let (time, scorer) = (setting.time, setting.scorer)
        setting.reader.content.withLock {
            $0.stalledDigest = {
                if scorer.count.withLock({ $0.scored }) == 6 { time.advance(seconds: 1000) }
            }
        }
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.timedOut])
        #expect(setting.store.entries[0].failure?.detail.contains("6 of 6 slices were read") == true)
    }

    @Test func `the lease is prolonged while the digest is awaited`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let (time, scorer) = (setting.time, setting.scorer)
        setting.reader.content.withLock {
            $0.stalledDigest = {
                if scorer.count.withLock({ $0.scored }) == 6 { time.advance(seconds: 61) }
            }
        }
        _ = setting.ingest()
        #expect(setting.faultyStore.calls.renewals > 40)
    }

    // MARK: - Stop

    @Test func `a stop ends a scan at the next file`() throws {
        let setting = Setting()
        for study in 1...5 { try setting.add(study: study, slices: high) }
        let stop = setting.stop
        let last = Mutex(0)
        let summary = ingest(setting) { event in
            guard case .scanned(let files, of: 30) = event else { return }
            last.withLock { $0 = files }
            if files == 7 { stop.stop(.signal(15)) }
        }
        #expect(summary.exitStatus == 143)
        #expect(last.withLock { $0 } == 7)
        #expect(setting.store.entries.isEmpty)
    }

    @Test func `a stop ends the wait for a digest, and the study is handed back`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let (stop, scorer) = (setting.stop, setting.scorer)
        setting.reader.content.withLock {
            $0.stalledDigest = {
                if scorer.count.withLock({ $0.scored }) == 6 { stop.stop(.signal(15)) }
            }
        }
        let summary = setting.ingest()
        #expect(summary.exitStatus == 143)
        #expect(setting.store.entries.map(\.state) == [.queued])
        #expect(setting.store.entries.map(\.failedAttempts) == [0])
    }

    @Test func `a stop ends scoring after the groups that are being scored`() throws {
        var setting = Setting()
        let stop = setting.stop
        setting.scorer = FaultyScorer { _ in while stop.stopped == nil { sched_yield() } }
        try setting.add(study: 1, slices: Array(repeating: 900, count: 8))
        let asked = Mutex(0)
        let summary = ingest(setting) { event in
            guard case .slices = event else { return }
            let count = asked.withLock {
                $0 += 1
                return $0
            }
            // It was asked before each slice; now the scores alone are awaited.
            if count == 9 { stop.stop(.signal(15)) }
        }
        #expect(summary.exitStatus == 143)
        #expect(setting.scorer.count.withLock { $0.scored } == 4)
        #expect(setting.store.records.isEmpty)
        #expect(setting.store.entries.map(\.state) == [.queued])
    }
}
