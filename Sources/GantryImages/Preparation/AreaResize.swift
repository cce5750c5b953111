import GantryCore

/// The mean of what each pixel of the square covers, in whole numbers: the pipeline's area averaging
/// (`gantry_window_resize`) without a window.
enum AreaResize {
    /// The whole picture as a square of `side`; one that has the size is not touched.
    static func stretched(_ picture: PixelImage, side: Int) -> PixelImage {
        guard picture.width != side || picture.height != side else { return picture }
        let (width, height, channels) = (picture.width, picture.height, picture.channels)
        // In units of 1 / side source pixels the overlaps of a cell add up to the source's side.
        let columns = Overlaps(size: width, cells: side)
        let rows = Overlaps(size: height, cells: side)
        let total = UInt64(width) * UInt64(height)
        let row = side * channels
        var pixels = [UInt16](repeating: 0, count: side * row)
        var sums = [UInt64](repeating: 0, count: width * channels)
        for y in 0..<side {
            for index in sums.indices { sums[index] = 0 }
            for (source, share) in rows.under(y) {
                let begin = source * width * channels
                picture.pixels.withUnsafeBufferPointer { values in
                    for index in 0..<width * channels { sums[index] &+= UInt64(values[begin + index]) &* share }
                }
            }
            for x in 0..<side {
                for channel in 0..<channels {
                    var sum: UInt64 = 0
                    for (source, share) in columns.under(x) { sum &+= sums[source * channels + channel] &* share }
                    pixels[y * row + x * channels + channel] = UInt16((sum + total / 2) / total)
                }
            }
        }
        return PixelImage(square: side, channels: channels, pixels: pixels)
    }

    /// How much of each source pixel a cell covers.
    private struct Overlaps {
        let size: Int
        let cells: Int

        /// The source pixels under a cell, with the shares of each.
        func under(_ cell: Int) -> some Sequence<(Int, UInt64)> {
            let (begin, end) = (cell * size, (cell + 1) * size)
            return (begin / cells...(end - 1) / cells).lazy.map { pixel in
                (pixel, UInt64(min(end, (pixel + 1) * cells) - max(begin, pixel * cells)))
            }
        }
    }
}

extension PixelImage {
    /// A square picture whose values were just made for it.
    init(square side: Int, channels: Int, pixels: [UInt16]) {
        guard let image = PixelImage(width: side, height: side, channels: channels, pixels: pixels) else {
            preconditionFailure("the values fill the square")
        }
        self = image
    }
}
