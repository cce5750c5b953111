import GantryCore

/// What `index.html` of a patient shows.
struct PatientPage {
    let texts: ReportTexts
    let language: String
    /// Whether stored sentences are in another one.
    let isForeign: Bool
    let css: String
    let cssDigest: String
    let notice: String
    let title: String
    let identity: IdentityView
    let studyCount: String
    /// That the page names nobody; nil where it does.
    let deidentified: String?
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
        let meaning: String

        init?(_ points: [TrendChart.Point], _ judging: JudgingDefinition, _ texts: ReportTexts) {
            let chart = TrendChart(points: points, judging: judging, texts: texts)
            guard let wide = chart.svg(.wide), let narrow = chart.svg(.narrow) else { return nil }
            self.wide = wide
            self.narrow = narrow
            meaning = texts(
                .trendMeaning,
                [
                    "upper": texts.threshold(judging.positiveFrom), "lower": texts.threshold(judging.negativeBelow),
                ])
        }
    }

    /// One revision of one study.
    struct Row {
        let date: String
        let description: String
        /// Markup.
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

    init(_ history: PatientHistory, _ texts: ReportTexts) {
        self.texts = texts
        language = texts.language.tag
        isForeign = texts.isForeign
        (css, cssDigest) = StyleSheet.sheet(in: texts)
        notice = texts(.notice)
        let latest = history.latest
        identity = IdentityView(latest.last?.patient ?? Patient(), texts)
        title = texts(.patientTitle, ["name": identity.name])
        deidentified = latest.last?.deidentification.map { _ in texts(.deidentified) }
        studyCount = texts(.studyCount, count: latest.count)
        rows = history.records.map { Row($0, isSuperseded: !history.isLatest($0), texts) }
        progression = ProgressionView(history, texts)
        failures = latest.compactMap { FailureView(amongOthers: $0, texts) }
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
        trend = rules.count == 1 ? latest.last.flatMap { TrendView(points, $0.result.provenance.judging, texts) } : nil
        running = RunningHead(latest.last?.patient ?? Patient(), subject: texts(.patientReport), texts)
        trendNote = rules.count > 1 && points.count > 1 ? texts(Self.trendNote(latest)) : nil
    }

    /// Why studies that were not judged alike have no line in common.
    private static func trendNote(_ latest: [StudyRecord]) -> ReportText {
        let provenances = latest.map(\.result.provenance)
        let isMeasuredAlike = provenances.allSatisfy { one in provenances.allSatisfy { one.measuresAs($0) } }
        return isMeasuredAlike ? .otherThresholds : .otherNetworks
    }
}

extension PatientPage.Row {
    fileprivate init(_ record: StudyRecord, isSuperseded: Bool, _ texts: ReportTexts) {
        let verdict = record.result.verdict
        let judging = record.result.provenance.judging
        let thresholds = [judging.negativeBelow, judging.positiveFrom]
        date = IdentityText.date(record.study.studyDate) ?? texts(.undated)
        description = IdentityText.filled(record.study.studyDescription) ?? texts(.noDescription)
        accession = IdentityText.filled(record.study.accessionNumber).map {
            texts.markup(.accession, ["number": "<bdi>\(MarkupEscaping.escaped($0))</bdi>"])
        }
        word = texts(.finding(verdict.finding))
        cssClass = verdict.finding.rawValue
        mark = VerdictMark.svg(verdict.finding, texts)
        probability = verdict.probability.map { texts.probability($0, thresholds: thresholds) }
        interval = verdict.interval.map {
            texts(.interval, ["interval": texts.interval($0, thresholds: thresholds)])
        }
        sparkline = verdict.probability.map {
            ProbabilityScale(
                probability: $0, interval: verdict.interval, judging: judging, finding: verdict.finding, texts: texts
            ).sparkline()
        }
        revision = record.revision
        self.isSuperseded = isSuperseded
        hasFailedSince = !isSuperseded && record.failedSince != nil
        link = "\(record.studyKey)/report.html"
    }
}
