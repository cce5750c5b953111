/// How slice probabilities become a verdict; its digest is the *judging digest*. A change here makes a new verdict
/// from stored scores, without inference.
public struct JudgingDefinition: Sendable, Hashable, Codable {
    /// How slice probabilities become the study's.
    public var aggregation: AggregationRule
    /// Below this the study is negative.
    public var negativeBelow: Double
    /// From this on the study is positive; between the two it is indeterminate.
    public var positiveFrom: Double
    /// Fewest scored slices for a verdict.
    public var fewestScoredSlices: Int
    /// A slice at or above this probability counts for fraction positive and longest run.
    public var slicePositiveFrom: Double

    /// A definition of these values.
    public init(
        aggregation: AggregationRule = .topKMean(k: 3, referenceSpacingMillimetres: 5), negativeBelow: Double = 0.4,
        positiveFrom: Double = 0.6, fewestScoredSlices: Int = 5, slicePositiveFrom: Double = 0.5
    ) {
        self.aggregation = aggregation
        self.negativeBelow = negativeBelow
        self.positiveFrom = positiveFrom
        self.fewestScoredSlices = fewestScoredSlices
        self.slicePositiveFrom = slicePositiveFrom
    }
}

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
