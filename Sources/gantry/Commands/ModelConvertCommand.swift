import ArgumentParser
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors

/// `gantry model convert`: weights of any format that is read, as safetensors.
struct ModelConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Writes a weight file of PyTorch, Keras, ONNX or safetensors, or a folder's, as safetensors.",
        discussion: """
            The format is told by the file's first bytes. Tensors get torchvision's names and layout. Nothing in the \
            file is executed. docs/weights.md says what is read and what is refused.
            """
    )

    @Argument(help: ArgumentHelp("Weight file to read.", valueName: "in"))
    var input: String

    @Argument(help: ArgumentHelp("Safetensors file to write.", valueName: "out.safetensors"))
    var output: String

    @Option(help: "Element type of the tensors written: f32, f16 or bf16.")
    var precision: StoredPrecision = .f32

    @OptionGroup var conventions: ConventionOptions
    @OptionGroup var replacing: OutputOptions

    func run() throws {
        try command {
            try replacing.check(output, against: ModelSource.files(of: input))
            let (weights, found) = try OpenedModel.recognised(input, conventions.choice)
            try OpenedModel.requireShortcut(of: found, said: conventions.said, path: input)
            try OpenedModel.requireStemStride(of: found, said: conventions.said, path: input)
            let (converted, sentences) = try CommandFault.ofWeightFile { () throws(WeightsError) in
                let known = try found.conventions(conventions.said, origin: input)
                let converted = try ConvertedModel(weights, conventions: known, source: input, to: output) { _ in
                    precision.elementType
                }
                return (
                    converted, OpenedModel.sentences(weights.remarks, try found.anyArchitecture(origin: input))
                )
            }
            Terminal.output.line(
                "Wrote \(output): \(converted.tensors) tensors, \(Presentation.grouped(converted.numbers)) numbers, "
                    + "\(precision.rawValue)")
            for sentence in sentences { Terminal.output.line("  \(sentence)") }
        }
    }
}

/// `--precision` of a file's numbers.
enum StoredPrecision: String, CaseIterable, ExpressibleByArgument {
    case f32
    case f16
    case bf16

    var elementType: ElementType {
        switch self {
        case .f32: .f32
        case .f16: .f16
        case .bf16: .bf16
        }
    }
}
