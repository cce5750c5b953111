/// From a picture to a network's input `[C, S, S]`, of one channel or three: resize, colour order, normalisation.
public struct ImagePreparation: Sendable, Hashable, Codable {
    /// How the picture becomes a square.
    public var resize: ResizeConvention
    /// Side S of the square input, pixels.
    public var inputSize: Int
    /// Which colour the first channel sees; of no matter with one channel.
    public var colourOrder: ColourOrder
    /// Subtracted from each channel (0 to 1), in the network's order; as many as the network's input has channels.
    public var mean: [Double]
    /// Divides each channel after the mean was subtracted.
    public var standardDeviation: [Double]

    /// A preparation; torchvision's statistics unless given.
    public init(
        resize: ResizeConvention = .area, inputSize: Int = 224, colourOrder: ColourOrder = .rgb,
        mean: [Double] = [0.485, 0.456, 0.406], standardDeviation: [Double] = [0.229, 0.224, 0.225]
    ) {
        self.resize = resize
        self.inputSize = inputSize
        self.colourOrder = colourOrder
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// Channels of the network's input: as many as there are means.
    public var channels: Int { mean.count }
}
