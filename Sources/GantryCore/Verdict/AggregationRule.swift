/// How the positive-class probabilities of a study's slices become one number in 0...1.
public enum AggregationRule: Sendable, Hashable, Codable {
    /// Mean of the k highest. With a reference spacing, k grows as slices get thinner than it:
    /// max(k, round(k x reference / spacing)).
    case topKMean(k: Int, referenceSpacingMillimetres: Double?)
    /// The highest.
    case maximum
    /// Mean of all.
    case mean
    /// The p-th percentile (0...100), linear between neighbours.
    case percentile(Double)
    /// 1 minus the product of (1 - p): at least one slice is positive, were they independent.
    case noisyOr
    /// Fraction of slices at or above the threshold.
    case fractionPositive(threshold: Double)
}
