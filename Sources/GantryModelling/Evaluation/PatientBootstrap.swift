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
    package func interval(
        scores: [Double], isPositive: [Bool], patients: [some Hashable]
    ) -> ClosedRange<Double>? {
        guard scores.count == patients.count else { return nil }
        let (owners, patientCount) = Self.numbered(patients)
        guard patientCount > 1, let ranked = RankedCases(scores: scores, isPositive: isPositive, owners: owners) else {
            return nil
        }
        let areas = Mutex([Double?](repeating: nil, count: Self.draws))
        WorkerThreads.forEach(count: Self.draws, workers: workers) {
        } body: { _, draw in
            var random = CounterRandom(seed: seed, sample: draw, purpose: .bootstrap)
            var times = [Int](repeating: 0, count: patientCount)
            for _ in 0..<patientCount { times[random.integer(below: patientCount)] += 1 }
            let area = ranked.area(times: times)
            areas.withLock { $0[draw] = area }
        }
        let found = areas.withLock { $0 }.compactMap(\.self).sorted()
        guard let low = Self.percentile(0.025, of: found), let high = Self.percentile(0.975, of: found) else {
            return nil
        }
        return low...high
    }

    /// Each one's number, in the order of their first case, and how many there are.
    private static func numbered<Patient: Hashable>(_ patients: [Patient]) -> (owners: [Int32], count: Int) {
        var numbers: [Patient: Int32] = [:]
        let owners = patients.map { patient -> Int32 in
            let number = numbers[patient] ?? Int32(numbers.count)
            numbers[patient] = number
            return number
        }
        return (owners, numbers.count)
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

/// Cases in the order of their scores, for areas of many choices among the patients whose they are.
struct RankedCases: Sendable {
    private struct Case {
        var owner: Int32
        /// 1 of a positive.
        var positive: Int16
        /// Whether the next case has another score.
        var endsTie: Bool
    }

    private let cases: [Case]

    /// Nil where there is no positive or no negative, where the counts differ, or where a score is NaN. `owners` are
    /// the patients' numbers.
    init?(scores: [Double], isPositive: [Bool], owners: [Int32]) {
        guard scores.count == isPositive.count, scores.count == owners.count, isPositive.contains(true),
            isPositive.contains(false), !scores.contains(where: \.isNaN)
        else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        cases = order.enumerated().map { place, index in
            Case(
                owner: owners[index], positive: isPositive[index] ? 1 : 0,
                endsTie: place + 1 == order.count || scores[order[place + 1]] != scores[index])
        }
    }

    /// The area under the ROC curve where the cases of patient p count `times[p]`; nil where one side has none.
    func area(times: [Int]) -> Double? {
        var (positives, negatives, tied, tiedPositives) = (0, 0, 0, 0)
        // Twice the pairs that are in order: ties count half.
        var wins = 0
        cases.withUnsafeBufferPointer { cases in
            times.withUnsafeBufferPointer { times in
                for one in cases {
                    let count = times[Int(one.owner)]
                    tied += count
                    tiedPositives += count * Int(one.positive)
                    guard one.endsTie else { continue }
                    let tiedNegatives = tied - tiedPositives
                    wins += tiedPositives * (2 * negatives + tiedNegatives)
                    positives += tiedPositives
                    negatives += tiedNegatives
                    (tied, tiedPositives) = (0, 0)
                }
            }
        }
        guard positives > 0, negatives > 0 else { return nil }
        return Double(wins) / (2 * Double(positives) * Double(negatives))
    }
}
