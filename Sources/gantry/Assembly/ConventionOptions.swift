import ArgumentParser
import GantryCore
import GantryWeightImport

/// What a weight file does not say of its network, and which network of it is meant.
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

    @Option(
        name: .customLong("stem-stride"),
        help: ArgumentHelp(
            "The stride of the first convolution. (default: what the file says; 2 of a 7x7, 1 of a 3x3)",
            valueName: "1|2"))
    var stemStride: Int?

    @Option(
        name: .customLong("stem-pool"),
        help: ArgumentHelp(
            "What pools behind the first convolution: max (3x3, stride 2) or none. (default: what the file says; max "
                + "behind a 7x7, none behind a 3x3)", valueName: "max|none"))
    var stemPool: ResidualArchitecture.StemPool?

    @Option(
        help: ArgumentHelp(
            "Zeros around an image that is halved: symmetric (PyTorch) or same (TensorFlow's SAME: one less before an "
                + "even side). (default: what the file says; symmetric)", valueName: "kind"))
    var padding: ResidualArchitecture.Padding?

    @Option(
        help: ArgumentHelp(
            "What a block that changes the shape adds to its branch: zeros (every other pixel, zero channels around; "
                + "the paper's option A), projection (1x1 with batch norm) or convolution (1x1 without). Tensors tell "
                + "the last two.", valueName: "kind"))
    var shortcut: ResidualArchitecture.Shortcut?

    @Option(
        name: .customLong("activation-order"),
        help: ArgumentHelp(
            "norm-relu: convolution, batch norm, ReLU; relu-norm: convolution, ReLU, batch norm. (default: what the "
                + "file says; norm-relu)", valueName: "order"))
    var activationOrder: ResidualArchitecture.ActivationOrder?

    @Option(
        help: ArgumentHelp(
            "Which network, of a file that has several (as one and its moving average): what the names of its tensors "
                + "begin with; `.` for those without a prefix.", valueName: "prefix"))
    var prefix: String?

    @Option(
        name: .customLong("state-dict"),
        help: ArgumentHelp(
            "Which state dict, of a PyTorch checkpoint that has several: its key, such as teacher.", valueName: "key"))
    var stateDict: String?

    /// What is said.
    var said: SaidConventions {
        SaidConventions(
            stride: stride, epsilon: batchNormEpsilon, stemStride: stemStride, stemPool: stemPool, padding: padding,
            shortcut: shortcut, activationOrder: activationOrder)
    }

    /// Which network of the file is meant.
    var choice: WeightChoice { WeightChoice(prefix: prefix, stateDict: stateDict) }

    func validate() throws {
        if let stemStride, !(1...2 ~= stemStride) { throw ValidationError("--stem-stride takes 1 or 2.") }
        if let batchNormEpsilon, !(batchNormEpsilon > 0 && batchNormEpsilon <= 1) {
            throw ValidationError("--batch-norm-epsilon takes a number above 0, at most 1.")
        }
    }
}

extension ResidualArchitecture.StridePosition: ExpressibleByArgument {}
extension ResidualArchitecture.StemPool: ExpressibleByArgument {}
extension ResidualArchitecture.Padding: ExpressibleByArgument {}
extension ResidualArchitecture.Shortcut: ExpressibleByArgument {}
extension ResidualArchitecture.ActivationOrder: ExpressibleByArgument {}
