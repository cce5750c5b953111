/// Which series of a study is scored, and why the others are not.
public struct SeriesSelection: Sendable, Equatable {
    /// Every series of the study, and every part of a series that could be a stack by itself: the chosen one, those
    /// that passed by rank, those that failed by series number, UID and part.
    public var decisions: [SeriesDecision]
    /// The slices of the chosen series or part; nil where none passes every rule.
    public var chosen: SliceStack?
    /// The end of every file of the study of which no image is a slice of `chosen`, by path: those of `Study.outcomes`,
    /// of the other series and parts, and of the chosen series' instances that fell away.
    public var outcomes: [FileOutcome]
    /// Facts about the chosen stack for the quality assessment; nothing noticed where there is none.
    public var evidence: StackEvidence

    /// A selection of these parts.
    public init(
        decisions: [SeriesDecision], chosen: SliceStack?, outcomes: [FileOutcome], evidence: StackEvidence
    ) {
        self.decisions = decisions
        self.chosen = chosen
        self.outcomes = outcomes
        self.evidence = evidence
    }

    /// What headers alone choose, before any image is read: see `SeriesCandidates`.
    public static func decide(_ study: Study, rules: SeriesRules) -> SeriesSelection {
        SeriesCandidates(study, rules: rules).selection()
    }

    /// One sentence for the whole study: which series was chosen, or why none was.
    public var summary: String {
        if let chosen = decisions.first(where: \.isChosen) { return chosen.reason }
        guard !decisions.isEmpty else { return "The study has no series." }
        let reasons = decisions.map { decision in
            let number = decision.attributes.seriesNumber.map { "series \($0)" }
            let name = (number ?? "series \(decision.seriesInstanceUID)") + (decision.part.map { ", \($0)" } ?? "")
            let reason = decision.reason
            return name + ": " + (reason.hasPrefix("Not chosen: ") ? String(reason.dropFirst(12).dropLast()) : reason)
        }
        let series = Set(decisions.map(\.seriesInstanceUID)).count
        return "None of the study's \(counted(series, "series", "series")) can be scored ("
            + reasons.joined(separator: "; ") + ")."
    }
}
