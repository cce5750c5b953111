/// What training data look like to a network: the distribution of its pooled features, as a Gaussian whose covariance
/// is shrunken to a few directions and one variance for all others.
///
/// **Source**: Tipping and Bishop, "Probabilistic principal component analysis", Journal of the Royal Statistical
/// Society B 61 (1999); the distance is Lee et al., "A simple unified framework for detecting out-of-distribution
/// samples", NeurIPS 2018, with one class.
public struct FeatureDistribution: Sendable, Hashable {
    /// Most directions that are kept.
    public static let mostDirections = 64

    /// **Shape** `[features]`.
    public let mean: [Float]
    /// Directions of most variance, orthonormal. **Shape** `[directions, features]`.
    public let directions: [Float]
    /// Variance along each direction, above 0. **Shape** `[directions]`.
    public let variances: [Float]
    /// Variance along every other direction, above 0.
    public let residualVariance: Float
    /// Slices or pictures that it was fitted to.
    public let samples: Int

    /// A distribution; nil where the parts do not belong together, or a number is not finite, or a variance not above
    /// 0.
    public init?(mean: [Float], directions: [Float], variances: [Float], residualVariance: Float, samples: Int) {
        guard !mean.isEmpty, directions.count == variances.count * mean.count, variances.count <= mean.count,
            (mean + directions + variances).allSatisfy(\.isFinite), variances.allSatisfy({ $0 > 0 }),
            residualVariance > 0, residualVariance.isFinite, samples > 0
        else { return nil }
        self.mean = mean
        self.directions = directions
        self.variances = variances
        self.residualVariance = residualVariance
        self.samples = samples
    }

    /// Number of features.
    public var features: Int { mean.count }

    /// How far `values` lie from the mean, in standard deviations and by the root of the mean over all features: near 1
    /// for what it was fitted to. Infinite where a value is not finite, or there are not as many as features.
    ///
    /// d = sqrt((sum of z_i^2 / variance_i + rest^2 / residual variance) / features), where z_i is the part of what
    /// the values differ by from the mean along direction i, and rest what is left of it without these.
    public func distance(of values: some Collection<Float>) -> Double {
        guard values.count == mean.count else { return .infinity }
        let centred = zip(values, mean).map { Double($0) - Double($1) }
        var rest = centred.reduce(0) { $0 + $1 * $1 }
        guard rest.isFinite else { return .infinity }
        var sum = 0.0
        centred.withUnsafeBufferPointer { centred in
            directions.withUnsafeBufferPointer { directions in
                for (number, variance) in variances.enumerated() {
                    let row = number * centred.count
                    var part = 0.0
                    for index in centred.indices { part += Double(directions[row + index]) * centred[index] }
                    sum += part * part / Double(variance)
                    rest -= part * part
                }
            }
        }
        sum += max(rest, 0) / Double(residualVariance)
        return (sum / Double(mean.count)).squareRoot()
    }
}
