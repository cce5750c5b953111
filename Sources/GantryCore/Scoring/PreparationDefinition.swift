/// From Hounsfield units to the network's input `[C, S, S]`, of one channel or three: window, area-averaging resize,
/// normalisation.
public struct PreparationDefinition: Sendable, Hashable, Codable {
    /// One window, replicated to every channel, or as many as channels.
    public var windows: [Window]
    /// Side S of the square input, pixels.
    public var inputSize: Int
    /// Subtracted from each windowed channel (0...1); as many as the network's input has channels.
    public var mean: [Double]
    /// Divides each channel after the mean was subtracted.
    public var standardDeviation: [Double]

    /// A preparation; ImageNet's statistics unless given.
    public init(
        windows: [Window] = [.lung], inputSize: Int = 224, mean: [Double] = [0.485, 0.456, 0.406],
        standardDeviation: [Double] = [0.229, 0.224, 0.225]
    ) {
        self.windows = windows
        self.inputSize = inputSize
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// Channels of the network's input: as many as there are means.
    public var channels: Int { mean.count }

    /// The section `preparation`, but for `windows`.
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
}
