import GantryCore

/// What `evaluation.html` shows: self-contained, without script.
public struct EvaluationPage {
    let css = TrainingStyleSheet.css
    let cssDigest = TrainingStyleSheet.digest
    let notice = Notice.text
    let language = ReportLanguage.english.tag
    let refreshSeconds: Int? = nil
    let title: String
    let running: RunningHead
    let name: String
    let truth: String
    let gantryVersion: String
    let warnings: [String]
    let hasWarnings: Bool
    let warningsTitle: String
    let figures: [EvaluationFigureView]
    let verdicts: [VerdictRow]
    let verdictColumns: [String]
    let levels: [EvaluationLevelView]
    let groups: [EvaluationGroupView]
    let hasGroups: Bool
    let groupsSentence: String
    let wrong: [EvaluationWrongView]
    let hasWrong: Bool
    let wrongSentence: String
    let comparison: EvaluationComparisonView?
    let method: String

    /// A row of the table of verdicts.
    struct VerdictRow {
        let truth: String
        let counts: [String]
    }

    /// A page of `report`.
    public init(_ report: EvaluationReport) {
        name = report.evaluated
        truth = report.truth
        gantryVersion = report.gantryVersion
        title = "Evaluation \u{2013} \(report.evaluated)"
        running = RunningHead(
            name: report.evaluated, identity: "against \(report.truth)",
            subject: "Evaluation by Gantry \(report.gantryVersion)")
        warnings = report.remarks
        hasWarnings = !report.remarks.isEmpty
        warningsTitle = report.remarks.count == 1 ? "Note" : "\(report.remarks.count) notes"
        figures = EvaluationFigureView.all(of: report)
        verdictColumns = Finding.allCases.map { "judged \($0.rawValue)" }
        verdicts = [("positive", report.truePositive), ("negative", report.trueNegative)].map { truth, counts in
            VerdictRow(truth: truth, counts: Finding.allCases.map { LearningText.count(counts[$0] ?? 0) })
        }
        levels = report.levels.map { EvaluationLevelView($0, positiveClass: report.positiveClass) }
        groups = report.groups.map(EvaluationGroupView.init)
        hasGroups = !groups.isEmpty
        let different = report.groups.count { !$0.differences.isEmpty }
        groupsSentence =
            (different == 0
                ? "No group differs from the others beyond the intervals."
                : "\(CodeText.count(different, "group")) \(different == 1 ? "differs" : "differ") from the others "
                    + "beyond the intervals, and \(different == 1 ? "stands" : "stand") first.")
            + " Sensitivity and specificity are those from \(DecimalText.threshold(report.positiveFrom)) on."
        wrong = report.wrong.map(EvaluationWrongView.init)
        hasWrong = !wrong.isEmpty
        wrongSentence =
            report.wrongCases == 0
            ? "None: nothing that is judged definitely is judged wrongly."
            : report.wrongCases == wrong.count
                ? "\(LearningText.count(report.wrongCases)), the worst first."
                : "The worst \(wrong.count) of \(LearningText.count(report.wrongCases))."
        comparison = report.comparison.map { EvaluationComparisonView($0, first: report.evaluated) }
        method =
            "Intervals are of 95 %. Of areas: percentiles of \(LearningText.count(report.bootstrap.draws)) draws of "
            + "the patients with replacement, seed \(report.bootstrap.seed). Of shares: Wilson's."
    }

    /// The page as text.
    ///
    /// **Throws** `.cannotEncode` where a compiled-in template does not parse.
    public var html: String {
        get throws(ReportFault) { try ReportPages().evaluation(self) }
    }
}
