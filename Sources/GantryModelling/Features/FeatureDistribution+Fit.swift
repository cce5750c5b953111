import GantryCore
import GantryInference

extension FeatureDistribution {
    /// The distribution of `samples`, `[rows, features]`: mean, `directions` of most variance and at most half as many
    /// as samples, and the mean variance of all others. No variance kept is below that. Usually there are at most 64,
    /// and half as many as features; of few features one less than there are is all. No variance is taken for smaller
    /// than `smallestShare` of the mean variance of all features: what never varied in training would otherwise make
    /// any change infinitely far.
    ///
    /// Nil where there are fewer than two samples, one is not finite, or none varies. The same for any number of
    /// `workers`.
    package init?(
        samples: [Float], features: Int, directions: Int? = nil, smallestShare: Double = 1e-6, workers: Int
    ) {
        guard features > 0, samples.count % features == 0 else { return nil }
        let rows = samples.count / features
        guard rows >= 2, samples.allSatisfy(\.isFinite) else { return nil }
        var mean = [Double](repeating: 0, count: features)
        for row in 0..<rows {
            for column in 0..<features { mean[column] += Double(samples[row * features + column]) }
        }
        mean = mean.map { $0 / Double(rows) }
        var total = 0.0
        for row in 0..<rows {
            for column in 0..<features {
                let value = Double(samples[row * features + column]) - mean[column]
                total += value * value
            }
        }
        total /= Double(rows - 1)
        guard total > 0, total.isFinite else { return nil }
        let wanted = min(directions ?? min(Self.mostDirections, features / 2), (rows - 1) / 2)
        let found = PrincipalDirections(
            wanted, of: samples, rows: rows, columns: features, mean: mean, workers: workers)
        let others = Double(features - found.variances.count)
        let rest = max(total - found.variances.reduce(0, +), 0) / others
        let residual = max(rest, smallestShare * total / Double(features))
        self.init(
            mean: mean.map(Float.init), directions: found.directions.map(Float.init),
            variances: found.variances.map { Float(max($0, residual)) }, residualVariance: Float(residual),
            samples: rows)
    }
}
