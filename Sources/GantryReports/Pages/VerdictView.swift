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
    let probabilityMeaning: String
    let intervalMeaning: String?
    let measures: [Fact]

    init(_ record: StudyRecord) {
        let result = record.result
        let verdict = result.verdict
        let judging = result.provenance.judging
        let thresholds = [judging.negativeBelow, judging.positiveFrom]
        let lower = DecimalText.threshold(judging.negativeBelow)
        let upper = DecimalText.threshold(judging.positiveFrom)
        word = CodeText.finding(verdict.finding)
        cssClass = verdict.finding.rawValue
        mark = VerdictMark.svg(verdict.finding)
        let positiveClass = result.provenance.positiveClass
        label =
            (record.failedSince == nil ? "Verdict" : "Verdict of revision \(record.revision), before the study failed,")
            + " for \u{201C}\(positiveClass)\u{201D}"
        probability = verdict.probability.map { DecimalText.probability($0, thresholds: thresholds) }
        interval = verdict.interval.map {
            DecimalText.probability($0.lower, thresholds: thresholds) + " to "
                + DecimalText.probability($0.upper, thresholds: thresholds)
        }
        scale = verdict.probability.map {
            ProbabilityScale(probability: $0, interval: verdict.interval, judging: judging, finding: verdict.finding)
                .svg()
        }
        switch verdict.finding {
        case .positive: summary = "The probability is at or above \(upper), and no quality check failed."
        case .negative: summary = "The probability is below \(lower), and no quality check failed."
        case .indeterminate: summary = "This study has no clear answer. It must not be read as negative."
        }
        reasons = verdict.finding == .indeterminate ? Self.reasons(verdict, lower: lower, upper: upper) : []
        hasReasons = !reasons.isEmpty
        probabilityMeaning =
            verdict.probability == nil
            ? "Too few slices were scored to give the study a number."
            : "The network gives each scored slice a probability of \u{201C}\(positiveClass)\u{201D}"
                + Self.amongLabels(result.provenance) + ". The study\u{2019}s number is the "
                + CodeText.aggregation(judging.aggregation, effectiveK: verdict.effectiveK)
                + ". It is the network\u{2019}s output, not the chance that this patient has the disease."
        intervalMeaning = verdict.interval.map { _ in
            "When the scored slices are drawn again at random, with replacement, 90 of 100 draws give a number within "
                + "the "
                + "interval: it shows how much the result hangs on single slices. It is not a diagnostic confidence "
                + "interval."
        }
        measures = Self.measures(verdict, judging) + [result.unlikeTraining.map(Self.unlike)].compactMap(\.self)
    }

    /// Of a network of several labels, that the judged one excludes no other.
    private static func amongLabels(_ provenance: Provenance) -> String {
        guard provenance.activation == .sigmoid, provenance.classes.count > 1 else { return "" }
        return ", one of \(provenance.classes.count) labels, any number of which may hold"
    }

    /// The sentences of the findings, which stand for themselves.
    private static func reasons(_ verdict: StudyVerdict, lower: String, upper: String) -> [String] {
        let reasons =
            verdict.findings.filter(\.isFailure).map(\.detail)
            + verdict.findings.filter { $0.code == .betweenThresholds && !$0.isFailure }.map(\.detail)
        guard reasons.isEmpty else { return reasons }
        return [
            verdict.probability == nil
                ? "Too few slices were scored." : "The probability lies between the thresholds \(lower) and \(upper)."
        ]
    }

    /// How many slices are unlike what the network was trained on.
    private static func unlike(_ unlike: UnlikeTraining) -> Fact {
        let percent = (unlike.share * 100).written(decimals: 1, apartFrom: [0, 100])
        return Fact("Slices unlike the training data", "\(unlike.unlike) (\(percent) %)")
    }

    private static func measures(_ verdict: StudyVerdict, _ judging: JudgingDefinition) -> [Fact] {
        let from = DecimalText.threshold(judging.slicePositiveFrom)
        let percent = (verdict.fractionPositive * 100).written(decimals: 1, apartFrom: [0, 100])
        let count = DecimalText.fixed(verdict.fractionPositive * Double(verdict.scoredSlices), places: 0)
        return [
            Fact("Slices scored", String(verdict.scoredSlices)),
            Fact("Slices at or above \(from)", "\(count) (\(percent) %)"),
            Fact("Longest run of such slices", CodeText.count(verdict.longestRun, "slice")),
        ]
    }
}
