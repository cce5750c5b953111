import GantryCore
import GantryInference
import GantryTensors

/// The part of a network that is not trained, computed by the scoring engine: what `TrainableNetwork` takes as input.
///
/// An image's output is the same bit for bit in any batch and with any number of workers.
public struct FrozenBeginning: Sendable {
    /// What it ends with.
    public let freeze: FreezePoint
    private let cut: NetworkCut
    private let network: ResidualNetwork

    /// The beginning of `architecture` up to and including `freeze`, which is not `none`.
    ///
    /// `precision`: f32 or bf16, computed in f32 where the kernels have no bf16. **Throws** as `TrainableNetwork` does.
    public init(
        architecture: ResidualArchitecture, weights: some TensorCollection, freeze: FreezePoint,
        precision: Precision = .f32, kernels: ConvolutionKernels = .preferred
    ) throws(WeightsError) {
        precondition(freeze != .none, "nothing is frozen")
        try architecture.requireTensors(of: weights)
        self.freeze = freeze
        cut = try NetworkCut(architecture, freeze: freeze)
        network = try ResidualNetwork(
            architecture: cut.frozenArchitecture,
            weights: TensorSelection(base: weights, names: cut.frozenNames), precision: precision,
            kernels: kernels)
    }

    /// **Shape** of the output for images of this size: `[channels, height, width]`; `[features]` of a frozen backbone.
    public func outputShape(height: Int, width: Int) -> TensorShape { cut.inputShape(height: height, width: width) }

    /// One row an image: CHW maps, or pooled features. **Throws** where the images do not fit.
    public func outputs(of images: ImageBatch, workers: Int) throws(InferenceError) -> ScoreMatrix {
        cut.beginsPooled
            ? try network.pooledFeatures(images, workers: workers) : try network.lastMaps(images, workers: workers)
    }
}
