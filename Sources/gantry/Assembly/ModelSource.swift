import ArgumentParser
import Foundation
import GantryPipeline

/// MODEL on a command line: a bundle's folder, whose pipeline file says everything, or a weight file.
struct ModelSource: ParsableArguments {
    @Argument(help: "A pipeline bundle's folder, or a weight file: safetensors, PyTorch, ONNX or Keras.")
    var model: String

    @OptionGroup var conventions: ConventionOptions
    @OptionGroup var trust: TrustOptions

    /// What is read of it: the file, or the files of the bundle.
    var files: [String] {
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: model),
            names.contains(PipelineBundle.definitionFile)
        else { return [model] }
        return names.map { model + "/" + $0 }
    }

    /// The network, opened and its tensors' names and shapes checked.
    func open() throws -> OpenedModel {
        try OpenedModel(model, conventions: conventions, trust: trust.keys())
    }
}
