/// Where in its input a network found what speaks for a class: a coarse grid of numbers over the whole input.
///
/// **Shape** `[rows, columns]`, row by row from the top left; each number stands for an equal part of the input.
/// **Units** of the logit. Grad-CAM's are not negative; occlusion's are where what was covered spoke against the class.
public struct ActivationMap: Sendable, Hashable, Codable {
    /// Rows of the grid.
    public let rows: Int
    /// Columns of the grid.
    public let columns: Int
    /// The numbers, all finite.
    public let values: [Float]

    /// A map of these values; nil where they do not fill the grid, or one is not finite.
    public init?(rows: Int, columns: Int, values: [Float]) {
        guard rows > 0, columns > 0, case let (count, overflows) = rows.multipliedReportingOverflow(by: columns),
            !overflows, values.count == count, values.allSatisfy(\.isFinite)
        else { return nil }
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// The largest number, but not less than 0.
    public var largest: Float { values.reduce(0, max) }

    /// The map in `rows` x `columns` pixels of a picture of which the network was shown `seen`, all of it where that is
    /// nil: linear between the middles of the grid's parts, constant beyond the outermost, NaN outside what was seen.
    ///
    /// **Source** `torch.nn.functional.interpolate(mode="bilinear", align_corners=False)`.
    public func resampled(rows: Int, columns: Int, seen: SeenArea? = nil) -> [Float] {
        precondition(rows > 0 && columns > 0, "a picture has pixels")
        let across = Self.places(columns, seen: seen?.columns, of: self.columns)
        var result: [Float] = []
        result.reserveCapacity(rows * columns)
        for down in Self.places(rows, seen: seen?.rows, of: self.rows) {
            let (upper, lower) = (down.first * self.columns, down.second * self.columns)
            for place in across {
                let top = values[upper + place.first] * (1 - place.share) + values[upper + place.second] * place.share
                let bottom =
                    values[lower + place.first] * (1 - place.share) + values[lower + place.second] * place.share
                result.append(top * (1 - down.share) + bottom * down.share)
            }
        }
        return result
    }

    /// Between which two parts of `count` each of `pixels` lies, and how near to the second: NaN where it was not seen.
    private static func places(
        _ pixels: Int, seen: Range<Double>?, of count: Int
    ) -> [(first: Int, second: Int, share: Float)] {
        let seen = seen ?? 0..<Double(pixels)
        return (0..<pixels).map { pixel in
            let middle = Double(pixel) + 0.5
            guard seen.contains(middle) else { return (0, 0, .nan) }
            let extent = seen.upperBound - seen.lowerBound
            let place = max((middle - seen.lowerBound) * Double(count) / extent - 0.5, 0)
            let first = min(Int(place), count - 1)
            return (first, min(first + 1, count - 1), Float(place - Double(first)))
        }
    }

    /// Which share of the map's positive part lies outside `body`, 0...1; nil where nothing of the map is positive.
    public func share(outside body: BodyMask) -> Double? {
        var (all, outside) = (0.0, 0.0)
        for (value, isInside) in zip(resampled(rows: body.rows, columns: body.columns), body.isInside) where value > 0 {
            all += Double(value)
            if !isInside { outside += Double(value) }
        }
        return all > 0 ? outside / all : nil
    }
}

/// The part of a picture that a network was shown, in pixels from its top left corner.
public struct SeenArea: Sendable, Hashable {
    /// From the top, to the bottom.
    public var rows: Range<Double>
    /// From the left, to the right.
    public var columns: Range<Double>

    /// An area.
    public init(rows: Range<Double>, columns: Range<Double>) {
        self.rows = rows
        self.columns = columns
    }
}
