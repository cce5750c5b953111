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
    /// Of them those whose reports were owed still, and are written now.
    private(set) var reported = 0
    /// Studies that were left alone, a sentence each.
    private(set) var left: [String] = []

    /// Judges every study of `store` by `rules` and writes the reports of those that change.
    ///
    /// A study that failed since, waits or is in quarantine is left alone: its verdict is not the last word, and files
    /// are looked at first. What a run that was killed between a verdict and its reports left owed is written, whatever
    /// the rules. **Throws** `StoreFault`, `ReportFault`.
    init(_ store: SQLiteStudyStore, by rules: WhatIf.Rules, reports: FolderReportWriter, clock: any WallClock) throws {
        let writer = StudyReports(store: store, writer: reports)
        let worker = "reaggregate \(ProcessInfo.processInfo.processIdentifier)"
        _ = try store.recoverAbandoned(now: clock.now())
        for summary in try store.summaries() {
            guard summary.revision >= 1, let record = try store.latestRecord(of: summary.studyKey) else { continue }
            guard summary.state == .done || summary.state == .judged, record.failedSince == nil else {
                left.append("study \(summary.studyKey): is \(summary.state.rawValue)")
                continue
            }
            var (lease, revision) = (StudyLease?.none, record.revision)
            if let result = Self.judged(record, by: rules, now: clock.now()) {
                let made = try store.rejudge(
                    record, as: result, worker: worker, leaseSeconds: Self.leaseSeconds, now: clock.now())
                if let made {
                    (lease, revision) = (made.lease, made.record.revision)
                    self.made += 1
                }
            } else {
                unchanged += 1
                guard summary.state == .judged else { continue }
                lease = try store.claim(
                    worker: worker, among: [summary.studyKey], leaseSeconds: Self.leaseSeconds, now: clock.now())
                reported += lease == nil ? 0 : 1
            }
            guard let lease else {
                left.append("study \(summary.studyKey): is worked on")
                continue
            }
            let written = try writer.write(summary.studyKey).get()
            if let owed = written.missing.first(where: { $0.fault.disposition == .retryable }) { throw owed.fault }
            try store.finish(lease, note: "reports of revision \(revision) written", now: clock.now())
        }
    }

    /// For the reports of one study.
    private static let leaseSeconds: Int64 = 600

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
        let former = result.provenance.judging
        if judging.aggregation != former.aggregation || judging.slicePositiveFrom != former.slicePositiveFrom {
            // The bands were measured of other numbers.
            result.provenance.repeatability = nil
        }
        result.provenance.judging = judging
        result.provenance.judgingDigest = DefinitionDigest.judging(judging)
        result.provenance.gantryVersion = Gantry.version
        result.provenance.scoresFromStore = true
        (result.provenance.startedAt, result.provenance.finishedAt) = (now, now)
        return result
    }
}
