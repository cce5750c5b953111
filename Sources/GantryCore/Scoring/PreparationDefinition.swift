/// From Hounsfield units, or from a picture, to the network's input `[C, S, S]`, of one channel or three: window and
/// area-averaging resize, or the resize of the pictures that the network was trained on; normalisation.
public struct PreparationDefinition: Sendable, Hashable, Codable {
    /// What is prepared.
    public var input: InputKind
    /// One window, replicated to every channel, or as many as channels; none for images.
    public var windows: [Window]
    /// How a picture becomes a square. `.area` for CT, which knows no other.
    public var resize: ResizeConvention
    /// Which colour of a picture the first channel sees. `.rgb` for CT, which has no colours.
    public var colourOrder: ColourOrder
    /// Side S of the square input, pixels.
    public var inputSize: Int
    /// Subtracted from each channel (0...1), windowed or of a picture, in the network's order; as many as the network's
    /// input has channels.
    public var mean: [Double]
    /// Divides each channel after the mean was subtracted.
    public var standardDeviation: [Double]

    /// A preparation of CT; ImageNet's statistics unless given.
    public init(
        windows: [Window] = [.lung], inputSize: Int = 224, mean: [Double] = [0.485, 0.456, 0.406],
        standardDeviation: [Double] = [0.229, 0.224, 0.225]
    ) {
        input = .ct
        self.windows = windows
        resize = .area
        colourOrder = .rgb
        self.inputSize = inputSize
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// A preparation of pictures.
    public init(images: ImagePreparation) {
        input = .images
        windows = []
        resize = images.resize
        colourOrder = images.colourOrder
        inputSize = images.inputSize
        mean = images.mean
        standardDeviation = images.standardDeviation
    }

    /// How pictures are prepared; nil where CT is.
    public var imagePreparation: ImagePreparation? {
        guard input == .images else { return nil }
        return ImagePreparation(
            resize: resize, inputSize: inputSize, colourOrder: colourOrder, mean: mean,
            standardDeviation: standardDeviation)
    }

    /// Channels of the network's input: as many as there are means.
    public var channels: Int { mean.count }

    /// The section `preparation` of a bundle for CT, but for `input` and `windows`.
    public static let settings = SettingTable(
        "preparation", entering: .scoring, usual: PreparationDefinition(),
        [
            // What a residual network of five halvings can take and memory allows.
            PipelineSetting(
                "input-size", .wholeNumber(\.inputSize, 32...1024), unit: "pixels", coded: .always("inputSize"),
                "side of the square input; images that are not square are stretched"),
            PipelineSetting(
                "mean", .numbers(\.mean, -1000...1000), coded: .always("mean"),
                "ImageNet, as torchvision; windowed values run from 0 to 1. Required with one channel"),
            PipelineSetting(
                "standard-deviation", .numbers(\.standardDeviation, 1e-6...1000),
                coded: .always("standardDeviation"), "the same"),
        ])

    /// The section `preparation` of a bundle for images, but for `input`.
    public static let imageSettings = SettingTable(
        "preparation", entering: .scoring, usual: PreparationDefinition(images: ImagePreparation()),
        [
            PipelineSetting(
                "resize", .choice(PipelineChoice(\.resize)), coded: .whereChanged("resize"),
                "how a picture becomes a square"),
            PipelineSetting(
                "colour-order", .choice(PipelineChoice(\.colourOrder)), coded: .whereChanged("colourOrder"),
                "which colour the first channel sees; without effect with one channel"),
            // Networks with CIFAR's stem halve three times, and see pictures of 28 or 32 pixels.
            PipelineSetting(
                "input-size", .wholeNumber(\.inputSize, 8...1024), unit: "pixels", coded: .always("inputSize"),
                "side of the square input"),
            PipelineSetting(
                "mean", .numbers(\.mean, -1000...1000), coded: .always("mean"),
                "ImageNet, as torchvision, in the network's colour order; pixels run from 0 to 1. Required with one "
                    + "channel"),
            PipelineSetting(
                "standard-deviation", .numbers(\.standardDeviation, 1e-6...1000),
                coded: .always("standardDeviation"), "the same"),
        ])
}
