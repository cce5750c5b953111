/// How much of a slice's body is lung: air enclosed by the body as a fraction of the body.
///
/// The idea (count dark pixels inside the body) is COVID-CTset's, here in Hounsfield units.
public enum LungArea {
    /// Above this a pixel is tissue, HU: between fat (-120) and lung (-500 and below).
    public static let tissueAboveHU = -300

    /// Longest side of the grid that is measured, pixels: 1.4 mm to 2 mm a pixel of a usual chest CT.
    static let longestGridSide = 256

    /// From this longest side on structures thinner than three pixels (the couch's shell) are taken off the body.
    static let shortestOpenedSide = 128

    /// Up to this a pixel is air or aerated lung, whatever the slice selection calls air, HU.
    public static let airUpToHU = -400

    /// What the slice selection calls air unless it says otherwise, HU.
    public static let usualAirRangeHU = -1000...airUpToHU

    /// From this fraction of the body on a slice shows lung, whatever the slice selection asks for.
    public static let smallestLungFraction = 0.05

    /// What `measure` finds on one slice.
    public struct Measurement: Sendable, Hashable {
        /// Enclosed air of the range that was asked for, as a fraction of the body (tissue and all that it encloses).
        public var fraction = 0.0
        /// Enclosed air up to `airUpToHU`, as a fraction of the body.
        public var airFraction = 0.0
        /// That air in pixels of the image.
        public var airPixels = 0.0
    }

    /// Which parts of a slice are body, as `measure` finds it; nil where there is no tissue or the numbers do not fit
    /// together.
    ///
    /// **Shape** `hounsfield` has `rows` x `columns` values, row by row.
    public static func body(hounsfield: Span<Int16>, rows: Int, columns: Int) -> BodyMask? {
        guard let grid = marked(hounsfield, rows: rows, columns: columns, airRangeHU: usualAirRangeHU) else {
            return nil
        }
        var isInside: [Bool] = []
        isInside.reserveCapacity(grid.rows * grid.columns)
        for row in 1...grid.rows {
            for column in 1...grid.columns {
                isInside.append(grid.pixels[row * grid.stride + column] & Grid.outside == 0)
            }
        }
        return BodyMask(rows: grid.rows, columns: grid.columns, isInside: isInside)
    }

    /// The grid with body and outside marked; nil where there is no tissue or the numbers do not fit together.
    private static func marked(
        _ hounsfield: Span<Int16>, rows: Int, columns: Int, airRangeHU: ClosedRange<Int>
    ) -> Grid? {
        let (size, overflows) = rows.multipliedReportingOverflow(by: columns)
        guard rows >= 1, columns >= 1, !overflows, hounsfield.count >= size else { return nil }
        var grid = Grid(sampling: hounsfield, rows: rows, columns: columns, airRangeHU: airRangeHU)
        if max(grid.rows, grid.columns) >= shortestOpenedSide { grid.takeOffThinTissue() }
        guard grid.markLargestTissue() > 0 else { return nil }
        grid.markOutside()
        return grid
    }

    /// Air enclosed by the body: of `airRangeHU`, and what does not depend on the range that is asked for.
    ///
    /// **Shape** `hounsfield` has `rows` x `columns` values, row by row. **Range** of the fractions 0...1; 0 where
    /// there is no tissue or the numbers do not fit together.
    ///
    /// Measured on a grid of every n-th pixel whose longest side is at most 256. *Body* is the largest 4-connected
    /// component of tissue after shells thinner than three grid pixels are taken off (on grids of 128 and more), so
    /// that neither the couch nor its foam is lung. *Enclosed* is what cannot be reached from the border of the image
    /// through 4-connected pixels outside the body. A field of view that cuts the lungs open encloses nothing there.
    public static func measure(
        hounsfield: Span<Int16>, rows: Int, columns: Int, airRangeHU: ClosedRange<Int>
    ) -> Measurement {
        guard let grid = marked(hounsfield, rows: rows, columns: columns, airRangeHU: airRangeHU) else {
            return Measurement()
        }
        var (body, airInRange, air) = (0, 0, 0)
        for pixel in grid.pixels where pixel & Grid.outside == 0 {
            body += 1
            airInRange += pixel & (Grid.air | Grid.body) == Grid.air ? 1 : 0
            air += pixel & (Grid.anyAir | Grid.body) == Grid.anyAir ? 1 : 0
        }
        return Measurement(
            fraction: Double(airInRange) / Double(body), airFraction: Double(air) / Double(body),
            airPixels: Double(air * grid.step * grid.step))
    }
}

