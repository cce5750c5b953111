import ArgumentParser
import Foundation
import GantryCore
import GantryPipeline
import GantryWeights

/// `gantry model convert`: weights of any format that is read, as safetensors.
struct ModelConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Writes a weight file of PyTorch, Keras, ONNX or safetensors as safetensors.",
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

    func run() throws {
        try command {
            do throws(WeightsError) {
                try convert()
            } catch {
                throw CommandFault(Self.status(of: error), error.description)
            }
        }
    }

    /// Bad data but for what lies with the paths.
    private static func status(of error: WeightsError) -> Int32 {
        switch error.code {
        case .cannotOpen: ExitStatus.noInput
        case .cannotRead: ExitStatus.inputOutput
        case .cannotWrite: ExitStatus.cannotCreate
        default: ExitStatus.badData
        }
    }

    private func convert() throws(WeightsError) {
        let weights = try ModelSource.weights(input)
        // What only training needs has no place in a model that is scored with.
        let tensors = weights.shapes.filter { !$0.key.hasSuffix(".num_batches_tracked") }.map { name, shape in
            StoredTensor(name: name, shape: shape, elementType: precision.elementType)
        }
        var metadata = ["gantry.converted-from": URL(filePath: input).lastPathComponent]
        if let conventions = weights.conventions {
            metadata["gantry.batch-norm-epsilon"] = "\(conventions.batchNormEpsilon)"
            if let isFirst = conventions.strideOnFirstConvolution {
                metadata["gantry.stride"] = isFirst ? "first 1x1 (v1)" : "3x3 (v1.5)"
            }
        }
        try SafetensorsWriter(metadata: metadata).write(tensors, to: output) { tensor throws(WeightsError) in
            .floats(try weights.values(of: tensor.name))
        }
        let parameters = tensors.reduce(0) { $0 + ($1.shape.elementCount ?? 0) }
        Terminal.output.line(
            "Wrote \(output): \(tensors.count) tensors, \(Presentation.grouped(parameters)) numbers, "
                + "\(precision.rawValue)")
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
