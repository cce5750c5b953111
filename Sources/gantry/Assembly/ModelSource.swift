import ArgumentParser
import Foundation
import GantryCore
import GantryInference
import GantryPipeline
import GantryWeights

/// MODEL on a command line: a bundle's folder, whose pipeline file says everything, or a weight file with options.
struct ModelSource: ParsableArguments {
    @Argument(help: "A pipeline bundle's folder, or a weight file: safetensors, PyTorch, ONNX or Keras.")
    var model: String

    @Option(help: "Layout of a weight file; a bundle says its own.")
    var variant: ModelVariant = .torchvisionV15

    /// A weight file of any format that is read; HDF5 in a child process of this executable.
    static func weights(_ path: String) throws(WeightsError) -> any TensorCollection {
        try WeightFile.open(path, hdf5: HDF5Reader(executable: RunOptions.executablePath))
    }

    /// The network, its weights checked and loaded: of a bundle in the bundle's precision, of a weight file in f32.
    func network() throws -> ResidualNetwork {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: model, isDirectory: &isFolder) else {
            throw CommandFault(ExitStatus.configuration, "\(model): no such bundle or weight file.")
        }
        if isFolder.boolValue { return try ResidualNetwork(PipelineBundle.load(folder: model)) }
        let weights = try Self.weights(model)
        guard let classes = weights.shapes["fc.weight"]?.dimensions.first, classes > 0 else {
            throw CommandFault(
                ExitStatus.configuration,
                "\(model): has no tensor fc.weight [classes, features]; is it a ResNet-50 with torchvision's names?")
        }
        return try ResidualNetwork(architecture: ResidualArchitecture(variant, classes: classes), weights: weights)
    }
}

extension ModelVariant: ExpressibleByArgument {}
