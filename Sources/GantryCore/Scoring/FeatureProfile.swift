/// What a network's training data looked like to it in one arithmetic, and how far data that it was not trained on lie
/// from that.
///
/// Two things are compared: the pooled features, which tell another content, and the texture of the input, which tells
/// another noise, kernel or window that the features were trained to see through.
public struct FeatureProfile: Sendable, Hashable {
    /// Of the features of training data.
    public var features: FeatureDistribution
    /// Of the texture of their inputs.
    public var texture: FeatureDistribution
    /// The distance that 99.5 % of validation data do not exceed, by the features and by the texture: above 0.
    public var limits: Limits
    /// Of the distances of validation data.
    public var quantiles: DistanceQuantiles

    /// A distance by each of both.
    public struct Limits: Sendable, Hashable {
        /// By the features.
        public var features: Double
        /// By the texture.
        public var texture: Double

        /// These two; nil unless both are above 0 and finite.
        public init?(features: Double, texture: Double) {
            guard features > 0, features.isFinite, texture > 0, texture.isFinite else { return nil }
            self.features = features
            self.texture = texture
        }
    }

    /// A profile of these parts.
    public init(
        features: FeatureDistribution, texture: FeatureDistribution, limits: Limits, quantiles: DistanceQuantiles
    ) {
        self.features = features
        self.texture = texture
        self.limits = limits
        self.quantiles = quantiles
    }

    /// How far a slice or picture lies from the training data: the larger of both distances, each in units of its
    /// limit. Infinite where a value is not finite.
    public func distance(features: some Collection<Float>, texture: some Collection<Float>) -> Double {
        max(
            self.features.distance(of: features) / limits.features,
            self.texture.distance(of: texture) / limits.texture)
    }
}
