/// Facts of one decoded slice.
public struct DecodedSlice: Sendable, Hashable, Codable {
    /// What was asked for.
    public var source: SliceSource
    /// Pixels whose Hounsfield value had to be clamped to Int16.
    public var clampedPixels: Int
    /// Pixels that are padding.
    public var paddingPixels: Int
    /// Smallest and largest Hounsfield value that padding has where it keeps it; nil where no pixel is padding.
    public var paddingHU: ClosedRange<Int>?
    /// Smallest Hounsfield value of pixels that are not padding; nil where all are.
    public var smallestHU: Int?
    /// Largest Hounsfield value of pixels that are not padding; nil where all are.
    public var largestHU: Int?
    /// Bytes of the encoded image that belong to no pixel, without one that makes an even length: garbage behind it.
    public var trailingBytes: Int
    /// What else was noticed, each code once.
    public var remarks: [SliceRemark]

    /// Facts of a slice.
    public init(
        source: SliceSource, clampedPixels: Int, paddingPixels: Int, paddingHU: ClosedRange<Int>? = nil,
        smallestHU: Int?, largestHU: Int?, trailingBytes: Int = 0, remarks: [SliceRemark] = []
    ) {
        self.source = source
        self.clampedPixels = clampedPixels
        self.paddingPixels = paddingPixels
        self.paddingHU = paddingHU
        self.smallestHU = smallestHU
        self.largestHU = largestHU
        self.trailingBytes = trailingBytes
        self.remarks = remarks
    }
}
