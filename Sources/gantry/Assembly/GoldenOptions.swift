import ArgumentParser
import GantryInference
import GantryModelling
import GantryPipeline

/// The two files of `--golden`.
struct GoldenOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Two NumPy files of Float32: images [N, C, H, W] as the network takes them, and the logits [N, classes] "
                + "that its "
                + "own framework makes of them.", valueName: "x.npy y.npy"))
    var golden: [String] = []

    func validate() throws {
        guard golden.isEmpty || golden.count == 2 else {
            throw ValidationError("--golden takes two files: the images and the logits.")
        }
    }

    /// The comparison; nil where no files are named.
    func comparison(_ network: ResidualNetwork, inputSize: Int) throws -> GoldenComparison? {
        guard golden.count == 2 else { return nil }
        return try GoldenComparison(
            network, inputSize: inputSize, input: golden[0], output: golden[1], workers: CoreDivision.available)
    }
}
