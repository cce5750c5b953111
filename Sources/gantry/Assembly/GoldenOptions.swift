import ArgumentParser
import GantryCore
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
                + "own framework makes of them; with --activation also the probabilities behind it.",
            valueName: "x.npy y.npy"))
    var golden: [String] = []

    func validate() throws {
        guard golden.isEmpty || golden.count == 2 else {
            throw ValidationError("--golden takes two files: the images and the logits.")
        }
    }

    /// The comparison; nil where no files are named. `activation` is nil where nobody has said it; `lookalike` makes
    /// other networks of the same weights.
    func comparison(
        _ network: ResidualNetwork, activation: Activation?, inputSize: Int,
        lookalike: (ResidualArchitecture) throws -> ResidualNetwork
    ) throws -> GoldenComparison? {
        guard golden.count == 2 else { return nil }
        return try GoldenComparison(
            network, activation: activation, inputSize: inputSize, input: golden[0], output: golden[1],
            workers: CoreDivision.available, lookalike: lookalike)
    }
}
