import GantryCore
import GantryInference
import GantryPipeline
import GantryWeights

extension ResidualNetwork {
    /// The network that a bundle scores with, in its precision.
    ///
    /// **Throws** what is wrong with its weights; `CommandFault` (78) where its 8-bit model was made from another model than the one that the bundle
    /// names, as after `gantry model fit`.
    init(_ bundle: PipelineBundle) throws {
        let model = bundle.definition.scoring.model
        let architecture = ResidualArchitecture(model.variant, classes: model.classes.count)
        let file = try SafetensorsFile(path: bundle.modelPath)
        guard model.precision == .int8 else {
            try self.init(architecture: architecture, weights: file, precision: model.precision)
            return
        }
        if let source = file.metadata[ModelQuantizeCommand.sourceKey], source != model.sha256 {
            throw CommandFault(
                ExitStatus.configuration,
                "\(bundle.modelPath): was made from the model of SHA-256 \(source), but pipeline.yaml names "
                    + "\(model.sha256). Run `gantry model quantize` again.")
        }
        try self.init(QuantizedNetwork(architecture: architecture, file: file))
    }
}
