/// Why nothing can be fitted: the data do not suffice. Permanent: the same data will not suffice next time.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There are no images, or fewer than two values a channel.
    case tooFewImages
    /// The images have another number of channels than the network's input.
    case channelCount(found: Int, expected: Int)
    /// A label is outside `0 ..< classes`.
    case unknownClass(Int)
    /// A feature or statistic is NaN or infinite.
    case notFinite
    /// The inputs of a batch are not as many numbers as its images have.
    case inputSize(found: Int, expected: Int)
    /// The named batch norm would have the mean and variance of a single value: one image, whose map there is one
    /// pixel.
    case oneValueAChannel(String)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .tooFewImages: "There are too few images to measure statistics on."
        case .channelCount(let found, let expected):
            "The images have \(found) channels, but the network takes \(expected)."
        case .unknownClass(let label): "The label \(label) is not one of the classes."
        case .notFinite: "A feature or statistic is not a finite number."
        case .inputSize(let found, let expected): "A batch has \(found) numbers instead of \(expected)."
        case .oneValueAChannel(let layer):
            "The batch norm \(layer) has one value a channel, of which there is no variance: the batch has one image, "
                + "and its map there is one pixel. Take larger batches or images, or frozen batch norms."
        }
    }
}
