/// The part of a recipe that says what learns.
public struct TrainingNetworkRecipe: Sendable, Hashable {
    /// A weight file or bundle to begin with; nil with `architecture`.
    public var model: String?
    /// The published network to begin from nothing with; nil with `model`.
    public var architecture: PublishedNetwork?
    /// Another stem than the published network's; nil: its own.
    public var stem: ResidualArchitecture.Stem?
    /// Where a bottleneck has its stride, of a weight file that does not say it.
    public var stride: ResidualArchitecture.StridePosition?
    /// What batch norms add to the variance, of a weight file that has another than its framework's.
    public var batchNormEpsilon: Double?
    /// Side of the input; nil: the bundle's, 224, or 32 with CIFAR's stem.
    public var inputSize: Int?
    /// How pictures become squares; nil: the bundle's, or `area`.
    public var resize: ResizeConvention?
    /// What the network sees; nil: the bundle's, or `torch`.
    public var inputConvention: InputConvention?
    /// What is not trained.
    public var freeze: FreezePoint
    /// Which statistics batch norms use while they are trained.
    public var batchNorm: BatchNormMode

    /// The defaults.
    public init() {
        freeze = .none
        batchNorm = .live
    }

    /// The section `network`, but for what is not said where it is nil.
    public static let settings = SettingTable(
        "network", entering: nil, usual: TrainingNetworkRecipe(),
        [
            PipelineSetting("freeze", .choice(PipelineChoice(\.freeze)), "what is not trained, this included"),
            PipelineSetting(
                "batch-norm", .choice(PipelineChoice(\.batchNorm)), "which statistics batch norms are trained with"),
        ])
}
