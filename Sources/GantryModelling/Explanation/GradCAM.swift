import GantryCore
import GantryInference
import GantryTensors
import GantryTraining

/// Maps of what speaks for a class, at any stage of a network: each channel's map counts by the mean gradient of the
/// class's logit to it.
///
/// At the last stage that gradient is known from the last layer's weights, and the network computes as it scores, in
/// its own precision. At an earlier one it comes from a backward pass in Float32, by the stored statistics of the batch
/// norms. One thread at a time may use it.
///
/// **Source** Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization"
/// (2017), equations 1 and 2.
package struct GradCAM {
    /// Where the maps are taken.
    package let stage: ExplainedStage
    private let way: Way
    private let workers: Int

    private enum Way {
        case exact(ResidualNetwork)
        case gradients(FrozenBeginning, TrainableNetwork, channels: Int)
    }

    /// Maps of images of `height` x `width` pixels. `network` computes the last stage, `weights` are its tensors before
    /// they were folded, of which an earlier stage is computed.
    ///
    /// **Throws** `WeightsError` where the weights do not fit, or OpenBLAS is not to be had.
    package init(
        network: ResidualNetwork, weights: () throws -> any TensorCollection, stage: ExplainedStage, height: Int,
        width: Int, workers: Int
    ) throws {
        self.stage = stage
        self.workers = workers
        guard let cut = stage.cut else {
            way = .exact(network)
            return
        }
        way = try Self.gradients(
            network.architecture, weights: weights(), cut: cut, height: height, width: width, workers: workers)
    }

    private static func gradients(
        _ architecture: ResidualArchitecture, weights: some TensorCollection, cut: FreezePoint, height: Int, width: Int,
        workers: Int
    ) throws(WeightsError) -> Way {
        let beginning = try FrozenBeginning(architecture: architecture, weights: weights, freeze: cut)
        let behind = try TrainableNetwork(
            architecture: architecture, weights: weights, freeze: cut, batchNorm: .frozen, height: height, width: width,
            workers: workers, needsInputGradient: true)
        return .gradients(
            beginning, behind, channels: beginning.outputShape(height: height, width: width).dimensions[0])
    }

    /// The map of each image for the class, or label, of number `index`.
    ///
    /// **Throws** `InferenceError` where the images do not fit, `TrainingError.notFinite` where a number is none.
    package func maps(_ images: ImageBatch, class index: Int) throws -> [ActivationMap] {
        switch way {
        case .exact(let network):
            return try network.classMaps(images, class: index, workers: workers).map(Self.finite)
        case .gradients(let beginning, let behind, let channels):
            let shape = behind.inputShape.dimensions
            return try (0..<images.count).map { number in
                let first = number * images.elementsPerImage
                // One at a time: the maps of an early stage are large.
                let image = ImageBatch(
                    count: 1, channels: images.channels, height: images.height, width: images.width,
                    values: Array(images.values[first..<first + images.elementsPerImage]))
                guard let image else { preconditionFailure("an image of a batch is one") }
                let maps = try beginning.outputs(of: image, workers: workers)
                let gradient = try maps.values.withUnsafeBufferPointer { maps throws(TrainingError) in
                    try behind.gradientToInputs(ofLogit: index, at: maps)
                }
                let pixels = gradient.count / channels
                let weights = (0..<channels).map { channel in
                    gradient[channel * pixels..<(channel + 1) * pixels].reduce(0) { $0 + Double($1) } / Double(pixels)
                }
                return try Self.finite(
                    ActivationMap(weighing: maps.values[...], by: weights, rows: shape[1], columns: shape[2]))
            }
        }
    }

    private static func finite(_ map: ActivationMap?) throws(TrainingError) -> ActivationMap {
        guard let map else { throw .notFinite }
        return map
    }
}
