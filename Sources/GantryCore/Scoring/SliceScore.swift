/// What a scorer says of one slice, all from one pass of the network.
public struct SliceScore: Sendable, Hashable {
    /// Probabilities of each class, or label; of classes they sum to 1.
    public var probabilities: [Double]
    /// How far the slice lies from what the network was trained on (`FeatureDistribution.distance`); nil where the
    /// bundle does not say what that was.
    public var distance: Double?

    /// A score.
    public init(probabilities: [Double], distance: Double? = nil) {
        self.probabilities = probabilities
        self.distance = distance
    }
}
