/// What a network's training data looked like to it in one arithmetic, and how far data that it was not trained on lie
/// from that.
public struct FeatureProfile: Sendable, Hashable {
    /// Of the features of training data.
    public var distribution: FeatureDistribution
    /// Of the distances of validation data.
    public var quantiles: DistanceQuantiles

    /// A profile of these parts.
    public init(distribution: FeatureDistribution, quantiles: DistanceQuantiles) {
        self.distribution = distribution
        self.quantiles = quantiles
    }
}
