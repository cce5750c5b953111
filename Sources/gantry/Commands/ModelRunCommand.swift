import ArgumentParser
import Foundation
import GantryInference
import GantryPipeline

/// `gantry model run`: the network alone, on an array.
struct ModelRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the network on an array: logits, or pooled features.",
        discussion: """
            The input is a NumPy file of little-endian Float32, shape [N, 3, H, W], already windowed, resized and \
            normalised. The output is Float32 [N, classes], or [N, features] with --features.
            """
    )

    @OptionGroup var source: ModelSource

    @Option(help: ArgumentHelp("NumPy file to read.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("NumPy file to write.", valueName: "y.npy"))
    var output: String

    @Flag(help: "Write the pooled features instead of the logits.")
    var features = false

    func run() throws {
        try command {
            let network = try source.network()
            let (shape, values) = try NPYFile.readFloat32(input)
            guard shape.count == 4,
                let images = ImageBatch(
                    count: shape[0], channels: shape[1], height: shape[2], width: shape[3], values: values)
            else {
                throw CommandFault(
                    ExitStatus.badData, "\(input): has shape \(shape); expected [N, 3, H, W], H and W at least 1.")
            }
            let workers = ProcessInfo.processInfo.activeProcessorCount
            let result =
                features
                ? try network.pooledFeatures(images, workers: workers) : try network.logits(images, workers: workers)
            let data = NPYFile.data(shape: [result.rows, result.columns], values: result.values)
            do {
                try data.write(to: URL(filePath: output), options: .atomic)
            } catch {
                throw CommandFault(
                    ExitStatus.cannotCreate, "\(output): cannot be written: \(error.localizedDescription)")
            }
        }
    }
}
