/// One of several times that a stack was acquired or reconstructed within one series: a phase.
struct Repetition {
    /// Its images, at most one a position where the files tell the repetitions apart throughout.
    var images: [SliceImage]
    /// What tells it apart: `acquisition 2`; several things by commas.
    var label: String
    /// In what its images alternate along the stack, where that is too little to split and enough for a doubt:
    /// `Content Time`.
    var alternation: String?

    /// One image with its value of an attribute.
    typealias Valued = (value: SplittingAttribute.Value, image: SliceImage)

    /// The repetitions among `images`, which have one geometry; one without a label where they are no repeated stack.
    ///
    /// The attributes of `SplittingAttribute` are asked in order. The first that tells stacks apart splits, and each
    /// stack is looked at again: two phases in two kernels make four. An attribute tells stacks apart where
    /// - images share positions: at least half of the positions (and two), or `fewestSlices` of them, hold the same
    ///   number of images, at each of these the attribute has equally many values, two at least, and the k-th values of
    ///   all positions lie before all (k+1)-th ones. Images at other positions belong where their value says;
    /// - or passes interleave: see `interleaved`.
    static func splitting(_ images: [SliceImage], rules: SeriesRules) -> [Repetition] {
        let positions = SeriesPart.positions(of: images, rules: rules)
        let usual = usualCount(of: positions, fewest: rules.fewestSlices)
        var alternation: String?
        for attribute in SplittingAttribute.inOrder {
            let valued = positions.map { $0.map { (value: attribute.value($0), image: $0) } }
            var parts = usual.flatMap { atOnePlace(valued, usual: $0, by: attribute) }
            if parts == nil {
                let found = interleaved(valued, by: attribute, rules: rules)
                parts = found.parts
                alternation = alternation ?? found.alternation
            }
            guard let parts, parts.count > 1 else { continue }
            return parts.flatMap { part in
                splitting(part.images, rules: rules).map { inner in
                    Repetition(
                        images: inner.images,
                        label: inner.label.isEmpty ? part.label : part.label + ", " + inner.label,
                        alternation: inner.alternation)
                }
            }
        }
        return [Repetition(images: images, label: "", alternation: alternation)]
    }

    /// How many images most of the doubled positions hold; nil where too few hold that many.
    private static func usualCount(of positions: [[SliceImage]], fewest: Int) -> Int? {
        var frequencies: [Int: Int] = [:]
        for position in positions where position.count > 1 { frequencies[position.count, default: 0] += 1 }
        guard let usual = frequencies.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), usual.value >= 2,
            usual.value * 2 >= positions.count || usual.value >= fewest
        else { return nil }
        return usual.key
    }

    private static func atOnePlace(
        _ valued: [[Valued]], usual: Int, by attribute: SplittingAttribute
    ) -> [Repetition]? {
        // Lowest and highest value of each repetition, from the positions that have all of them.
        var spans: [(lowest: SplittingAttribute.Value, highest: SplittingAttribute.Value)] = []
        for position in valued where position.count == usual {
            let values = Set(position.map(\.value)).sorted()
            guard values.count > 1, spans.isEmpty || spans.count == values.count else { return nil }
            spans =
                spans.isEmpty
                ? values.map { ($0, $0) } : zip(spans, values).map { (min($0.lowest, $1), max($0.highest, $1)) }
        }
        guard zip(spans, spans.dropFirst()).allSatisfy({ $0.highest < $1.lowest }) else { return nil }
        var members = [[Valued]](repeating: [], count: spans.count)
        for (value, image) in valued.joined() {
            members[max(0, (spans.firstIndex { value < $0.lowest } ?? spans.count) - 1)].append((value, image))
        }
        return members.map { repetition($0, attribute) }
    }

    static func repetition(_ members: [Valued], _ attribute: SplittingAttribute) -> Repetition {
        let values = members.map(\.value).filter { $0 != .none }
        let label = attribute.label(values.min() ?? .none, values.max() ?? .none)
        return Repetition(images: members.map(\.image), label: label)
    }
}
