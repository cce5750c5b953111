/// A decoded picture, grey or red, green and blue.
///
/// **Shape** `[height, width, channels]`, row by row, the channels of a pixel side by side. **Range**: 0 to 65535, all
/// of it: a pixel v of an 8-bit file is v x 257, so that no file loses anything.
public struct PixelImage: Sendable, Hashable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// 1 (grey) or 3 (red, green, blue).
    public let channels: Int
    /// The values.
    public let pixels: [UInt16]

    /// A picture of these values; nil where they do not fill the shape, a side is below 1, or there are neither one nor
    /// three channels.
    public init?(width: Int, height: Int, channels: Int, pixels: [UInt16]) {
        guard width > 0, height > 0, channels == 1 || channels == 3,
            case let (plane, tooLarge) = width.multipliedReportingOverflow(by: height), !tooLarge,
            case let (count, overflows) = plane.multipliedReportingOverflow(by: channels), !overflows,
            pixels.count == count
        else { return nil }
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }
}
