import GantryCore

/// torchvision's `Resize` and `CenterCrop` of a PIL picture: antialiased bilinear in the fixed point of Pillow, of
/// which only the part is computed that the crop keeps.
///
/// **Source** torchvision/transforms/functional.py, `_compute_resized_output_size` and `center_crop`; Pillow,
/// src/libImaging/Resample.c.
enum BilinearResize {
    /// The picture with its short side at 256/224 of `side`, of which the centre `side` x `side`.
    static func centreCropped(_ picture: PixelImage, side: Int) -> PixelImage {
        let (width, height) = enlarged(width: picture.width, height: picture.height, side: side)
        let columns = Taps(of: picture.width, to: width, keeping: crop(width, side))
        let rows = Taps(of: picture.height, to: height, keeping: crop(height, side))
        return picture.isOfEightBits
            ? resized(picture, columns, rows, side, step: 257) : resized(picture, columns, rows, side, step: 1)
    }

    /// The size from which the centre is cut.
    private static func enlarged(width: Int, height: Int, side: Int) -> (width: Int, height: Int) {
        let short = (2 * side * 8 + 7) / 14
        return width <= height ? (short, short * height / width) : (short * width / height, short)
    }

    /// The part of a picture of this size that is kept, in its own pixels.
    static func kept(width: Int, height: Int, side: Int) -> (rows: Range<Double>, columns: Range<Double>) {
        let size = enlarged(width: width, height: height, side: side)
        func part(_ kept: Range<Int>, _ own: Int, of size: Int) -> Range<Double> {
            let scale = Double(own) / Double(size)
            return Double(kept.lowerBound) * scale..<Double(kept.upperBound) * scale
        }
        return (
            rows: part(crop(size.height, side), height, of: size.height),
            columns: part(crop(size.width, side), width, of: size.width)
        )
    }

    /// The centre `side` of `size`: torchvision rounds half a pixel to the even one.
    private static func crop(_ size: Int, _ side: Int) -> Range<Int> {
        let begin = Int((Double(size - side) / 2).rounded(.toNearestOrEven))
        return begin..<begin + side
    }

    /// Columns first, then rows, rounded in between as Pillow does: to `step`, 257 for 8 bits.
    private static func resized(
        _ picture: PixelImage, _ columns: Taps, _ rows: Taps, _ side: Int, step: Int64
    ) -> PixelImage {
        let channels = picture.channels
        let most = 65535 / step
        // Only the rows that the result looks at.
        let needed = rows.sources
        var between = [UInt16](repeating: 0, count: needed.count * side * channels)
        for y in needed {
            let source = y * picture.width * channels
            let target = (y - needed.lowerBound) * side * channels
            for x in 0..<side {
                let (first, weights) = columns[x]
                for channel in 0..<channels {
                    var sum = Taps.half
                    for (tap, weight) in weights.enumerated() {
                        sum &+= Int64(picture.pixels[source + (first + tap) * channels + channel]) / step &* weight
                    }
                    between[target + x * channels + channel] = UInt16(min(max(sum >> Taps.bits, 0), most))
                }
            }
        }
        var pixels = [UInt16](repeating: 0, count: side * side * channels)
        for y in 0..<side {
            let (first, weights) = rows[y]
            for index in 0..<side * channels {
                var sum = Taps.half
                for (tap, weight) in weights.enumerated() {
                    let row = first + tap - needed.lowerBound
                    sum &+= Int64(between[row * side * channels + index]) &* weight
                }
                pixels[y * side * channels + index] = UInt16(min(max(sum >> Taps.bits, 0), most) * step)
            }
        }
        return PixelImage(square: side, channels: channels, pixels: pixels)
    }

    /// For each pixel that is kept: the first source pixel it takes from, and the weights of it and those behind it.
    private struct Taps {
        /// Bits after the point: 32 - 8 - 2 in Pillow.
        static let bits: Int64 = 22
        static let half: Int64 = 1 << (bits - 1)

        private var firsts: [Int] = []
        private var weights: [[Int64]] = []

        init(of size: Int, to target: Int, keeping kept: Range<Int>) {
            // Pillow leaves a direction alone that has its size.
            guard size != target else {
                firsts = Array(kept)
                weights = kept.map { _ in [1 << Self.bits] }
                return
            }
            let scale = Double(size) / Double(target)
            let support = max(scale, 1)
            for pixel in kept {
                let centre = (Double(pixel) + 0.5) * scale
                let first = max(Int(centre - support + 0.5), 0)
                let end = min(Int(centre + support + 0.5), size)
                var shares = (0..<end - first).map { tap in
                    let distance = abs((Double(tap + first) - centre + 0.5) * (1 / support))
                    return distance < 1 ? 1 - distance : 0
                }
                let sum = shares.reduce(0, +)
                if sum != 0 { shares = shares.map { $0 / sum } }
                firsts.append(first)
                weights.append(shares.map { Int64(0.5 + $0 * Double(1 << Self.bits)) })
            }
        }

        subscript(pixel: Int) -> (first: Int, weights: [Int64]) { (firsts[pixel], weights[pixel]) }

        /// All source pixels that are taken from.
        var sources: Range<Int> {
            guard let first = firsts.first, let last = firsts.last, let taps = weights.last else { return 0..<0 }
            return first..<last + taps.count
        }
    }
}
