import ArgumentParser
import GantryCore

/// What a weight file does not say of its network.
struct ConventionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where a bottleneck has its stride, for a weight file that does not say it: v1.5 (on the 3x3: torchvision, "
                + "timm, Hugging Face) or v1 (on the first 1x1: Keras).", valueName: "v1|v1.5"))
    var stride: ResidualArchitecture.StridePosition?

    @Option(
        name: .customLong("batch-norm-epsilon"),
        help: ArgumentHelp(
            "What batch norms add to the variance, where it is not the framework's own: 1e-5, and 1.001e-5 in "
                + "keras.applications.", valueName: "e"))
    var batchNormEpsilon: Double?

    func validate() throws {
        if let batchNormEpsilon, !(batchNormEpsilon > 0 && batchNormEpsilon <= 1) {
            throw ValidationError("--batch-norm-epsilon takes a number above 0, at most 1.")
        }
    }
}

extension ResidualArchitecture.StridePosition: ExpressibleByArgument {}
