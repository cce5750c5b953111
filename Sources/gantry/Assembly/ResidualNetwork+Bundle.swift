import GantryCore
import GantryInference
import GantryPipeline
import GantryWeights

extension ResidualNetwork {
    /// The network that a bundle scores with, in its precision. **Throws** what is wrong with its weights.
    init(_ bundle: PipelineBundle) throws(WeightsError) {
        let model = bundle.definition.scoring.model
        let architecture = ResidualArchitecture(model.variant, classes: model.classes.count)
        let file = try SafetensorsFile(path: bundle.modelPath)
        if model.precision == .int8 {
            try self.init(QuantizedNetwork(architecture: architecture, file: file))
        } else {
            try self.init(architecture: architecture, weights: file, precision: model.precision)
        }
    }
}