/// The sampled slice with a frame of one pixel around it, as bits for each pixel.
private struct Grid {
    static let tissue: UInt8 = 1
    static let air: UInt8 = 2
    static let body: UInt8 = 4
    static let outside: UInt8 = 8
    static let visited: UInt8 = 16
    static let anyAir: UInt8 = 32

    var rows: Int
    var columns: Int
    var stride: Int
    /// One pixel of the grid stands for `step` x `step` of the image.
    let step: Int
    var pixels: [UInt8]
    private var stack: [Int] = []

    init(sampling hounsfield: Span<Int16>, rows: Int, columns: Int, airRangeHU: ClosedRange<Int>) {
        step = (max(rows, columns) + LungArea.longestGridSide - 1) / LungArea.longestGridSide
        self.rows = (rows + step - 1) / step
        self.columns = (columns + step - 1) / step
        stride = self.columns + 2
        pixels = [UInt8](repeating: 0, count: (self.rows + 2) * stride)
        for row in 0..<self.rows {
            for column in 0..<self.columns {
                let value = Int(hounsfield[row * step * columns + column * step])
                let isTissue = value > LungArea.tissueAboveHU
                pixels[(row + 1) * stride + column + 1] =
                    (isTissue ? Self.tissue : 0) | (airRangeHU.contains(value) ? Self.air : 0)
                    | (value <= LungArea.airUpToHU ? Self.anyAir : 0)
            }
        }
    }

    /// Morphological opening of the tissue with a 3 x 3 square. Beyond the border of the image counts as tissue for
    /// the erosion, so that a body cut by the field of view keeps its rim.
    mutating func takeOffThinTissue() {
        let original = pixels.map { $0 & Self.tissue }
        let framed = withFrame(original, value: Self.tissue)
        let eroded = combined(combined(framed, across: 1, by: &), across: stride, by: &)
        let bare = withFrame(eroded, value: 0)
        let dilated = combined(combined(bare, across: 1, by: |), across: stride, by: |)
        for index in pixels.indices where original[index] > dilated[index] { pixels[index] ^= Self.tissue }
    }

    /// Every pixel combined with its neighbours at `offset` before and after; only the frame reads across rows.
    private func combined(
        _ mask: [UInt8], across offset: Int, by operation: (UInt8, UInt8) -> UInt8
    ) -> [UInt8] {
        var result = mask
        for index in offset..<(mask.count - offset) {
            result[index] = operation(operation(mask[index - offset], mask[index]), mask[index + offset])
        }
        return result
    }

    private func withFrame(_ mask: [UInt8], value: UInt8) -> [UInt8] {
        var result = mask
        for column in 0..<stride {
            result[column] = value
            result[(rows + 1) * stride + column] = value
        }
        for row in 0..<(rows + 2) {
            result[row * stride] = value
            result[row * stride + columns + 1] = value
        }
        return result
    }

    /// Marks the largest component of tissue as body (among equals the first in reading order); its size.
    mutating func markLargestTissue() -> Int {
        var (largest, seed) = (0, 0)
        for index in pixels.indices where pixels[index] & (Self.tissue | Self.visited) == Self.tissue {
            let size = flood(from: index, through: Self.tissue, unless: Self.visited, mark: Self.visited)
            if size > largest { (largest, seed) = (size, index) }
        }
        if largest > 0 { _ = flood(from: seed, through: Self.tissue, unless: Self.body, mark: Self.body) }
        return largest
    }

    /// Marks what can be reached from the frame without entering the body.
    mutating func markOutside() {
        _ = flood(from: 0, through: 0, unless: Self.body | Self.outside, mark: Self.outside)
    }

    /// Marks the 4-connected pixels from `seed` on that have all bits of `through` and none of `unless`; their number.
    private mutating func flood(from seed: Int, through: UInt8, unless: UInt8, mark: UInt8) -> Int {
        let pattern = through | unless
        guard pixels[seed] & pattern == through else { return 0 }
        var count = 0
        pixels[seed] |= mark
        stack.append(seed)
        while let index = stack.popLast() {
            count += 1
            for side in 0..<4 {
                let neighbour = index + (side < 2 ? 1 : stride) * (side & 1 == 0 ? 1 : -1)
                guard pixels.indices.contains(neighbour), pixels[neighbour] & pattern == through else { continue }
                pixels[neighbour] |= mark
                stack.append(neighbour)
            }
        }
        return count
    }
}
