import GantryCore
import GantryInference
import GantryPipeline
import GantryWeights

extension ResidualNetwork {
    /// The network that a bundle scores with, in its precision. **Throws** what is wrong with its weights.
    init(_ bundle: PipelineBundle) throws { self = try Self.loading(bundle)() }

    /// Opens the weights that a bundle scores with and checks names and shapes; what comes back folds and packs them.
    ///
    /// **Throws** what is wrong with them, then or, where a value is unusable or cannot be read, in what comes back.
    static func loading(_ bundle: PipelineBundle) throws(WeightsError) -> @Sendable () throws -> ResidualNetwork {
        let model = bundle.definition.scoring.model
        let architecture = ResidualArchitecture(model.variant, classes: model.classes.count)
        let file = try SafetensorsFile(path: bundle.modelPath)
        if model.precision == .int8 {
            let quantized = try QuantizedNetwork(architecture: architecture, file: file)
            return { try ResidualNetwork(quantized) }
        }
        try architecture.requireTensors(of: file)
        return { try ResidualNetwork(architecture: architecture, weights: file, precision: model.precision) }
    }
}
