import GantryCore
import GantryInference

/// Pooled features of training data and of data held out from them, in one arithmetic, and the texture of these inputs,
/// until a profile is made of them.
package struct FeatureSamples {
    /// Fewest slices or pictures that a profile is made of, both sides together.
    package static let fewest = 50
    /// Fewest held-out ones: a fifth of these.
    package static let fewestHeldOut = 10
    /// Most of each side whose features are taken; of more, as many are spread evenly over them.
    package static let most = 8192

    /// The share of held-out data whose distance is the unit of either kind.
    private static let limit = 0.995
    /// Of the texture no variance is below this part of the mean variance: in directions in which images hardly vary a
    /// matter of rounding would be far.
    private static let smallestShareOfTexture = 1e-2

    private let network: ResidualNetwork
    private let workers: Int
    private var fitted = Numbers()
    private var heldOut = Numbers()

    /// Of one side, image after image.
    private struct Numbers {
        var features: [Float] = []
        var texture: [Float] = []
    }

    /// No samples yet; features are computed by `network`.
    package init(_ network: ResidualNetwork, workers: Int) {
        self.network = network
        self.workers = workers
    }

    /// Adds the features of these images. **Throws** where they do not fit the network.
    package mutating func add(_ images: ImageBatch, isHeldOut: Bool) throws(InferenceError) {
        let features = try network.pooledFeatures(images, workers: workers).values
        let texture = (0..<images.count).flatMap { index in
            InputTexture.values(
                of: images.values[index * images.elementsPerImage..<(index + 1) * images.elementsPerImage],
                channels: images.channels, height: images.height, width: images.width)
        }
        if isHeldOut {
            heldOut.features += features
            heldOut.texture += texture
        } else {
            fitted.features += features
            fitted.texture += texture
        }
    }

    /// The profile; nil where features or texture do not vary, or one is no number, or nothing was held out.
    package func profile() -> FeatureProfile? {
        let width = network.architecture.featureCount
        let textures = InputTexture.countPerChannel * network.architecture.inputChannels
        guard
            let features = FeatureDistribution(samples: fitted.features, features: width, workers: workers),
            let texture = FeatureDistribution(
                samples: fitted.texture, features: textures, directions: textures - 1,
                smallestShare: Self.smallestShareOfTexture, workers: workers),
            let ofHeldOut = Self.distances(features, texture, heldOut),
            let ofFitted = Self.distances(features, texture, fitted),
            let limits = FeatureProfile.Limits(
                features: max(ofHeldOut.limits.features, ofFitted.limits.features),
                texture: max(ofHeldOut.limits.texture, ofFitted.limits.texture)),
            let own = ofHeldOut.quantiles(limits), let known = ofFitted.quantiles(limits),
            // What a few held-out patients are nearer than is not unlike for that: the known are like themselves.
            let quantiles = DistanceQuantiles(
                shares: own.shares, distances: zip(own.distances, known.distances).map(max), samples: own.samples)
        else { return nil }
        return FeatureProfile(features: features, texture: texture, limits: limits, quantiles: quantiles)
    }

    /// Distances of one side by both, and the limits of these.
    private struct Distances {
        var byFeatures: [Double]
        var byTexture: [Double]
        var limits: (features: Double, texture: Double)

        /// Of the larger of both in units of these.
        func quantiles(_ limits: FeatureProfile.Limits) -> DistanceQuantiles? {
            DistanceQuantiles(of: zip(byFeatures, byTexture).map { max($0 / limits.features, $1 / limits.texture) })
        }
    }

    private static func distances(
        _ features: FeatureDistribution, _ texture: FeatureDistribution, _ side: Numbers
    ) -> Distances? {
        func all(_ distribution: FeatureDistribution, _ numbers: [Float]) -> [Double] {
            stride(from: 0, to: numbers.count, by: distribution.features).map {
                distribution.distance(of: numbers[$0..<$0 + distribution.features])
            }
        }
        let (byFeatures, byTexture) = (all(features, side.features), all(texture, side.texture))
        guard let ofFeatures = DistanceQuantiles(of: byFeatures), let ofTexture = DistanceQuantiles(of: byTexture)
        else { return nil }
        return Distances(
            byFeatures: byFeatures, byTexture: byTexture,
            limits: (ofFeatures.distance(at: limit), ofTexture.distance(at: limit)))
    }

    /// Up to `most` of `indices`, spread evenly.
    package static func spread(_ indices: [Int]) -> [Int] {
        guard indices.count > most else { return indices }
        return (0..<most).map { indices[(2 * $0 + 1) * indices.count / (2 * most)] }
    }
}
