import ArgumentParser
import GantryArrays
import GantryGround
import GantryInference
import GantryModelling
import GantryPipeline

/// `gantry model run`: the network alone, on an array.
struct ModelRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the network on an array: logits, or pooled features.",
        discussion: """
            The input is a NumPy file of little-endian Float32, shape [N, C, H, W] (C is 3, or 1 for a network of one \
            channel), already windowed, resized and normalised. The output is Float32 [N, classes], or [N, features] \
            with --features.
            """
    )

    @OptionGroup var source: ModelSource

    @Option(help: ArgumentHelp("NumPy file to read.", valueName: "x.npy"))
    var input: String

    @Option(help: ArgumentHelp("NumPy file to write.", valueName: "y.npy"))
    var output: String

    @Flag(help: "Write the pooled features instead of the logits.")
    var features = false

    @OptionGroup var replacing: OutputOptions

    func run() throws {
        try command {
            try replacing.check(output, against: [input] + source.files)
            let network = try source.open().network()
            let images = try NPYFile.images(input, channels: network.architecture.inputChannels)
            let workers = CoreDivision.available
            let result =
                features
                ? try network.pooledFeatures(images, workers: workers) : try network.logits(images, workers: workers)
            let data = NPYFile.data(shape: [result.rows, result.columns], values: result.values)
            try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.write(data, to: output) }
        }
    }
}
