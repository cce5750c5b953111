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
}
