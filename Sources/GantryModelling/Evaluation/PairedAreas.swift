import Foundation
import GantryCore

/// Two scores of the same cases: whether the areas under their ROC curves differ.
///
/// **Source** DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
/// characteristic curves", Biometrics 44 (1988); Sun and Xu, IEEE Signal Processing Letters 21 (2014), for the ranks.
package struct PairedAreas: Sendable, Hashable {
    /// Area of the first score, 0 to 1.
    package let first: Double
    /// Area of the second.
    package let second: Double
    /// Variance of the first area.
    package let firstVariance: Double
    /// Variance of the second.
    package let secondVariance: Double
    /// Their covariance.
    package let covariance: Double

    /// Nil where there are fewer than two positives or two negatives, where the counts differ, or where a score is NaN.
    package init?(first: [Double], second: [Double], isPositive: [Bool]) {
        guard first.count == isPositive.count, second.count == isPositive.count,
            !first.contains(where: \.isNaN), !second.contains(where: \.isNaN)
        else { return nil }
        let positives = isPositive.indices.filter { isPositive[$0] }
        let negatives = isPositive.indices.filter { !isPositive[$0] }
        guard positives.count > 1, negatives.count > 1 else { return nil }
        let one = Components(first, positives: positives, negatives: negatives)
        let two = Components(second, positives: positives, negatives: negatives)
        self.first = one.area
        self.second = two.area
        firstVariance = one.covariance(with: one)
        secondVariance = two.covariance(with: two)
        covariance = one.covariance(with: two)
    }

    /// The difference over its standard error; nil where that is 0, as of equal scores.
    package var z: Double? {
        let variance = firstVariance + secondVariance - 2 * covariance
        return variance > 1e-18 ? (first - second) / variance.squareRoot() : nil
    }

    /// The probability of a difference at least as large, either way, were there none; 1 where the areas are the same
    /// and nothing varies.
    package var probability: Double? {
        if let z { return erfc(abs(z) / 2.squareRoot()) }
        return first == second ? 1 : nil
    }

    /// The interval of 95 % of the difference first less second.
    package var interval: ClosedRange<Double> {
        let error = max(0, firstVariance + secondVariance - 2 * covariance).squareRoot()
        let half = Elementary.normalQuantile(0.975) * error
        return first - second - half...first - second + half
    }

    /// For each positive the share of negatives below it, for each negative that of positives above it; ties half.
    private struct Components {
        let area: Double
        let ofPositives: [Double]
        let ofNegatives: [Double]

        init(_ scores: [Double], positives: [Int], negatives: [Int]) {
            let (m, n) = (Double(positives.count), Double(negatives.count))
            let all = MidRanks.ranks(of: (positives + negatives).map { scores[$0] })
            let ownPositives = MidRanks.ranks(of: positives.map { scores[$0] })
            let ownNegatives = MidRanks.ranks(of: negatives.map { scores[$0] })
            ofPositives = ownPositives.enumerated().map { (all[$0.offset] - $0.element) / n }
            ofNegatives = ownNegatives.enumerated().map { 1 - (all[positives.count + $0.offset] - $0.element) / m }
            area = ofPositives.reduce(0, +) / m
        }

        func covariance(with other: Self) -> Double {
            func part(_ one: [Double], _ two: [Double]) -> Double {
                let count = Double(one.count)
                let (meanOne, meanTwo) = (one.reduce(0, +) / count, two.reduce(0, +) / count)
                let sum = zip(one, two).reduce(0) { $0 + ($1.0 - meanOne) * ($1.1 - meanTwo) }
                return sum / (count - 1) / count
            }
            return part(ofPositives, other.ofPositives) + part(ofNegatives, other.ofNegatives)
        }
    }
}

/// Places of numbers in their order, from 1; equal ones share the middle of their places.
enum MidRanks {
    static func ranks(of values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var begin = 0
        while begin < order.count {
            let end = order[begin...].firstIndex { values[$0] != values[order[begin]] } ?? order.count
            for place in begin..<end { ranks[order[place]] = Double(begin + end + 1) / 2 }
            begin = end
        }
        return ranks
    }
}
