import ArgumentParser
import Foundation
import GantryPipeline
import GantryWeightImport

/// MODEL on a command line: a bundle's folder, whose pipeline file says everything, or a weight file, or a folder of
/// Hugging Face or timm.
struct ModelSource: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A pipeline bundle's folder, a weight file (safetensors, PyTorch, ONNX or Keras), or a folder of Hugging "
                + "Face or timm."))
    var model: String

    @OptionGroup var conventions: ConventionOptions
    @OptionGroup var trust: TrustOptions

    /// What is read of it: the file, or the files of the folder.
    var files: [String] { Self.files(of: model) }

    /// What is read of the model at `path`.
    static func files(of path: String) -> [String] {
        guard
            ModelFolder.isOne(path)
                || FileManager.default.fileExists(atPath: "\(path)/\(PipelineBundle.definitionFile)"),
            let names = try? FileManager.default.subpathsOfDirectory(atPath: path)
        else { return [path] }
        return names.map { path + "/" + $0 }
    }

    /// The network, opened and its tensors' names and shapes checked.
    func open() throws -> OpenedModel {
        try OpenedModel(model, said: conventions.said, choice: conventions.choice, trust: trust.keys())
    }
}
