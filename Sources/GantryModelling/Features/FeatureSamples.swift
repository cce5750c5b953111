import GantryCore
import GantryInference

/// Pooled features of training data and of data held out from them, in one arithmetic, until a profile is made of them.
package struct FeatureSamples {
    /// Fewest slices or pictures that a profile is made of, both sides together.
    package static let fewest = 50
    /// Fewest held-out ones: a fifth of these.
    package static let fewestHeldOut = 10
    /// Most of each side whose features are taken; of more, as many are spread evenly over them.
    package static let most = 8192

    private let network: ResidualNetwork
    private let workers: Int
    private var fitted: [Float] = []
    private var heldOut: [Float] = []

    /// No samples yet; features are computed by `network`.
    package init(_ network: ResidualNetwork, workers: Int) {
        self.network = network
        self.workers = workers
    }

    /// Adds the features of these images. **Throws** where they do not fit the network.
    package mutating func add(_ images: ImageBatch, isHeldOut: Bool) throws(InferenceError) {
        let features = try network.pooledFeatures(images, workers: workers).values
        if isHeldOut { heldOut += features } else { fitted += features }
    }

    /// The profile; nil where the features do not vary, or one is no number, or nothing was held out.
    package func profile() -> FeatureProfile? {
        let width = network.architecture.featureCount
        guard let distribution = FeatureDistribution(samples: fitted, features: width, workers: workers) else {
            return nil
        }
        let distances = stride(from: 0, to: heldOut.count, by: width).map {
            distribution.distance(of: heldOut[$0..<$0 + width])
        }
        return DistanceQuantiles(of: distances).map { FeatureProfile(distribution: distribution, quantiles: $0) }
    }

    /// Up to `most` of `indices`, spread evenly.
    package static func spread(_ indices: [Int]) -> [Int] {
        guard indices.count > most else { return indices }
        return (0..<most).map { indices[(2 * $0 + 1) * indices.count / (2 * most)] }
    }
}
