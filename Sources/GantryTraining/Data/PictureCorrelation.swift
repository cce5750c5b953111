import GantryCore

/// How alike two pictures are, whatever their brightness and contrast: Pearson's correlation of their values.
public enum PictureCorrelation {
    /// The correlation of two pictures, -1 to 1; nil where one is of one shade.
    ///
    /// Two pictures of one size and as many channels are compared value by value. Otherwise both are turned to grey
    /// where one is, and area-averaged to the smaller width and the smaller height.
    public static func between(_ first: PixelImage, _ second: PixelImage) -> Double? {
        let isColour = first.channels == 3 && second.channels == 3
        let (width, height) = (min(first.width, second.width), min(first.height, second.height))
        if first.channels == second.channels, first.width == second.width, first.height == second.height {
            return correlation(first.pixels, second.pixels)
        }
        func values(_ picture: PixelImage) -> [Double] {
            let channels: [Int?] = isColour ? [0, 1, 2] : [nil]
            return channels.flatMap { channel in
                GreyPicture(picture, channel: channel).resized(width: width, height: height).values
            }
        }
        return correlation(values(first), values(second))
    }

    /// The correlation of whole numbers below 2^16. Their sums are exact.
    static func correlation<Value: FixedWidthInteger & UnsignedInteger>(
        _ first: [Value], _ second: [Value]
    ) -> Double? {
        let count = min(first.count, second.count)
        var (sumX, sumY, sumXX, sumYY, sumXY): (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                for index in 0..<count {
                    let (x, y) = (UInt64(truncatingIfNeeded: first[index]), UInt64(truncatingIfNeeded: second[index]))
                    sumX &+= x
                    sumY &+= y
                    sumXX &+= x &* x
                    sumYY &+= y &* y
                    sumXY &+= x &* y
                }
            }
        }
        let n = Double(count)
        let (x, y) = (Double(sumX), Double(sumY))
        return ratio(
            Double(sumXY) - x * y / n, Double(sumXX) - x * x / n, Double(sumYY) - y * y / n,
            smallest: 0.5 / max(n, 1))
    }

    /// The correlation of numbers.
    static func correlation(_ first: [Double], _ second: [Double]) -> Double? {
        let count = Double(max(min(first.count, second.count), 1))
        let meanX = first.reduce(0, +) / count
        let meanY = second.reduce(0, +) / count
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (x, y) in zip(first, second) {
            xx += (x - meanX) * (x - meanX)
            yy += (y - meanY) * (y - meanY)
            xy += (x - meanX) * (y - meanY)
        }
        return ratio(xy, xx, yy, smallest: 1e-6)
    }

    /// Where a variance is not above `smallest` the picture is of one shade.
    fileprivate static func ratio(_ xy: Double, _ xx: Double, _ yy: Double, smallest: Double) -> Double? {
        guard xx > smallest, yy > smallest else { return nil }
        return max(-1, min(1, xy / (xx * yy).squareRoot()))
    }
}

/// The small picture of a fingerprint with its sums, for comparing it with many: the correlation is that of
/// `PictureCorrelation`, bit for bit.
struct SmallPicture: Sendable {
    private let values: [UInt8]
    private let sum: Double
    private let variation: Double

    /// At most 65,536 values, so that no sum of products passes 32 bits.
    init(_ values: [UInt8]) {
        precondition(values.count <= 1 << 16, "a small picture")
        self.values = values
        sum = Double(values.reduce(0) { $0 + UInt64($1) })
        let squares = Double(values.reduce(0) { $0 + UInt64($1) * UInt64($1) })
        variation = squares - sum * sum / Double(values.count)
    }

    /// The correlation to a picture of as many values, -1 to 1; nil where one is of one shade.
    func correlation(to other: Self) -> Double? {
        let count = min(values.count, other.values.count)
        var products: UInt32 = 0
        values.withUnsafeBufferPointer { own in
            other.values.withUnsafeBufferPointer { others in
                for index in 0..<count { products &+= UInt32(own[index]) &* UInt32(others[index]) }
            }
        }
        let n = Double(count)
        return PictureCorrelation.ratio(
            Double(products) - sum * other.sum / n, variation, other.variation, smallest: 0.5 / max(n, 1))
    }
}
