import GantryCore
import GantryInference
import GantryPipeline
import GantryWeights

extension ResidualNetwork {
    /// The network that a bundle scores with, in its precision. **Throws** what `loading` throws, then what it returns.
    init(_ bundle: PipelineBundle) throws { self = try Self.loading(bundle)() }

    /// Opens the weights that a bundle scores with and checks names and shapes; what comes back folds and packs them.
    ///
    /// **Throws** what is wrong with them, then or, where a value is unusable or cannot be read, in what comes back; `CommandFault` (78) where an 8-bit
    /// model was made from another model than the one that the bundle names, as after `gantry model fit`.
    static func loading(_ bundle: PipelineBundle) throws -> @Sendable () throws -> ResidualNetwork {
        let model = bundle.definition.scoring.model
        // What a run lacks is said before it begins.
        if ConvolutionKernels.preferred == .openBLAS { try OpenBLAS.load() }
        let architecture = model.architecture
        let file = try SafetensorsFile(path: bundle.modelPath)
        if model.precision == .int8 {
            if let source = file.metadata[ModelQuantizeCommand.sourceKey], source != model.sha256 {
                throw CommandFault(
                    ExitStatus.configuration,
                    "\(bundle.modelPath): was made from the model of SHA-256 \(source), but pipeline.yaml names "
                        + "\(model.sha256). Run `gantry model quantize` again.")
            }
            let quantized = try QuantizedNetwork(architecture: architecture, file: file)
            return { try ResidualNetwork(quantized) }
        }
        try architecture.requireTensors(of: file)
        if let conventions = file.conventions, let contradiction = architecture.contradiction(of: conventions) {
            throw CommandFault(
                ExitStatus.configuration, "\(bundle.modelPath): \(contradiction), but pipeline.yaml says otherwise.")
        }
        return { try ResidualNetwork(architecture: architecture, weights: file, precision: model.precision) }
    }
}
