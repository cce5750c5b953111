import GantryCore

/// The verdict: the word, the number on its scale, why, and what the number is.
struct VerdictView {
    /// Of what the verdict is: the class, and the revision where the study failed since.
    let label: String
    let word: String
    let cssClass: String
    let mark: String
    let summary: String
    let probability: String?
    let interval: String?
    let scale: String?
    let reasons: [String]
    let hasReasons: Bool
    /// Whether the reasons are stored sentences.
    let areReasonsStored: Bool
    let probabilityMeaning: String
    let intervalMeaning: String?
    let measures: [Fact]

    init(_ record: StudyRecord, _ texts: ReportTexts) {
        let result = record.result
        let verdict = result.verdict
        let judging = result.provenance.judging
        let thresholds = [judging.negativeBelow, judging.positiveFrom]
        let lower = texts.threshold(judging.negativeBelow)
        let upper = texts.threshold(judging.positiveFrom)
        word = texts(.finding(verdict.finding))
        cssClass = verdict.finding.rawValue
        mark = VerdictMark.svg(verdict.finding, texts)
        label = texts(
            record.failedSince == nil ? .verdictOf : .verdictBeforeFailure,
            ["class": result.provenance.positiveClass, "revision": String(record.revision)])
        probability = verdict.probability.map { texts.probability($0, thresholds: thresholds) }
        interval = verdict.interval.map {
            texts(.interval, ["interval": texts.interval($0, thresholds: thresholds)])
        }
        scale = verdict.probability.map {
            ProbabilityScale(
                probability: $0, interval: verdict.interval, judging: judging, finding: verdict.finding, texts: texts
            ).svg()
        }
        switch verdict.finding {
        case .positive: summary = texts(.positiveSummary, ["threshold": upper])
        case .negative: summary = texts(.negativeSummary, ["threshold": lower])
        case .indeterminate: summary = texts(.indeterminateSummary)
        }
        reasons = verdict.finding == .indeterminate ? Self.reasons(verdict, lower: lower, upper: upper, texts) : []
        hasReasons = !reasons.isEmpty
        areReasonsStored = !Self.findings(verdict).isEmpty
        probabilityMeaning =
            verdict.probability == nil ? texts(.noNumber) : Self.meaning(result.provenance, verdict, texts)
        intervalMeaning = verdict.interval.map { _ in texts(.intervalMeaning) }
        measures =
            Self.measures(verdict, judging, texts)
            + [result.unlikeTraining.map { Self.unlike($0, texts) }].compactMap(\.self)
    }

    /// What the study's number is; of a network of several labels also that the judged one excludes no other.
    private static func meaning(_ provenance: Provenance, _ verdict: StudyVerdict, _ texts: ReportTexts) -> String {
        let hasLabels = provenance.activation == .sigmoid && provenance.classes.count > 1
        return texts(
            hasLabels ? .numberMeaningOfLabels : .numberMeaning,
            [
                "class": provenance.positiveClass, "labels": String(provenance.classes.count),
                "rule": CodeText.aggregation(
                    provenance.judging.aggregation, effectiveK: verdict.effectiveK, texts),
            ])
    }

    /// The sentences of the findings, which stand for themselves.
    private static func reasons(
        _ verdict: StudyVerdict, lower: String, upper: String, _ texts: ReportTexts
    ) -> [String] {
        let findings = findings(verdict)
        guard findings.isEmpty else { return findings.map(\.detail) }
        return [
            verdict.probability == nil
                ? texts(.tooFewScored) : texts(.betweenThresholds, ["lower": lower, "upper": upper])
        ]
    }

    /// The findings that make a verdict indeterminate.
    private static func findings(_ verdict: StudyVerdict) -> [QualityFinding] {
        verdict.findings.filter(\.isFailure)
            + verdict.findings.filter { $0.code == .betweenThresholds && !$0.isFailure }
    }

    /// How many slices are unlike what the network was trained on.
    private static func unlike(_ unlike: UnlikeTraining, _ texts: ReportTexts) -> Fact {
        Fact(.slicesUnlike, number(String(unlike.unlike), share: unlike.share, texts), texts)
    }

    private static func measures(_ verdict: StudyVerdict, _ judging: JudgingDefinition, _ texts: ReportTexts) -> [Fact]
    {
        let count = texts.fixed(verdict.fractionPositive * Double(verdict.scoredSlices), places: 0)
        return [
            Fact(.slicesScored, String(verdict.scoredSlices), texts),
            Fact(
                texts(.slicesFrom, ["threshold": texts.threshold(judging.slicePositiveFrom)]),
                number(count, share: verdict.fractionPositive, texts), texts),
            Fact(.longestRun, texts(.slices, count: verdict.longestRun), texts),
        ]
    }

    /// `12 (41.4 %)`.
    private static func number(_ number: String, share: Double, _ texts: ReportTexts) -> String {
        let percent = texts.decimal((share * 100).written(decimals: 1, apartFrom: [0, 100]))
        return texts(.slicesFromValue, ["number": number, "percent": percent])
    }
}
