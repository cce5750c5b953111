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

    /// Applies `rules` to every series of `study`. Neither the order of its series nor of their instances nor of their
    /// frames has any influence.
    ///
    /// A series whose images are several stacks or phases is split first (see `SeriesPart`); each part is a candidate
    /// like a series of its own. A candidate passes where every rule passes; the first that fails decides. A rule on
    /// images passes where more than half of the candidate's images do. Among those that pass, the first of these that
    /// differs ranks them: preferred kernel (in the order in which `rules` names them), thinnest slices, most slices,
    /// lowest series number, lowest UID, lowest number of the part. Whether a transfer syntax can be decoded is not
    /// decided here.
    public static func decide(_ study: Study, rules: SeriesRules) -> SeriesSelection {
        let examined = study.series.flatMap { series in
            SeriesPart.parts(of: series, rules: rules).enumerated().map { index, part in
                SeriesExamination(part, number: index + 1, of: series, rules: rules)
            }
        }
        let passed = examined.filter { $0.decisive == nil }.sorted { advantage(of: $0, over: $1).isAhead }
        let failed = examined.filter { $0.decisive != nil }.sorted { numberPrecedes($0, $1) }
        var decisions: [SeriesDecision] = []
        var ends: [Stacking.ImageEnd] = []
        for (index, candidate) in passed.enumerated() {
            let isChosen = index == 0
            let reason =
                isChosen
                ? reasonToChoose(candidate, before: passed.dropFirst().first) : reasonToPass(candidate, for: passed[0])
            decisions.append(decision(candidate, rank: index + 1, isChosen: isChosen, reason: reason))
            ends += isChosen ? candidate.stacking.ends : Self.ends(of: candidate, reason: reason)
        }
        for candidate in failed {
            let reason = "Not chosen: \(candidate.decisive?.sentence ?? "")."
            decisions.append(decision(candidate, rank: nil, isChosen: false, reason: reason))
            ends += Self.ends(of: candidate, reason: reason, rules: rules)
        }
        let chosen = passed.first
        let scored = Set((chosen?.stacking.stack?.slices ?? []).map(\.file))
        var evidence = chosen?.stacking.evidence ?? StackEvidence()
        if let chosen {
            let elsewhere = study.outcomes.count { $0.reason == .attributeInvalid }
            evidence.unusableFiles += elsewhere
            evidence.unusableImages +=
                elsewhere
                + beside(chosen, among: examined.filter { $0.seriesInstanceUID == chosen.seriesInstanceUID })
        }
        return SeriesSelection(
            decisions: decisions, chosen: chosen?.stacking.stack,
            outcomes: (study.outcomes + FileOutcome.onePerFile(ends, except: scored))
                .sorted { pathPrecedes($0.file, $1.file) },
            evidence: evidence)
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

    private static func decision(
        _ examined: SeriesExamination, rank: Int?, isChosen: Bool, reason: String
    ) -> SeriesDecision {
        let images = examined.part.all
        return SeriesDecision(
            seriesInstanceUID: examined.seriesInstanceUID, part: examined.part.name, attributes: examined.attributes,
            instances: Set(images.map(\.uid)).count, images: images.count, rules: examined.rules, rank: rank,
            isChosen: isChosen, reason: reason, geometry: examined.geometry,
            transferSyntaxes: Set(images.map(\.instance.transferSyntax)).sorted { $0.uid < $1.uid },
            sliceThicknessMillimetres: examined.sliceThicknessMillimetres)
    }

    /// The ends of all images of a candidate that is not chosen: one that itself fails the deciding rule ends with that
    /// rule's reason, every other with `.seriesNotChosen`.
    private static func ends(
        of examined: SeriesExamination, reason: String, rules: SeriesRules? = nil
    ) -> [Stacking.ImageEnd] {
        let deciding = rules?.imageRules.first { $0.name == examined.decisive?.rule.rule }
        return examined.part.all.map { image in
            Stacking.ImageEnd(
                image: image, reason: deciding?.examine(image).failure ?? .seriesNotChosen, detail: reason)
        }
    }

    /// Number of images of other parts of the chosen part's series that may show what it does not.
    ///
    /// Those are images that are of no part and have no place or one parallel to it; and those of another part (but not
    /// of a stack with another Stack ID) which are parallel to it and lie where it has no slice, or beside its slice
    /// where both have the same geometry. Localizers are none of them.
    private static func beside(_ chosen: SeriesExamination, among parts: [SeriesExamination]) -> Int {
        guard let stack = chosen.stacking.stack, let normal = chosen.stacking.normal else { return 0 }
        let reach = (stack.geometry.sliceSpacingMillimetres ?? 0) / 2 + 1e-6
        return parts.filter { $0.partNumber != chosen.partNumber }.reduce(0) { sum, other in
            let unplaced = other.part.apart.count { image in
                image.pixels != nil && !image.calls(itself: "LOCALIZER")
                    && image.plane.map { abs($0.normal.dot(normal)) > 0.999 } ?? true
            }
            guard !other.part.isAnotherStack(than: chosen.part) else { return sum + unplaced }
            let isOfSameSize = other.part.hasGeometry(of: chosen.part)
            let uncovered = other.part.images.count { image in
                guard let plane = image.plane, abs(plane.normal.dot(normal)) > 0.999, !image.calls(itself: "LOCALIZER")
                else { return false }
                guard let slice = stack.slice(at: plane.imagePositionPatient.dot(normal), reachMillimetres: reach)
                else {
                    return true
                }
                return isOfSameSize && !plane.lies(over: slice.plane)
            }
            return sum + unplaced + uncovered
        }
    }
}

extension SliceStack {
    /// The first slice within `reachMillimetres` of a position along the normal; nil where none is.
    fileprivate func slice(at positionMillimetres: Double, reachMillimetres: Double) -> SliceSource? {
        // Slices come by increasing position: the first that is not below the reach decides.
        var (low, high) = (0, slices.count)
        while low < high {
            let middle = (low + high) / 2
            if slices[middle].positionMillimetres < positionMillimetres - reachMillimetres {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < slices.count, slices[low].positionMillimetres <= positionMillimetres + reachMillimetres else {
            return nil
        }
        return slices[low]
    }
}
