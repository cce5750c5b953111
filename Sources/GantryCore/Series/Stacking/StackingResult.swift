/// What the stacking of a series, or of one part of it, came to: its slices in anatomical order, and what fell away on
/// the way.
public struct StackingResult: Sendable, Equatable {
    /// Which part of the series this is; nil where the series is one stack.
    public var part: String?
    /// The slices in order; nil where no image has pixels and a place.
    public var stack: SliceStack?
    /// The end of every file that has an image here and no slice in the stack, by path; the stack's own `outcomes` are
    /// the same.
    public var outcomes: [FileOutcome]
    /// What the quality assessment wants to know and the stack does not say.
    public var evidence: StackEvidence

    /// A result of these parts.
    public init(part: String? = nil, stack: SliceStack?, outcomes: [FileOutcome], evidence: StackEvidence) {
        self.part = part
        self.stack = stack
        self.outcomes = outcomes
        self.evidence = evidence
    }
}

extension SliceStack {
    /// The parts of `series` that could be stacks, each by increasing position along its normal; at least one. Neither
    /// the order of its instances nor of their frames has any influence.
    public static func stacks(of series: Series, rules: SeriesRules) -> [StackingResult] {
        SeriesPart.parts(of: series, rules: rules).map { part in
            StackBuilder(part, of: series.seriesInstanceUID, rules: rules).result(as: part.name)
        }
    }
}
