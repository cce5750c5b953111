import GantryCore

/// What `index.html` of a patient shows.
struct PatientPage {
    let css = StyleSheet.css
    let cssDigest = StyleSheet.digest
    let notice = Notice.text
    let title: String
    let identity: IdentityView
    let studyCount: String
    let rows: [Row]
    /// Each study beside the one before it; nil where there is but one.
    let progression: ProgressionView?
    let trend: TrendView?
    let running: RunningHead
    /// The failures that came after the studies' latest revisions.
    let failures: [FailureView]
    let hasFailures: Bool
    /// Why there is no trend where one could be expected.
    let trendNote: String?

    /// The chart in its two layouts, and what its lines are.
    struct TrendView {
        let wide: String
        let narrow: String
        let positiveFrom: String
        let negativeBelow: String

        init?(_ points: [TrendChart.Point], _ judging: JudgingDefinition) {
            let chart = TrendChart(points: points, judging: judging)
            guard let wide = chart.svg(.wide), let narrow = chart.svg(.narrow) else { return nil }
            self.wide = wide
            self.narrow = narrow
            positiveFrom = DecimalText.threshold(judging.positiveFrom)
            negativeBelow = DecimalText.threshold(judging.negativeBelow)
        }
    }

    /// One revision of one study.
    struct Row {
        let date: String
        let description: String
        let accession: String?
        let word: String
        let cssClass: String
        let mark: String
        let probability: String?
        let interval: String?
        let sparkline: String?
        let revision: Int
        /// True where a later revision has taken its place.
        let isSuperseded: Bool
        /// True where the study failed after this revision was judged.
        let hasFailedSince: Bool
        let link: String
    }

    init(_ history: PatientHistory) {
        let latest = history.latest
        identity = IdentityView(latest.last?.patient ?? Patient())
        title = "CT studies \u{2013} \(identity.name)"
        studyCount = latest.count == 1 ? "1 study" : "\(latest.count) studies"
        rows = history.records.map { Row($0, isSuperseded: !history.isLatest($0)) }
        progression = ProgressionView(history)
        failures = latest.compactMap(FailureView.init(amongOthers:))
        hasFailures = !failures.isEmpty
        let points = latest.compactMap { record -> TrendChart.Point? in
            guard let date = record.study.studyDate.flatMap(DICOMDate.init),
                let probability = record.result.verdict.probability
            else { return nil }
            return TrendChart.Point(
                date: date, probability: probability, interval: record.result.verdict.interval,
                finding: record.result.verdict.finding, link: "\(record.studyKey)/report.html")
        }
        // Numbers of different networks or rules do not belong on one line.
        let rules = Set(latest.map { [$0.result.provenance.scoringDigest, $0.result.provenance.judgingDigest] })
        trend = rules.count == 1 ? latest.last.flatMap { TrendView(points, $0.result.provenance.judging) } : nil
        running = RunningHead(latest.last?.patient ?? Patient(), subject: "CT studies of a patient")
        trendNote = rules.count > 1 && points.count > 1 ? Self.trendNote(latest) : nil
    }

    /// Why studies that were not judged alike have no line in common.
    private static func trendNote(_ latest: [StudyRecord]) -> String {
        let provenances = latest.map(\.result.provenance)
        let isMeasuredAlike = provenances.allSatisfy { one in provenances.allSatisfy { one.measuresAs($0) } }
        return isMeasuredAlike
            ? "The studies were judged by different thresholds; their probabilities have no line in common."
            : "The studies were judged by different networks or rules; their probabilities cannot be compared."
    }
}

extension PatientPage.Row {
    fileprivate init(_ record: StudyRecord, isSuperseded: Bool) {
        let verdict = record.result.verdict
        let judging = record.result.provenance.judging
        let thresholds = [judging.negativeBelow, judging.positiveFrom]
        date = IdentityText.date(record.study.studyDate) ?? "undated"
        description = IdentityText.filled(record.study.studyDescription) ?? "no description"
        accession = IdentityText.filled(record.study.accessionNumber)
        word = CodeText.finding(verdict.finding)
        cssClass = verdict.finding.rawValue
        mark = VerdictMark.svg(verdict.finding)
        probability = verdict.probability.map { DecimalText.probability($0, thresholds: thresholds) }
        interval = verdict.interval.map {
            DecimalText.probability($0.lower, thresholds: thresholds) + " to "
                + DecimalText.probability($0.upper, thresholds: thresholds)
        }
        sparkline = verdict.probability.map {
            ProbabilityScale(probability: $0, interval: verdict.interval, judging: judging, finding: verdict.finding)
                .sparkline()
        }
        revision = record.revision
        self.isSuperseded = isSuperseded
        hasFailedSince = !isSuperseded && record.failedSince != nil
        link = "\(record.studyKey)/report.html"
    }
}
