import GantryCore

/// Pictures above what augmentation makes of them, to be looked at before the first step.
///
/// Eight columns; each row of pictures is followed by their variations. Small pictures are magnified by a whole factor.
public struct ContactSheet: Sendable {
    /// Pictures side by side.
    public static let columns = 8
    /// Pixels between a picture and its variation, and between columns.
    private static let gap = 4
    /// Pixels between a row's variations and the next row, and around all.
    private static let margin = 12
    /// What is between the pictures: neither black nor white, as pictures' borders often are.
    private static let background: UInt16 = 0x6060
    /// Smaller pictures than this are magnified.
    private static let smallestSide = 96

    private var pairs: [(picture: PixelImage, variation: PixelImage)] = []

    /// An empty sheet.
    public init() {}

    /// Adds a picture and its variation.
    public mutating func add(_ picture: PixelImage, variation: PixelImage) { pairs.append((picture, variation)) }

    /// The sheet: in colour where a picture is; nil where there is none.
    public var picture: PixelImage? {
        let all = pairs.flatMap { [$0.picture, $0.variation] }
        guard let widest = all.map(\.width).max(), let highest = all.map(\.height).max() else { return nil }
        let factor = max(1, (Self.smallestSide + max(widest, highest) - 1) / max(widest, highest))
        let (cellWidth, cellHeight) = (widest * factor, highest * factor)
        let rows = (pairs.count + Self.columns - 1) / Self.columns
        let rowHeight = 2 * cellHeight + Self.gap + Self.margin
        let channels = all.contains { $0.channels == 3 } ? 3 : 1
        let width = 2 * Self.margin + Self.columns * cellWidth + (Self.columns - 1) * Self.gap
        let height = Self.margin + rows * rowHeight
        var sheet = [UInt16](repeating: Self.background, count: width * height * channels)
        for (index, pair) in pairs.enumerated() {
            let left = Self.margin + index % Self.columns * (cellWidth + Self.gap)
            let top = Self.margin + index / Self.columns * rowHeight
            for (picture, top) in [(pair.picture, top), (pair.variation, top + cellHeight + Self.gap)] {
                for row in 0..<picture.height * factor {
                    for column in 0..<picture.width * factor {
                        let source = (row / factor * picture.width + column / factor) * picture.channels
                        let target = ((top + row) * width + left + column) * channels
                        for channel in 0..<channels {
                            sheet[target + channel] = picture.pixels[source + min(channel, picture.channels - 1)]
                        }
                    }
                }
            }
        }
        return PixelImage(width: width, height: height, channels: channels, pixels: sheet)
    }
}
