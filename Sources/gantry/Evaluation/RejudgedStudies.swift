import Foundation
import GantryCore
import GantryPipeline
import GantryReports
import GantryStore

/// Makes new revisions of what a store holds, by other rules and without inference.
struct RejudgedStudies {
    /// Revisions that were made.
    private(set) var made = 0
    /// Studies whose verdict and rules are the same already.
    private(set) var unchanged = 0
    /// Studies that were left alone, a sentence each.
    private(set) var left: [String] = []

    /// Judges every study of `store` by `rules` and writes the reports of those that change.
    ///
    /// A study that failed since, waits or is in quarantine is left alone: its verdict is not the last word, and files
    /// are looked at first. **Throws** `StoreFault`, `ReportFault`.
    init(_ store: SQLiteStudyStore, by rules: WhatIf.Rules, reports: FolderReportWriter, clock: any WallClock) throws {
        let writer = StudyReports(store: store, writer: reports)
        _ = try store.recoverAbandoned(now: clock.now())
        for summary in try store.summaries() {
            guard summary.revision >= 1, let record = try store.latestRecord(of: summary.studyKey) else { continue }
            guard summary.state == .done || summary.state == .judged, record.failedSince == nil else {
                left.append("study \(summary.studyKey): is \(summary.state.rawValue)")
                continue
            }
            guard let result = Self.judged(record, by: rules, now: clock.now()) else {
                unchanged += 1
                continue
            }
            if summary.state == .done { try Self.queue(record, in: store, now: clock.now()) }
            guard
                let lease = try store.claim(
                    worker: "reaggregate \(ProcessInfo.processInfo.processIdentifier)", among: [summary.studyKey],
                    leaseSeconds: 600, now: clock.now())
            else {
                left.append("study \(summary.studyKey): is worked on")
                continue
            }
            let made = try store.commit(result, of: record.identity, under: lease, now: clock.now())
            self.made += 1
            _ = try writer.write(summary.studyKey).get()
            try store.finish(
                lease, note: "reports of revision \(made.revision) written", now: clock.now())
        }
    }

    private static func queue(_ record: StudyRecord, in store: SQLiteStudyStore, now: Timestamp) throws(StoreFault) {
        guard let place = try store.place(of: record.studyKey) else { return }
        _ = try store.enqueue(
            EnqueuedStudy(
                studyInstanceUID: record.studyInstanceUID, patient: record.patient, study: record.study,
                root: place.root, fileCount: record.result.files.count), now: now)
    }

    /// The result by other rules; nil where they and the verdict are the same.
    private static func judged(_ record: StudyRecord, by rules: WhatIf.Rules, now: Timestamp) -> StudyResult? {
        var result = record.result
        let judging = rules.judging(result.provenance.judging)
        guard let positive = result.provenance.classes.firstIndex(of: result.provenance.positiveClass) else {
            return nil
        }
        let verdict = judging.judge(
            slices: result.slices, positiveClassIndex: positive,
            geometry: result.seriesDecisions.first(where: \.isChosen)?.geometry, quality: result.verdict.findings,
            quantiles: result.provenance.distanceQuantiles)
        guard verdict != result.verdict || judging != result.provenance.judging else { return nil }
        result.verdict = verdict
        result.provenance.judging = judging
        result.provenance.judgingDigest = DefinitionDigest.judging(judging)
        result.provenance.gantryVersion = Gantry.version
        result.provenance.scoresFromStore = true
        (result.provenance.startedAt, result.provenance.finishedAt) = (now, now)
        return result
    }
}
