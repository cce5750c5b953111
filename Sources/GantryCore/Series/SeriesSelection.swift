/// Which series of a study is scored, and why the others are not.
public struct SeriesSelection: Sendable, Equatable {
    /// Every series of the study: the chosen one, those that passed by rank, those that failed by series number and
    /// UID.
    public var decisions: [SeriesDecision]
    /// The slices of the chosen series; nil where no series passes every rule.
    public var chosen: SliceStack?
    /// The end of every file of the study that is no slice of `chosen`, by path: those of `Study.outcomes`, of the
    /// other series, and of the chosen series' instances that fell away.
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

    /// Applies `rules` to every series of `study`. Neither the order of its series nor of their instances has any
    /// influence.
    ///
    /// A series passes where every rule passes; the first that fails decides. A rule on instances passes where more
    /// than half of the series' instances do. Among the series that pass, the first of these that differs ranks them:
    /// preferred kernel (in the order in which `rules` names them), thinnest slices, most slices, lowest series
    /// number, lowest UID. Whether a transfer syntax can be decoded is not decided here.
    public static func decide(_ study: Study, rules: SeriesRules) -> SeriesSelection {
        let examined = study.series.map { series in
            var ordered = series
            ordered.instances.sort { pathPrecedes($0.file, $1.file) }
            return SeriesExamination(ordered, rules: rules)
        }
        let passed = examined.filter { $0.decisive == nil }.sorted { advantage(of: $0, over: $1).isAhead }
        let failed = examined.filter { $0.decisive != nil }.sorted { numberPrecedes($0, $1) }
        var decisions: [SeriesDecision] = []
        var outcomes = study.outcomes
        for (index, series) in passed.enumerated() {
            let isChosen = index == 0
            let reason =
                isChosen
                ? reasonToChoose(series, before: passed.dropFirst().first) : reasonToPass(series, for: passed[0])
            decisions.append(decision(series, rank: index + 1, isChosen: isChosen, reason: reason))
            outcomes += isChosen ? series.stacked.outcomes : ends(of: series, reason: reason)
        }
        for series in failed {
            let reason = "Not chosen: \(series.decisive?.sentence ?? "")."
            decisions.append(decision(series, rank: nil, isChosen: false, reason: reason))
            outcomes += ends(of: series, reason: reason, rules: rules)
        }
        return SeriesSelection(
            decisions: decisions, chosen: passed.first?.stacked.stack,
            outcomes: outcomes.sorted { pathPrecedes($0.file, $1.file) },
            evidence: passed.first?.stacked.evidence ?? StackEvidence())
    }

    /// One sentence for the whole study: which series was chosen, or why none was.
    public var summary: String {
        if let chosen = decisions.first(where: \.isChosen) { return chosen.reason }
        guard !decisions.isEmpty else { return "The study has no series." }
        let reasons = decisions.map { decision in
            let name = decision.attributes.seriesNumber.map { "series \($0)" } ?? "series \(decision.seriesInstanceUID)"
            let reason = decision.reason
            return name + ": " + (reason.hasPrefix("Not chosen: ") ? String(reason.dropFirst(12).dropLast()) : reason)
        }
        return "None of the study's \(counted(decisions.count, "series", "series")) can be scored ("
            + reasons.joined(separator: "; ") + ")."
    }

    private static func decision(
        _ examined: SeriesExamination, rank: Int?, isChosen: Bool, reason: String
    ) -> SeriesDecision {
        SeriesDecision(
            seriesInstanceUID: examined.series.seriesInstanceUID, attributes: examined.attributes,
            instances: examined.series.instances.count, rules: examined.rules, rank: rank, isChosen: isChosen,
            reason: reason, geometry: examined.stacked.stack?.geometry,
            transferSyntaxes: Set(examined.series.instances.map(\.transferSyntax)).sorted { $0.uid < $1.uid },
            sliceThicknessMillimetres: examined.sliceThicknessMillimetres)
    }

    /// The ends of all files of a series that is not chosen: an instance that itself fails the deciding rule ends with
    /// that rule's reason, every other with `.seriesNotChosen`.
    private static func ends(
        of examined: SeriesExamination, reason: String, rules: SeriesRules? = nil
    ) -> [FileOutcome] {
        let deciding = rules?.instanceRules.first { $0.name == examined.decisive?.rule.rule }
        return examined.series.instances.map { instance in
            FileOutcome(
                file: instance.file, reason: deciding?.examine(instance).failure ?? .seriesNotChosen, detail: reason)
        }
    }
}

// MARK: - Ranking

extension SeriesSelection {
    /// In what one series that passes is ahead of another, in words that go on from the better one's name.
    private struct Advantage {
        var isAhead: Bool
        var words: String
    }

    private static func advantage(of one: SeriesExamination, over other: SeriesExamination) -> Advantage {
        if one.kernelPreference != other.kernelPreference {
            let kernels = [one, other].map { $0.attributes.convolutionKernel ?? "no kernel" }
            return Advantage(
                isAhead: one.kernelPreference < other.kernelPreference,
                words: "has the preferred kernel (\(kernels[0]) instead of \(kernels[1]))")
        }
        let (thickness, otherThickness) = (one.rankedThicknessMillimetres, other.rankedThicknessMillimetres)
        if thickness != otherThickness {
            return Advantage(
                isAhead: thickness < otherThickness,
                words: "has thinner slices (\(millimetres(thickness, otherThickness)))")
        }
        if one.positions != other.positions {
            return Advantage(
                isAhead: one.positions > other.positions,
                words: "has more slices (\(one.positions) instead of \(other.positions))")
        }
        return Advantage(
            isAhead: numberPrecedes(one, other),
            words: "comes first (same kernel preference, thickness and number of slices)")
    }

    private static func millimetres(_ one: Double, _ other: Double) -> String {
        let decimals = one.written(decimals: 1) == other.written(decimals: 1) ? 3 : 1
        return "\(one.written(decimals: decimals)) mm instead of \(other.written(decimals: decimals)) mm"
    }

    private static func numberPrecedes(_ one: SeriesExamination, _ other: SeriesExamination) -> Bool {
        let (number, otherNumber) = (one.attributes.seriesNumber ?? .max, other.attributes.seriesNumber ?? .max)
        return number != otherNumber
            ? number < otherNumber : one.series.seriesInstanceUID < other.series.seriesInstanceUID
    }

    private static func reasonToChoose(_ chosen: SeriesExamination, before next: SeriesExamination?) -> String {
        guard let next else { return "Chosen: the only series that passes every rule." }
        return "Chosen: passes every rule, and \(advantage(of: chosen, over: next).words) before \(next.name)."
    }

    private static func reasonToPass(_ series: SeriesExamination, for chosen: SeriesExamination) -> String {
        "Passed every rule, but \(chosen.name) \(advantage(of: chosen, over: series).words)."
    }
}
