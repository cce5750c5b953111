/// Images ready for a network: windowed, resized, normalised.
///
/// **Shape** `[count, channels, height, width]`, NCHW, Float32.
public struct ImageBatch: Hashable, Sendable {
    /// Images in the batch.
    public let count: Int
    /// Channels of each image.
    public let channels: Int
    /// Rows of each image.
    public let height: Int
    /// Columns of each image.
    public let width: Int
    /// The elements in row-major order.
    public let values: [Float]

    /// A batch of `values`; nil where they do not fill the shape, or a size is below 1 (`count` may be 0).
    public init?(count: Int, channels: Int, height: Int, width: Int, values: [Float]) {
        guard count >= 0, channels > 0, height > 0, width > 0,
            case let (plane, o1) = height.multipliedReportingOverflow(by: width), !o1,
            case let (image, o2) = plane.multipliedReportingOverflow(by: channels), !o2,
            case let (all, o3) = image.multipliedReportingOverflow(by: count), !o3, all == values.count
        else { return nil }
        self.count = count
        self.channels = channels
        self.height = height
        self.width = width
        self.values = values
    }

    /// Elements of one image.
    public var elementsPerImage: Int { channels * height * width }
}
