/// What is compared with the training data of a network.
public enum FeatureKind: String, Sendable, Hashable, CaseIterable {
    /// What the network's last layer gets: tells another content.
    case features
    /// How rough the network's input is: tells another noise, kernel or window, which the features were trained to see
    /// through.
    case texture
    /// The output of the first stage, averaged: tells another make of picture, of other edges and fine structures,
    /// which the later stages were trained to see through too.
    case early
}

/// What a network's training data looked like to it in one arithmetic, and how far data that it was not trained on lie
/// from that.
public struct FeatureProfile: Sendable, Hashable {
    /// One kind's.
    public struct Part: Sendable, Hashable {
        /// Of training data.
        public let distribution: FeatureDistribution
        /// The distance that 99.5 % of validation data do not exceed: above 0.
        public let limit: Double

        /// A part; nil unless the limit is above 0 and finite.
        public init?(distribution: FeatureDistribution, limit: Double) {
            guard limit > 0, limit.isFinite else { return nil }
            self.distribution = distribution
            self.limit = limit
        }
    }

    /// By kind. A profile made before these were compared has no early maps.
    public var parts: [FeatureKind: Part]
    /// Of the distances of validation data.
    public var quantiles: DistanceQuantiles

    /// A profile of these parts.
    public init(parts: [FeatureKind: Part], quantiles: DistanceQuantiles) {
        self.parts = parts
        self.quantiles = quantiles
    }

    /// Slices or pictures that it was fitted to.
    public var samples: Int { parts.values.map(\.distribution.samples).max() ?? 0 }

    /// How far a slice or picture lies from the training data: the largest of the distances by each part, in units of
    /// its limit. Infinite where a value is not finite, or one of a part is absent.
    public func distance(of values: [FeatureKind: [Float]]) -> Double {
        parts.map { kind, part in part.distribution.distance(of: values[kind] ?? []) / part.limit }.max() ?? .infinity
    }
}
