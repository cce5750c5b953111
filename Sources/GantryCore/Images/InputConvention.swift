/// What a network was trained to see, as frameworks call it: which statistics a windowed image of 0 to 1 is normalised
/// with, and in which order the channels come.
///
/// **Source**: torchvision's `transforms` of its ImageNet weights; Keras's `imagenet_utils.preprocess_input`, whose
/// modes these are.
public enum InputConvention: String, Hashable, Sendable, Codable, CaseIterable {
    /// RGB of 0 to 1, less the mean (0.485, 0.456, 0.406), over (0.229, 0.224, 0.225).
    case torch
    /// BGR of 0 to 255, less the mean (103.939, 116.779, 123.68).
    case caffe
    /// -1 to 1.
    case tf

    /// Mean and standard deviation of each channel, of values of 0 to 1; nil for a number of channels that the
    /// convention does not know.
    public func normalisation(channels: Int) -> (mean: [Double], standardDeviation: [Double])? {
        switch self {
        case .torch where channels == 3: ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        case .caffe where channels == 3:
            ([103.939, 116.779, 123.68].map { $0 / 255 }, [Double](repeating: 1 / 255, count: 3))
        case .tf: ([Double](repeating: 0.5, count: channels), [Double](repeating: 0.5, count: channels))
        case .torch, .caffe: nil
        }
    }

    /// Whether the network's first channel is blue, the last of three windows.
    public var isBlueFirst: Bool { self == .caffe }

    /// A line for a model card.
    public var explanation: String {
        switch self {
        case .torch: "torch: RGB of 0 to 1, ImageNet's mean and standard deviation"
        case .caffe: "caffe: BGR of 0 to 255, less ImageNet's mean (Keras's ResNet50 and its sisters)"
        case .tf: "tf: -1 to 1"
        }
    }
}
