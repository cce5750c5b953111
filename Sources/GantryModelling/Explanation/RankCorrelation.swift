/// Whether two lists of numbers have the same order.
package enum RankCorrelation {
    /// Spearman's rank correlation, -1...1: Pearson's of the ranks, equal numbers sharing the mean of theirs; nil where
    /// all numbers of one list are the same, or there are fewer than two.
    ///
    /// **Source** Spearman (1904); `scipy.stats.spearmanr`.
    package static func spearman(_ one: [Float], _ other: [Float]) -> Double? {
        precondition(one.count == other.count, "as many numbers on both sides")
        let (first, second) = (ranks(one), ranks(other))
        // The mean of 1...n, whatever is shared.
        let mean = Double(one.count + 1) / 2
        var (covariance, variance, otherVariance) = (0.0, 0.0, 0.0)
        for (a, b) in zip(first, second) {
            covariance += (a - mean) * (b - mean)
            variance += (a - mean) * (a - mean)
            otherVariance += (b - mean) * (b - mean)
        }
        guard variance > 0, otherVariance > 0 else { return nil }
        return covariance / (variance * otherVariance).squareRoot()
    }

    /// Ranks from 1; equal numbers have the mean of those that they take.
    private static func ranks(_ values: [Float]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var end = first + 1
            while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
            for place in first..<end { ranks[order[place]] = Double(first + end + 1) / 2 }
            first = end
        }
        return ranks
    }
}
