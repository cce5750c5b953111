import GantryCore
import GantryInference

/// Of training data and of data held out from them what distances compare (`FeatureKind`), in one arithmetic, until a
/// profile is made of it.
package struct FeatureSamples {
    /// Fewest slices or pictures that a profile is made of, both sides together.
    package static let fewest = 50
    /// Fewest held-out ones: a fifth of these.
    package static let fewestHeldOut = 10
    /// Most of each side whose features are taken; of more, as many are spread evenly over them.
    package static let most = 8192

    /// The share of held-out data whose distance is the unit of a kind.
    private static let limit = 0.995

    private let network: ResidualNetwork
    private let workers: Int
    /// Image after image.
    private var fitted: [FeatureKind: [Float]] = [:]
    private var heldOut: [FeatureKind: [Float]] = [:]

    /// No samples yet; features are computed by `network`.
    package init(_ network: ResidualNetwork, workers: Int) {
        self.network = network
        self.workers = workers
    }

    /// Adds the features of these images. **Throws** where they do not fit the network.
    package mutating func add(_ images: ImageBatch, isHeldOut: Bool) throws(InferenceError) {
        let outputs = try network.outputs(images, workers: workers)
        for index in 0..<images.count {
            let values = outputs.compared(
                index, input: images.values[index * images.elementsPerImage..<(index + 1) * images.elementsPerImage],
                channels: images.channels, height: images.height, width: images.width)
            for (kind, values) in values {
                if isHeldOut {
                    heldOut[kind, default: []] += values
                } else {
                    fitted[kind, default: []] += values
                }
            }
        }
    }

    /// The profile; nil where a kind's values do not vary, or one is no number, or nothing was held out.
    package func profile() -> FeatureProfile? {
        var parts: [FeatureKind: FeatureProfile.Part] = [:]
        var (own, known): ([Double], [Double]) = ([], [])
        for kind in FeatureKind.allCases {
            guard let distribution = distribution(kind), let part = part(kind, distribution) else { return nil }
            parts[kind] = part
            Self.merge(distances(heldOut, kind, distribution).map { $0 / part.limit }, into: &own)
            Self.merge(distances(fitted, kind, distribution).map { $0 / part.limit }, into: &known)
        }
        guard let own = DistanceQuantiles(of: own), let known = DistanceQuantiles(of: known),
            // What a few held-out patients are nearer than is not unlike for that: the known are like themselves.
            let quantiles = DistanceQuantiles(
                shares: own.shares, distances: zip(own.distances, known.distances).map(max), samples: own.samples)
        else { return nil }
        return FeatureProfile(parts: parts, quantiles: quantiles)
    }

    private func distribution(_ kind: FeatureKind) -> FeatureDistribution? {
        let count = network.architecture.count(of: kind)
        let values = fitted[kind] ?? []
        switch kind {
        case .features, .early: return FeatureDistribution(samples: values, features: count, workers: workers)
        case .texture:
            // No variance below this part of the mean one: in directions in which images hardly vary a matter of
            // rounding would be far.
            return FeatureDistribution(
                samples: values, features: count, directions: count - 1, smallestShare: 1e-2, workers: workers)
        }
    }

    /// Its limit is no smaller than that of the data that were fitted.
    private func part(_ kind: FeatureKind, _ distribution: FeatureDistribution) -> FeatureProfile.Part? {
        guard let own = DistanceQuantiles(of: distances(heldOut, kind, distribution)),
            let known = DistanceQuantiles(of: distances(fitted, kind, distribution))
        else { return nil }
        return FeatureProfile.Part(
            distribution: distribution, limit: max(own.distance(at: Self.limit), known.distance(at: Self.limit)))
    }

    private func distances(
        _ side: [FeatureKind: [Float]], _ kind: FeatureKind, _ distribution: FeatureDistribution
    ) -> [Double] {
        let values = side[kind] ?? []
        return stride(from: 0, to: values.count, by: distribution.features).map {
            distribution.distance(of: values[$0..<$0 + distribution.features])
        }
    }

    /// The larger of each.
    private static func merge(_ distances: [Double], into largest: inout [Double]) {
        largest = largest.isEmpty ? distances : zip(largest, distances).map(max)
    }

    /// Up to `most` of `indices`, spread evenly.
    package static func spread(_ indices: [Int]) -> [Int] {
        guard indices.count > most else { return indices }
        return (0..<most).map { indices[(2 * $0 + 1) * indices.count / (2 * most)] }
    }
}
