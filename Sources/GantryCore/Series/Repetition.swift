/// One of several times that a stack was acquired or reconstructed within one series: a phase.
struct Repetition {
    /// Its images, at most one a position where the files tell the repetitions apart throughout.
    var images: [SliceImage]
    /// What tells it apart: `acquisition 2`; several things by commas.
    var label: String

    /// The repetitions among `images`, which have one geometry; one without a label where they are no repeated stack.
    ///
    /// The attributes of `SplittingAttribute` are asked in order. The first that tells stacks apart splits, and each
    /// stack is looked at again: two phases in two kernels make four. An attribute tells stacks apart where
    /// - images share positions: at least half of the positions (and two), or `fewestSlices` of them, hold the same
    ///   number of images, at each of these the attribute has equally many values, two at least, and the k-th values of
    ///   all positions lie before all (k+1)-th ones. Images at other positions belong where their value says;
    /// - or passes interleave: it names passes, and two of them have `fewestSlices` positions each in the range that
    ///   both cover.
    static func splitting(_ images: [SliceImage], rules: SeriesRules) -> [Repetition] {
        let positions = SeriesPart.positions(of: images, rules: rules)
        let usual = usualCount(of: positions, fewest: rules.fewestSlices)
        for attribute in SplittingAttribute.inOrder {
            let parts =
                usual.flatMap { atOnePlace(positions, usual: $0, by: attribute) }
                ?? (attribute.namesPasses ? interleaved(positions, fewest: rules.fewestSlices, by: attribute) : nil)
            guard let parts, parts.count > 1 else { continue }
            return parts.flatMap { part in
                splitting(part.images, rules: rules).map { inner in
                    Repetition(
                        images: inner.images, label: inner.label.isEmpty ? part.label : part.label + ", " + inner.label)
                }
            }
        }
        return [Repetition(images: images, label: "")]
    }

    /// Most passes that are compared with each other; a real series has a few.
    private static let mostPasses = 256

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
        _ positions: [[SliceImage]], usual: Int, by attribute: SplittingAttribute
    ) -> [Repetition]? {
        let valued = positions.map { $0.map { (value: attribute.value($0), image: $0) } }
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
        var members = [[(value: SplittingAttribute.Value, image: SliceImage)]](repeating: [], count: spans.count)
        for (value, image) in valued.joined() {
            members[max(0, (spans.firstIndex { value < $0.lowest } ?? spans.count) - 1)].append((value, image))
        }
        return members.map { repetition($0, attribute) }
    }

    private static func interleaved(
        _ positions: [[SliceImage]], fewest: Int, by attribute: SplittingAttribute
    ) -> [Repetition]? {
        // Places of each pass among all positions, in order.
        var places: [SplittingAttribute.Value: [Int]] = [:]
        var members: [SplittingAttribute.Value: [(value: SplittingAttribute.Value, image: SliceImage)]] = [:]
        for (place, images) in positions.enumerated() {
            for image in images {
                let value = attribute.value(image)
                if places[value]?.last != place { places[value, default: []].append(place) }
                members[value, default: []].append((value, image))
            }
        }
        let passes = places.values.filter { $0.count >= fewest }.sorted { $0[0] < $1[0] }.prefix(mostPasses)
        let overlap = passes.indices.contains { index in
            passes[..<index].contains { other in
                let pass = passes[index]
                guard let end = other.last, let ownEnd = pass.last else { return false }
                let common = pass[0]...max(pass[0], min(end, ownEnd))
                return [pass, other].allSatisfy { $0.count(where: common.contains) >= fewest }
            }
        }
        guard overlap else { return nil }
        return members.sorted { $0.key < $1.key }.map { repetition($0.value, attribute) }
    }

    private static func repetition(
        _ members: [(value: SplittingAttribute.Value, image: SliceImage)], _ attribute: SplittingAttribute
    ) -> Repetition {
        let values = members.map(\.value).filter { $0 != .none }
        let label = attribute.label(values.min() ?? .none, values.max() ?? .none)
        return Repetition(images: members.map(\.image), label: label)
    }
}
