import ArgumentParser

/// MODEL on a command line: a bundle's folder, whose pipeline file says everything, or a weight file.
struct ModelSource: ParsableArguments {
    @Argument(help: "A pipeline bundle's folder, or a weight file: safetensors, PyTorch, ONNX or Keras.")
    var model: String

    @OptionGroup var conventions: ConventionOptions
    @OptionGroup var trust: TrustOptions

    /// The network, opened and its tensors' names and shapes checked.
    func open() throws -> OpenedModel {
        try OpenedModel(model, conventions: conventions, trust: trust.keys())
    }
}
