/// The receiver operating characteristic.
public enum ROC {
    /// The probability that a positive scores higher than a negative, ties counted half: the area under the curve.
    ///
    /// Nil where there is no positive or no negative, where the counts differ, or where a score is NaN.
    ///
    /// **Source**: Hanley and McNeil, "The meaning and use of the area under a ROC curve" (1982); Mann-Whitney U by
    /// mid-ranks.
    public static func areaUnderCurve(scores: [Double], isPositive: [Bool]) -> Double? {
        guard scores.count == isPositive.count, !scores.contains(where: \.isNaN) else { return nil }
        let positives = isPositive.count { $0 }
        let negatives = isPositive.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var wins = 0.0  // over pairs of a positive and a negative
        var negativesBelow = 0
        var begin = 0
        while begin < order.count {
            let end = order[begin...].firstIndex { scores[$0] != scores[order[begin]] } ?? order.count
            let tiedPositives = order[begin..<end].count { isPositive[$0] }
            let tiedNegatives = end - begin - tiedPositives
            wins += Double(tiedPositives) * (Double(negativesBelow) + Double(tiedNegatives) / 2)
            negativesBelow += tiedNegatives
            begin = end
        }
        return wins / (Double(positives) * Double(negatives))
    }

    /// A point of the curve: what is told when everything that scores at least `threshold` is called positive.
    public struct Point: Sendable, Hashable {
        /// Share of the negatives that are called positive, 0 to 1.
        public var falsePositiveRate: Double
        /// Share of the positives that are, 0 to 1: the sensitivity.
        public var truePositiveRate: Double
        /// The lowest score that is called positive; infinity at the beginning, where nothing is.
        public var threshold: Double
    }

    /// The curve from (0, 0) to (1, 1): a point for each score that occurs, the highest first, behind the beginning.
    ///
    /// The straight lines between the points enclose `areaUnderCurve`. Nil where that is.
    public static func curve(scores: [Double], isPositive: [Bool]) -> [Point]? {
        guard scores.count == isPositive.count, !scores.contains(where: \.isNaN) else { return nil }
        let positives = isPositive.count { $0 }
        let negatives = isPositive.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var points = [Point(falsePositiveRate: 0, truePositiveRate: 0, threshold: .infinity)]
        var (truePositives, falsePositives) = (0, 0)
        for (place, index) in order.enumerated() {
            if isPositive[index] { truePositives += 1 } else { falsePositives += 1 }
            let isLastOfItsScore = place + 1 == order.count || scores[order[place + 1]] != scores[index]
            guard isLastOfItsScore else { continue }
            points.append(
                Point(
                    falsePositiveRate: Double(falsePositives) / Double(negatives),
                    truePositiveRate: Double(truePositives) / Double(positives), threshold: scores[index]))
        }
        return points
    }
}
