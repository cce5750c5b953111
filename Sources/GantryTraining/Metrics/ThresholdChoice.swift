/// Thresholds of a score, chosen by the scores of a validation.
///
/// A threshold t calls a score of t or more positive. Between two scores that are next to each other lies one
/// threshold, in their middle; below the lowest is 0, above the highest 1, where that is not 1 itself.
public struct ThresholdChoice: Sendable, Hashable, Codable {
    /// Where sensitivity + specificity - 1 is largest (Youden's index); the middle of several such.
    public let best: Double
    /// Sensitivity and specificity there.
    public let bestSensitivity: Double
    /// The same of the negatives.
    public let bestSpecificity: Double
    /// Below this a score is negative: the highest threshold of the sensitivity that is asked for. Not above
    /// `positiveFrom`.
    public let negativeBelow: Double
    /// From this on a score is positive: the lowest threshold of the specificity that is asked for.
    public let positiveFrom: Double

    /// The choice by these scores, each within 0...1; nil where there is no positive or no negative, where the counts
    /// differ, or where a score is not within 0...1.
    ///
    /// Where some threshold has both the sensitivity and the specificity, nothing needs to stay undecided: both are the
    /// best among those.
    ///
    /// **Source** Youden, "Index for rating diagnostic tests", Cancer 3 (1950).
    public init?(scores: [Double], isPositive: [Bool], sensitivity: Double = 0.95, specificity: Double = 0.95) {
        let positives = isPositive.count { $0 }
        let negatives = isPositive.count - positives
        guard scores.count == isPositive.count, positives > 0, negatives > 0,
            scores.allSatisfy({ 0...1 ~= $0 })
        else { return nil }
        let points = Self.points(scores: scores, isPositive: isPositive, positives: positives, negatives: negatives)
        // Rounding of the shares must not decide: 19 of 20 is 0.95.
        let tolerance = 1e-9
        let sensitive = points.filter { $0.sensitivity >= sensitivity - tolerance }
        let specific = points.filter { $0.specificity >= specificity - tolerance }
        let both = sensitive.filter { $0.specificity >= specificity - tolerance }
        let best = Self.best(of: both.isEmpty ? points : both)
        self.best = best.threshold
        bestSensitivity = best.sensitivity
        bestSpecificity = best.specificity
        guard both.isEmpty else {
            (negativeBelow, positiveFrom) = (best.threshold, best.threshold)
            return
        }
        // The first of all points has a sensitivity of 1, the last a specificity of 1 unless a negative scores 1.
        negativeBelow = sensitive.last?.threshold ?? 0
        positiveFrom = specific.first?.threshold ?? 1
    }

    private typealias Point = (threshold: Double, sensitivity: Double, specificity: Double)

    /// What each threshold comes to, from the lowest to the highest.
    private static func points(
        scores: [Double], isPositive: [Bool], positives: Int, negatives: Int
    ) -> [Point] {
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var points: [Point] = [(0, 1, 0)]
        var (missed, rejected) = (0, 0)
        for (place, index) in order.enumerated() {
            if isPositive[index] { missed += 1 } else { rejected += 1 }
            let next = place + 1 < order.count ? scores[order[place + 1]] : 1
            if next == scores[index] { continue }
            // Between neighbouring numbers there is none: the upper one divides them.
            let middle = scores[index] + (next - scores[index]) / 2
            points.append(
                (
                    place + 1 == order.count ? 1 : middle > scores[index] ? middle : next,
                    Double(positives - missed) / Double(positives), Double(rejected) / Double(negatives)
                ))
        }
        return points
    }

    /// The point of the largest index; of several the middle one, the lower of two.
    private static func best(of points: [Point]) -> Point {
        let indices = points.map { $0.sensitivity + $0.specificity }
        let largest = indices.max() ?? 0
        let best = points.indices.filter { indices[$0] >= largest - 1e-12 }
        return points[best[(best.count - 1) / 2]]
    }
}
