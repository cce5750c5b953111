/// The part of a recipe that says what learns.
public struct TrainingNetworkRecipe: Sendable, Hashable {
    /// A weight file or bundle to begin with; nil with `architecture`.
    public var model: String?
    /// The published network to begin from nothing with; nil with `model`.
    public var architecture: PublishedNetwork?
    /// Another stem than the published network's; nil: its own.
    public var stem: ResidualArchitecture.Stem?
    /// The stem's stride; nil: that of the file, the network or the kernel.
    public var stemStride: Int?
    /// What pools behind the stem; nil likewise.
    public var stemPool: ResidualArchitecture.StemPool?
    /// Where zeros stand around an image that is halved; nil likewise.
    public var padding: ResidualArchitecture.Padding?
    /// What shortcuts are; nil likewise.
    public var shortcut: ResidualArchitecture.Shortcut?
    /// In which order batch norm and ReLU stand; nil likewise.
    public var activationOrder: ResidualArchitecture.ActivationOrder?
    /// Where a bottleneck has its stride, of a weight file that does not say it.
    public var stride: ResidualArchitecture.StridePosition?
    /// What batch norms add to the variance, of a weight file that has another than its framework's.
    public var batchNormEpsilon: Double?
    /// What the names of its tensors begin with, of a weight file that has several networks.
    public var prefix: String?
    /// The key of its state dict, of a checkpoint that has several.
    public var stateDict: String?
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

    /// `architecture`, a network that is begun from nothing, with what is said otherwise.
    public func changed(_ architecture: ResidualArchitecture) -> ResidualArchitecture {
        var changed = architecture
        if let stem {
            (changed.stem, changed.stemStride, changed.stemPool) = (stem, stem.usualStride, stem.usualPool)
        }
        if let stemStride { changed.stemStride = stemStride }
        if let stemPool { changed.stemPool = stemPool }
        if let padding { changed.padding = padding }
        if let shortcut { changed.shortcut = shortcut }
        if let activationOrder { changed.activationOrder = activationOrder }
        if let batchNormEpsilon { changed.batchNormEpsilon = batchNormEpsilon }
        return changed
    }

    /// Takes away what is said of stem, shortcuts and order, as of another network.
    public mutating func forgetStructure() {
        (stem, stemStride, stemPool) = (nil, nil, nil)
        (padding, shortcut, activationOrder) = (nil, nil, nil)
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
