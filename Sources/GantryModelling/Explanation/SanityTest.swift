import GantryCore
import GantryInference
import GantryTensors
import GantryTraining

/// Whether maps depend on what the network has learned: its layers are made random from the top, one after the other,
/// and the maps must come to look otherwise. A map that stays shows the image, not the network.
///
/// **Source** Adebayo et al., "Sanity checks for saliency maps" (2018), section 3: cascading randomisation, compared by
/// Spearman's rank correlation.
package struct SanityTest: Sendable {
    /// What came of making one layer more random.
    package struct Step: Sendable, Hashable {
        /// The layer: `fc`, `layer4`, ..., `stem`. Those before it in the list are random too.
        package let layer: String
        /// Mean rank correlation of the images' maps with those of the whole network; nil where it can be computed for
        /// none, since each random map is the same everywhere.
        package let correlation: Double?
        /// Images for which there is a correlation.
        package let images: Int
    }

    /// Above this mean correlation of the wholly random network the maps have not changed.
    package static let largestCorrelation = 0.5

    /// From the top down.
    package let steps: [Step]
    /// Images whose maps have a positive part with the whole network: the others tell nothing and are left out.
    package let images: Int
    /// Whether the maps have changed once every layer is random; nil where there was none to look at.
    ///
    /// A random network all of whose maps are 0 has changed them too.
    package var mapsChange: Bool? {
        guard images > 0, let last = steps.last else { return nil }
        return (last.correlation ?? 0) <= Self.largestCorrelation
    }

    /// The test on `images`, for the class of number `index`, at the last stage in Float32. `weights` are those of
    /// `architecture`; random ones are `Initialisation.he` of `seed`. `progress` is told how many of the networks are
    /// done, and says whether to go on.
    ///
    /// **Throws** `WeightsError`, `InferenceError`, `TrainingError.notFinite`; nil where `progress` said no.
    package init?(
        architecture: ResidualArchitecture, weights: some TensorCollection, images: ImageBatch, class index: Int,
        seed: UInt64, workers: Int, progress: (_ done: Int, _ of: Int) -> Bool = { _, _ in true }
    ) throws {
        let layers = Self.layers(of: architecture)
        func maps(_ tensors: any TensorCollection) throws -> [ActivationMap] {
            let network = try ResidualNetwork(architecture: architecture, weights: tensors)
            return try network.classMaps(images, class: index, workers: workers).map { map throws(TrainingError) in
                guard let map else { throw .notFinite }
                return map
            }
        }
        let whole = try maps(weights)
        let looked = whole.indices.filter { whole[$0].largest > 0 }
        let random = try Initialisation.he(architecture, seed: seed)
        var tensors = TensorDictionary(origin: weights.origin)
        for (name, shape) in architecture.tensors {
            tensors[name] = try NamedTensor(name: name, shape: shape, values: try weights.values(of: name))
        }
        var steps: [Step] = []
        for (number, layer) in layers.enumerated() {
            guard progress(number + 1, layers.count + 1) else { return nil }
            for (name, _) in architecture.tensors where Self.layer(of: name) == layer { tensors[name] = random[name] }
            let changed = try maps(tensors)
            let correlations = looked.compactMap { RankCorrelation.spearman(whole[$0].values, changed[$0].values) }
            steps.append(
                Step(
                    layer: layer,
                    correlation: correlations.isEmpty ? nil : correlations.reduce(0, +) / Double(correlations.count),
                    images: correlations.count))
        }
        self.steps = steps
        self.images = looked.count
    }

    /// From the top down.
    static func layers(of architecture: ResidualArchitecture) -> [String] {
        ["fc"] + architecture.blocksPerStage.indices.reversed().map { "layer\($0 + 1)" } + ["stem"]
    }

    /// The layer that a tensor belongs to, by its name in a checkpoint.
    static func layer(of tensor: String) -> String {
        let first = String(tensor.prefix { $0 != "." })
        return first == "fc" || first.hasPrefix("layer") ? first : "stem"
    }
}
