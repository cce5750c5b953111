/// Takes shares of units, of every class alike.
///
/// In their turn, a unit is taken where that brings the shares of the classes nearer to what they should be, and leaves
/// training a sample of each of its classes; then, a few times over, units are given back and others taken where that
/// comes nearer still. A class of which nothing was taken gives its smallest unit, where it has two.
struct SplitDraw {
    private let totals: [Int]
    private var remaining: [SplitUnit]
    private var training: [Int]

    /// A draw from `pool`; training has samples of each class beside it.
    init(pool: [SplitUnit], trainingElsewhere: [Int]) {
        remaining = pool.sorted { $0.precedes($1) }
        totals = trainingElsewhere.indices.map { label in pool.reduce(0) { $0 + $1.counts[label] } }
        training = zip(totals, trainingElsewhere).map { $0 + $1 }
    }

    /// Takes units of about this share of all.
    mutating func take(_ share: Double) -> [SplitUnit] {
        let wanted = totals.indices.map { label in
            let units = remaining.count { $0.counts[label] > 0 }
            return max(share * Double(totals[label]), units >= 2 ? 1 : 0)
        }
        var isTaken = [Bool](repeating: false, count: remaining.count)
        var counts = [Int](repeating: 0, count: totals.count)
        func move(_ index: Int) {
            let sign = isTaken[index] ? -1 : 1
            isTaken[index].toggle()
            for label in counts.indices {
                counts[label] += sign * remaining[index].counts[label]
                training[label] -= sign * remaining[index].counts[label]
            }
        }
        for _ in 0..<3 {
            let before = isTaken
            for index in remaining.indices where !isTaken[index] {
                if gain(of: index, 1, counts, wanted) > 0, leavesTraining(without: remaining[index]) { move(index) }
            }
            for index in remaining.indices where isTaken[index] {
                if gain(of: index, -1, counts, wanted) > 0 { move(index) }
            }
            if isTaken == before { break }
        }
        for label in counts.indices where counts[label] == 0 {
            let candidates = remaining.indices.filter { index in
                !isTaken[index] && remaining[index].counts[label] > 0 && leavesTraining(without: remaining[index])
            }
            if let smallest = candidates.min(by: { remaining[$0].count < remaining[$1].count }) { move(smallest) }
        }
        let taken = remaining.indices.filter { isTaken[$0] }.map { remaining[$0] }
        remaining = remaining.indices.filter { !isTaken[$0] }.map { remaining[$0] }
        return taken
    }

    /// How much nearer the shares come when a unit is taken (`sign` 1) or given back (-1): by squares of what is
    /// missing or too much, so that a class far off counts more than one nearly right.
    private func gain(of index: Int, _ sign: Double, _ counts: [Int], _ wanted: [Double]) -> Double {
        var gain = 0.0
        for (label, own) in remaining[index].counts.enumerated() where own > 0 {
            let (excess, step) = (Double(counts[label]) - wanted[label], sign * Double(own))
            gain -= step * (2 * excess + step) / Double(totals[label] * totals[label])
        }
        return gain
    }

    private func leavesTraining(without unit: SplitUnit) -> Bool {
        training.indices.allSatisfy { unit.counts[$0] == 0 || training[$0] > unit.counts[$0] }
    }
}
