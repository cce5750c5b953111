import GantryCore
import GantryGround
import GantryTraining
import Synchronization

/// How an area under the ROC curve would vary with other patients: patients are drawn with replacement, each with all
/// its cases.
package struct PatientBootstrap: Sendable {
    /// Draws that are made.
    package static let draws = 2000
    /// What the draws follow from.
    package var seed: UInt64 = 1
    /// Threads; what comes out does not depend on them.
    package var workers = 1

    /// With the usual seed.
    package init() {}

    /// The interval of 95 % of the area: the 2.5th and the 97.5th percentile of the draws' areas. Draws with one side
    /// only have none and are left out. Nil where fewer than two patients, one side only, or no draw has both.
    ///
    /// `patients` tells cases of the same patient.
    package func interval(scores: [Double], isPositive: [Bool], patients: [String]) -> ClosedRange<Double>? {
        guard scores.count == patients.count, let ranked = RankedCases(scores: scores, isPositive: isPositive) else {
            return nil
        }
        // Numbered in the order of their first case.
        var numbers: [String: Int] = [:]
        let owners = patients.map { patient in
            numbers[patient]
                ?? {
                    numbers[patient] = numbers.count
                    return numbers.count - 1
                }()
        }
        guard numbers.count > 1 else { return nil }
        let count = numbers.count
        let areas = Mutex([Double?](repeating: nil, count: Self.draws))
        WorkerThreads.forEach(count: Self.draws, workers: workers) {
        } body: { _, draw in
            var random = CounterRandom(seed: seed, sample: draw, purpose: .bootstrap)
            var times = [Int](repeating: 0, count: count)
            for _ in 0..<count { times[random.integer(below: count)] += 1 }
            let area = ranked.area { times[owners[$0]] }
            areas.withLock { $0[draw] = area }
        }
        let found = areas.withLock { $0 }.compactMap(\.self).sorted()
        guard let low = Self.percentile(0.025, of: found), let high = Self.percentile(0.975, of: found) else {
            return nil
        }
        return low...high
    }

    /// The percentile of sorted numbers, straight between two of them; nil of none. **Source** Hyndman and Fan (1996),
    /// definition 7: NumPy's.
    static func percentile(_ share: Double, of sorted: [Double]) -> Double? {
        guard let last = sorted.indices.last else { return nil }
        let place = share * Double(last)
        let below = min(Int(place), last)
        let above = min(below + 1, last)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}

/// Cases in the order of their scores, for areas of many choices among them.
struct RankedCases: Sendable {
    private struct Case {
        var index: Int
        var isPositive: Bool
        /// Whether the next case has another score.
        var endsTie: Bool
    }

    private let cases: [Case]

    /// Nil where there is no positive or no negative, where the counts differ, or where a score is NaN.
    init?(scores: [Double], isPositive: [Bool]) {
        guard scores.count == isPositive.count, isPositive.contains(true), isPositive.contains(false),
            !scores.contains(where: \.isNaN)
        else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        cases = order.enumerated().map { place, index in
            Case(
                index: index, isPositive: isPositive[index],
                endsTie: place + 1 == order.count || scores[order[place + 1]] != scores[index])
        }
    }

    /// The area under the ROC curve where each case counts `times`; nil where one side has none.
    func area(_ times: (Int) -> Int) -> Double? {
        var (positives, negatives, tiedPositives, tiedNegatives) = (0, 0, 0, 0)
        // Twice the pairs that are in order: ties count half.
        var wins = 0
        for one in cases {
            let count = times(one.index)
            if one.isPositive { tiedPositives += count } else { tiedNegatives += count }
            guard one.endsTie else { continue }
            wins += tiedPositives * (2 * negatives + tiedNegatives)
            positives += tiedPositives
            negatives += tiedNegatives
            (tiedPositives, tiedNegatives) = (0, 0)
        }
        guard positives > 0, negatives > 0 else { return nil }
        return Double(wins) / (2 * Double(positives) * Double(negatives))
    }
}
