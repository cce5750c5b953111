/// Precision against recall.
package enum PrecisionRecall {
    /// A point of the curve: what is told when everything that scores at least `threshold` is called positive.
    package struct Point: Sendable, Hashable {
        /// Share of the positives that are called so, 0 to 1: the sensitivity.
        package var recall: Double
        /// Share of what is called positive that is, 0 to 1.
        package var precision: Double
        /// The lowest score that is called positive.
        package var threshold: Double
    }

    /// A point for each score that occurs, the highest first; nil where there is no positive, where the counts differ,
    /// or where a score is NaN.
    package static func curve(scores: [Double], isPositive: [Bool]) -> [Point]? {
        guard scores.count == isPositive.count, !scores.contains(where: \.isNaN) else { return nil }
        let positives = isPositive.count { $0 }
        guard positives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var points: [Point] = []
        var found = 0
        for (place, index) in order.enumerated() {
            if isPositive[index] { found += 1 }
            let isLastOfItsScore = place + 1 == order.count || scores[order[place + 1]] != scores[index]
            guard isLastOfItsScore else { continue }
            points.append(
                Point(
                    recall: Double(found) / Double(positives), precision: Double(found) / Double(place + 1),
                    threshold: scores[index]))
        }
        return points
    }

    /// The mean of the precisions, each weighted by the recall that its point adds; nil where there is no curve.
    ///
    /// **Source** scikit-learn, `average_precision_score`: no straight lines between the points, which would flatter.
    package static func averagePrecision(scores: [Double], isPositive: [Bool]) -> Double? {
        curve(scores: scores, isPositive: isPositive).map { points in
            var (sum, recall) = (0.0, 0.0)
            for point in points {
                sum += (point.recall - recall) * point.precision
                recall = point.recall
            }
            return sum
        }
    }
}
