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
        let series = Set(decisions.map(\.seriesInstanceUID)).count
        let subject =
            series == 1 ? "The study's only series cannot" : "None of the study's \(series) series can"
        return "\(subject) be scored (\(reasons))."
    }

    /// Most rules of which a series is named in the summary: what follows is in the table of series.
    private static let mostReasons = 4

    /// For each rule that failed the first series and its sentence, and how many more fail the same.
    private var reasons: String {
        let shared = decisions.sharedNumbers
        var order: [String] = []
        var byRule: [String: [SeriesDecision]] = [:]
        for decision in decisions {
            let rule = decision.rules.first { !$0.passed }?.rule.rawValue ?? decision.reason
            if byRule[rule] == nil { order.append(rule) }
            byRule[rule, default: []].append(decision)
        }
        let sentences = order.prefix(Self.mostReasons).compactMap { rule -> String? in
            guard let members = byRule[rule], let first = members.first else { return nil }
            let number = first.attributes.seriesNumber
            let name =
                SeriesDecision.name(
                    number, first.seriesInstanceUID, sharesNumber: number.map(shared.contains) ?? false)
                + (first.part.map { ", \($0)" } ?? "")
            let start = "Not chosen: "
            let reason =
                first.reason.hasPrefix(start) ? String(first.reason.dropFirst(start.count).dropLast()) : first.reason
            return "\(name): \(reason)" + (members.count > 1 ? ", and \(members.count - 1) more like it" : "")
        }
        let rest = order.dropFirst(Self.mostReasons).reduce(0) { $0 + (byRule[$1]?.count ?? 0) }
        return sentences.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more for other reasons" : "")
    }
}
