import GantryCore

/// The nearest pixel, as Pillow's `resize((S, S), NEAREST)`, which Keras calls.
///
/// **Source** Pillow, src/libImaging/Geometry.c, `ImagingScaleAffine`: positions are added up, not multiplied.
enum NearestResize {
    /// The whole picture as a square of `side`.
    static func stretched(_ picture: PixelImage, side: Int) -> PixelImage {
        let columns = positions(of: picture.width, side: side)
        let channels = picture.channels
        var pixels: [UInt16] = []
        pixels.reserveCapacity(side * side * channels)
        for row in positions(of: picture.height, side: side) {
            for column in columns {
                let begin = (row * picture.width + column) * channels
                pixels.append(contentsOf: picture.pixels[begin..<begin + channels])
            }
        }
        return PixelImage(square: side, channels: channels, pixels: pixels)
    }

    /// Which source pixel each of `side` takes.
    private static func positions(of size: Int, side: Int) -> [Int] {
        let scale = Double(size) / Double(side)
        var position = scale * 0.5
        return (0..<side).map { _ in
            defer { position += scale }
            return min(Int(position), size - 1)
        }
    }
}
