/// How far data that a network was not trained on lie from what it was trained on (`FeatureDistribution.distance`):
/// quantiles of their distances, between which others are interpolated.
public struct DistanceQuantiles: Sendable, Hashable, Codable {
    /// The shares that quantiles are kept of.
    public static let usualShares = [0.5, 0.9, 0.95, 0.99, 0.995, 0.999]

    /// Shares of the data, ascending, each in 0...1.
    public let shares: [Double]
    /// The distance that such a share does not exceed, one for each of `shares`, none smaller than the one before.
    public let distances: [Double]
    /// Number of slices or pictures that they were taken of.
    public let samples: Int

    /// Quantiles as they were stored; nil where there is none, or they are no quantiles.
    public init?(shares: [Double], distances: [Double], samples: Int) {
        guard !shares.isEmpty, shares.count == distances.count, samples > 0,
            shares.allSatisfy({ (0...1).contains($0) }), distances.allSatisfy({ $0.isFinite && $0 >= 0 }),
            zip(shares, shares.dropFirst()).allSatisfy({ $0 < $1 }),
            zip(distances, distances.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
        self.shares = shares
        self.distances = distances
        self.samples = samples
    }

    /// The usual quantiles of `distances`, in any order, linear between neighbours (NumPy's default); nil where there
    /// is none, or one is not finite.
    public init?(of distances: [Double]) {
        guard !distances.isEmpty, distances.allSatisfy(\.isFinite) else { return nil }
        let descending = distances.sorted(by: >)
        self.init(
            shares: Self.usualShares,
            distances: Self.usualShares.map { valueAtPercentile($0 * 100, ofDescending: descending) },
            samples: distances.count)
    }

    /// The distance that `share` of the data do not exceed: linear between the shares that are kept, the nearest of
    /// them beyond.
    public func distance(at share: Double) -> Double {
        guard let above = shares.firstIndex(where: { $0 >= share }) else { return distances[distances.count - 1] }
        guard above > 0, shares[above] > share else { return distances[above] }
        let part = (share - shares[above - 1]) / (shares[above] - shares[above - 1])
        return distances[above - 1] + part * (distances[above] - distances[above - 1])
    }

    private enum CodingKeys: String, CodingKey { case shares, distances, samples }

    /// **Throws** where the values are no quantiles.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let quantiles = Self(
            shares: try container.decode([Double].self, forKey: .shares),
            distances: try container.decode([Double].self, forKey: .distances),
            samples: try container.decode(Int.self, forKey: .samples))
        guard let quantiles else {
            throw DecodingError.dataCorruptedError(
                forKey: .distances, in: container, debugDescription: "these are no quantiles")
        }
        self = quantiles
    }
}
