/// Passes whose positions interleave: nothing is doubled, the geometry is that of one regular stack, and yet they are
/// two.
extension Repetition {
    /// The passes of `positions`, from the lowest, that `attribute` tells apart; or, where it does so too weakly to
    /// split, what they alternate in.
    ///
    /// - An attribute that names passes does where two of its values have `fewestSlices` positions each in the range
    ///   that both cover.
    /// - Any other where the passes alternate: see `alternating`.
    ///
    /// A value that changes with every slice, or every few, has too few positions; one that changes along the stack has
    /// no common range; one that changes at random makes passes with gaps.
    static func interleaved(
        _ positions: [[Valued]], by attribute: SplittingAttribute, rules: SeriesRules
    ) -> (parts: [Repetition]?, alternation: String?) {
        switch attribute.interleaving {
        case .byName:
            let passes = Passes(positions)
            return (passes.overlap(fewest: rules.fewestSlices) ? passes.repetitions(attribute) : nil, nil)
        case .byAlternation(let coarsened, let name):
            let coarse = positions.map { $0.map { (value: coarsened($0.value), image: $0.image) } }
            if let parts = alternating(coarse, by: attribute, rules: rules) { return (parts, nil) }
            return (nil, name.flatMap { alternating(positions, by: attribute, rules: rules) == nil ? nil : $0 })
        case .doubtful(let name):
            return (nil, alternating(positions, by: attribute, rules: rules) == nil ? nil : name)
        }
    }

    /// Passes that alternate along the stack: by few values, each of one pass; or by many, where every second position
    /// (or every third ...) has values before all of the others.
    private static func alternating(
        _ positions: [[Valued]], by attribute: SplittingAttribute, rules: SeriesRules
    ) -> [Repetition]? {
        let passes = Passes(positions)
        guard passes.places.count > 1 else { return nil }
        return passes.alternate(rules: rules)
            ? passes.repetitions(attribute) : takingTurns(positions, by: attribute, fewest: rules.fewestSlices)
    }

    /// Most passes that take turns; a real series has two.
    private static let mostTurns = 8

    /// Fewest positions of a pass that takes turns, whatever the pipeline asks for: eight values and eight others are
    /// sorted like this by chance once in 6,435 times.
    private static let fewestOfTurn = 8

    /// Every second position, or every third ..., as a pass of its own where the values of each lie before all of the
    /// next: a time or a number that goes on from slice to slice and starts again with the next pass.
    private static func takingTurns(
        _ positions: [[Valued]], by attribute: SplittingAttribute, fewest: Int
    ) -> [Repetition]? {
        guard positions.allSatisfy({ $0.count == 1 }) else { return nil }
        let images = positions.joined()
        let most = min(mostTurns, positions.count / max(fewest, fewestOfTurn))
        for turns in 2..<max(3, most + 1) where turns <= most {
            var passes = [[Valued]](repeating: [], count: turns)
            for (place, image) in images.enumerated() { passes[place % turns].append(image) }
            let spans = passes.compactMap {
                pass -> (lowest: SplittingAttribute.Value, highest: SplittingAttribute.Value)? in
                let values = pass.map(\.value)
                return values.min().flatMap { lowest in values.max().map { (lowest, $0) } }
            }
            let order = spans.indices.sorted { spans[$0].lowest < spans[$1].lowest }
            guard zip(order, order.dropFirst()).allSatisfy({ spans[$0].highest < spans[$1].lowest }) else { continue }
            return order.map { repetition(passes[$0], attribute) }
        }
        return nil
    }
}

/// Images by their value of one attribute, and where each value lies among all positions.
private struct Passes {
    /// Places of each value among all positions, in order.
    private(set) var places: [SplittingAttribute.Value: [Int]] = [:]
    private var members: [SplittingAttribute.Value: [Repetition.Valued]] = [:]
    private let images: [SliceImage]

    /// Most passes that are compared with each other; a real series has a few.
    private static let mostPasses = 256

    init(_ positions: [[Repetition.Valued]]) {
        images = positions.compactMap { $0.first?.image }
        for (place, valued) in positions.enumerated() {
            for image in valued {
                if places[image.value]?.last != place { places[image.value, default: []].append(place) }
                members[image.value, default: []].append(image)
            }
        }
    }

    func repetitions(_ attribute: SplittingAttribute) -> [Repetition] {
        members.sorted { $0.key < $1.key }.map { Repetition.repetition($0.value, attribute) }
    }

    /// Places of the values that have at least `fewest`, the lowest first.
    private func large(_ fewest: Int) -> [[Int]] {
        places.values.filter { $0.count >= fewest }.sorted { $0[0] < $1[0] }
    }

    /// Whether two values have `fewest` positions each in the range that both cover.
    func overlap(fewest: Int) -> Bool {
        let passes = large(max(fewest, 1)).prefix(Self.mostPasses)
        return passes.indices.contains { index in
            passes[..<index].contains { other in
                let pass = passes[index]
                guard let end = other.last, let ownEnd = pass.last else { return false }
                let common = pass[0]...max(pass[0], min(end, ownEnd))
                return [pass, other].allSatisfy { $0.count(where: common.contains) >= fewest }
            }
        }
    }

    /// Whether each of a few values is a pass: it has `fewestSlices` positions in the range that all of them cover, is
    /// there evenly spaced by itself, and the places of the sparsest have another pass on both sides. A tenth of the
    /// images may have other values, and leave a gap each.
    func alternate(rules: SeriesRules) -> Bool {
        let passes = large(max(rules.fewestSlices, 2))
        let outsiders = places.values.reduce(0) { $0 + $1.count } - passes.reduce(0) { $0 + $1.count }
        guard passes.count > 1, passes.count <= Self.mostPasses, outsiders * 10 <= images.count,
            let first = passes.map({ $0[0] }).max(), let last = passes.map({ $0[$0.count - 1] }).min(), first < last
        else { return false }
        let common = passes.map { $0.filter((first...last).contains) }
        guard common.allSatisfy({ $0.count >= rules.fewestSlices }),
            common.reduce(0, { $0 + unevenSteps($1, tolerance: rules.spacingToleranceMillimetres) }) <= outsiders,
            let sparsest = common.min(by: { $0.count < $1.count })
        else { return false }
        let touching = zip(sparsest, sparsest.dropFirst()).count { $1 == $0 + 1 }
        return touching <= outsiders
    }

    /// How many distances between neighbours of `pass` are not those of most.
    private func unevenSteps(_ pass: [Int], tolerance: Double) -> Int {
        guard let normal = SeriesGeometry.sharedNormal(of: images.compactMap(\.plane)) else { return pass.count }
        let heights = pass.compactMap { images[$0].plane?.imagePositionPatient.dot(normal) }
        let steps = zip(heights, heights.dropFirst()).map { $1 - $0 }
        guard !steps.isEmpty else { return 0 }
        let median = steps.sorted()[steps.count / 2]
        return steps.count { abs($0 - median) > tolerance + 1e-6 }
    }
}
