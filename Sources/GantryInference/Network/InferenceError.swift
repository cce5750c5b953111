/// Why a batch cannot be given to a network. Permanent: the same batch will not fit next time.
public enum InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The images have another number of channels than the network's input.
    case channelCount(found: Int, expected: Int)
    /// The images are larger than the engine's index arithmetic allows.
    case imageTooLarge(height: Int, width: Int)

    /// Logits are asked of a network that ends with its pooled features.
    case noLastLayer

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .channelCount(let found, let expected):
            "The images have \(found) channels, but the network takes \(expected)."
        case .noLastLayer: "The network has no last layer: it gives features, and no class scores."
        case .imageTooLarge(let height, let width):
            "Images of \(height) x \(width) pixels are larger than the \(ResidualNetwork.largestSide) a side that is "
                + "supported."
        }
    }
}
