/// Why a batch cannot be given to a network. Permanent: the same batch will not fit next time.
public enum InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The images have another number of channels than the network's input.
    case channelCount(found: Int, expected: Int)
    /// The images are larger than the engine's index arithmetic allows.
    case imageTooLarge(height: Int, width: Int)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .channelCount(let found, let expected):
            "The images have \(found) channels, but the network takes \(expected)."
        case .imageTooLarge(let height, let width):
            "Images of \(height) x \(width) pixels are larger than the \(ResidualNetwork.largestSide) a side that is supported."
        }
    }
}
