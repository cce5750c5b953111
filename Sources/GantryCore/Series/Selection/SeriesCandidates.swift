/// The series of a study and their parts under the rules: those that pass, in the order in which they are tried, and
/// those that don't.
public struct SeriesCandidates: Sendable {
    private let study: Study
    private let rules: SeriesRules
    private let examined: [SeriesExamination]
    /// Those that pass every rule, the first to be tried first.
    private let passed: [SeriesExamination]

    /// Applies `rules` to every series of `study`. Neither the order of its series nor of their instances nor of their
    /// frames has any influence.
    ///
    /// A series whose images are several stacks or phases is split first (see `SeriesPart`); each part is a candidate
    /// like a series of its own. A candidate passes where every rule passes; the first that fails decides. A rule on
    /// images passes where more than half of the candidate's images do. Those that pass are ranked by what
    /// `SeriesSelection.advantage` compares.
    public init(_ study: Study, rules: SeriesRules) {
        self.study = study
        self.rules = rules
        let words = RegionWords(chest: rules.chestWords, other: rules.otherRegionWords)
        var examined = study.series.flatMap { series in
            SeriesPart.parts(of: series, rules: rules).enumerated().map { index, part in
                SeriesExamination(part, number: index + 1, of: series, rules: rules, words: words)
            }
        }
        let shared = SeriesDecision.sharedNumbers(
            examined.map { ($0.attributes.seriesNumber, $0.seriesInstanceUID) })
        for index in examined.indices {
            examined[index].sharesNumber = examined[index].attributes.seriesNumber.map(shared.contains) ?? false
        }
        self.examined = examined
        passed = examined.filter { $0.decisive == nil && $0.stacking.stack != nil }
            .sorted { SeriesSelection.advantage(of: $0, over: $1).isAhead }
    }

    /// The stacks to try, in order.
    public var stacks: [SliceStack] { passed.compactMap(\.stacking.stack) }

    /// Whether the headers of the candidate at `index` say that it is a chest.
    public func saysChest(at index: Int) -> Bool {
        passed.indices.contains(index) && passed[index].region == .chest
    }

    /// The selection in which the candidates of `trials`, the first ones, were tried and the one at `chosen` is scored;
    /// without trials, what headers alone choose.
    public func selection(trials: [CandidateTrial] = [], chosen index: Int = 0) -> SeriesSelection {
        let chosen = passed.indices.contains(index) ? passed[index] : nil
        var decisions: [SeriesDecision] = []
        var excluded: [StackBuilder.ExcludedImage] = []
        for (place, candidate) in passed.enumerated() {
            let trial = trials.indices.contains(place) ? trials[place] : nil
            let reason = reason(at: place, trials: trials, chosen: index)
            decisions.append(
                Self.decision(candidate, rank: place + 1, isChosen: place == index, reason: reason, trial: trial))
            excluded += place == index ? candidate.stacking.excluded : Self.images(of: candidate, reason: reason)
        }
        for candidate in examined.filter({ $0.decisive != nil }).sorted(by: SeriesSelection.numberPrecedes) {
            let reason = "Not chosen: \(candidate.decisive?.sentence ?? "")."
            decisions.append(Self.decision(candidate, rank: nil, isChosen: false, reason: reason))
            excluded += Self.images(of: candidate, reason: reason, rules: rules)
        }
        let scored = Set((chosen?.stacking.stack?.slices ?? []).map(\.file))
        return SeriesSelection(
            decisions: decisions, chosen: chosen?.stacking.stack,
            outcomes: (study.outcomes + FileOutcome.onePerFile(excluded, except: scored))
                .sorted { pathPrecedes($0.file, $1.file) },
            evidence: chosen.map(evidence) ?? StackEvidence())
    }

    /// Why the candidate at `place` is scored or not.
    private func reason(at place: Int, trials: [CandidateTrial], chosen index: Int) -> String {
        let candidate = passed[place]
        if place == index {
            guard index > 0, trials.count >= index else {
                return SeriesSelection.reasonToChoose(candidate, before: passed.dropFirst(index + 1).first)
            }
            let before = zip(passed, trials).prefix(index).map { "\($0.name) (\($1.detail))" }
            return "Chosen: passes every rule; tried before it and left: \(before.joined(separator: "; "))."
        }
        if trials.indices.contains(place) { return "Tried and left: \(trials[place].detail)." }
        return SeriesSelection.reasonToPass(candidate, for: passed.indices.contains(index) ? passed[index] : passed[0])
    }

    /// What the chosen candidate's stack does not say itself.
    private func evidence(of chosen: SeriesExamination) -> StackEvidence {
        var evidence = chosen.stacking.evidence
        let beside = chosen.imagesBeside(among: examined.filter { $0.seriesInstanceUID == chosen.seriesInstanceUID })
        if beside > 0 { evidence.unusedImages[.ofOtherPart, default: 0] += beside }
        if let coverage = chosen.coverage, coverage < 0.5 - 1e-6 { evidence.lowCoverage = coverage }
        evidence.continuations = chosen.continuations(among: examined, rules: rules)
        return evidence
    }

    private static func decision(
        _ examined: SeriesExamination, rank: Int?, isChosen: Bool, reason: String, trial: CandidateTrial? = nil
    ) -> SeriesDecision {
        let images = examined.part.all
        return SeriesDecision(
            seriesInstanceUID: examined.seriesInstanceUID, part: examined.part.name, attributes: examined.attributes,
            instances: Set(images.map(\.uid)).count, images: images.count, rules: examined.rules, rank: rank,
            isChosen: isChosen, trial: trial, reason: reason, geometry: examined.geometry,
            transferSyntaxes: Set(images.map(\.instance.transferSyntax)).sorted { $0.uid < $1.uid },
            sliceThicknessMillimetres: examined.sliceThicknessMillimetres)
    }

    /// All images of a candidate that is not chosen, as excluded: one that itself fails the deciding rule for that
    /// rule's reason, every other for `.seriesNotChosen`.
    private static func images(
        of examined: SeriesExamination, reason: String, rules: SeriesRules? = nil
    ) -> [StackBuilder.ExcludedImage] {
        let deciding = rules?.imageRules.first { $0.name == examined.decisive?.rule.rule }
        return examined.part.all.map { image in
            StackBuilder.ExcludedImage(
                image: image, reason: deciding?.examine(image).failure ?? .seriesNotChosen, detail: reason)
        }
    }
}
