import GantryCore

/// How one chest CT may differ from another of the same: the patient lies elsewhere, is larger, turned, mirrored; the
/// dose is lower, the scanner calibrated otherwise.
///
/// It works upon Hounsfield units, before the window: what it does is what another scan would do, not what another
/// display would.
///
/// **Source** of the kinds: Isensee et al., "nnU-Net" (2021), supplement; their extent is narrower here, since
/// patients lie on their back in the middle of the field of view, and a finding must stay one.
public struct HounsfieldAugmentation: Sendable, Hashable {
    /// Farthest that the picture moves down or right, or up or left, as a share of its rows or columns: 2 cm of a field
    /// of view of 40 cm, the table too high or the patient off the middle.
    public var shift = 0.05
    /// Farthest that the picture's scale is from 1: the field of view is chosen by the patient's size, and people
    /// differ by about as much.
    public var scale = 0.1
    /// Farthest that it is turned either way, degrees: people on a table are hardly turned farther.
    public var rotationDegrees = 10.0
    /// How often it is mirrored, 0 to 1. The heart is then on the right, which few people have; what is to be found in
    /// the lungs looks the same on either side. 0 where the side matters.
    public var flipProbability = 0.5
    /// Largest standard deviation of the noise that is added, HU. Lung scans of full dose have about 10 to 20 HU
    /// themselves, such of low dose twice that.
    public var noiseHU = 20.0
    /// Farthest that the windows' centre moves, HU: scanners and kernels differ by some 20 HU in lungs, breathing by
    /// more.
    public var windowCenterHU = 40.0
    /// Farthest that the factor of the windows' width is from 1.
    public var windowWidth = 0.1

    /// An augmentation of the usual extent.
    public init() {}

    /// One variation: the picture is mirrored, then scaled and turned about its middle, then moved.
    public struct Draw: Sendable, Hashable {
        /// Whether it is mirrored, left to right.
        public var isFlipped = false
        /// Above 1 all becomes larger.
        public var scale = 1.0
        /// Counterclockwise, as it is seen.
        public var rotationDegrees = 0.0
        /// Rows by which it moves down.
        public var rowsDown = 0.0
        /// Columns by which it moves right.
        public var columnsRight = 0.0
        /// Standard deviation of the noise.
        public var noiseHU = 0.0
        /// Added to each window's centre.
        public var windowCenterHU = 0.0
        /// Multiplies each window's width.
        public var windowWidth = 1.0

        /// The variation that leaves all as it is.
        public init() {}
    }

    /// The variation of a picture of this size that `random` says.
    public func draw(rows: Int, columns: Int, _ random: CounterRandom) -> Draw {
        var random = random
        func about(_ middle: Double, _ extent: Double) -> Double { random.uniform(middle - extent...middle + extent) }
        var draw = Draw()
        draw.isFlipped = random.chance(flipProbability)
        draw.scale = about(1, scale)
        draw.rotationDegrees = about(0, rotationDegrees)
        draw.rowsDown = about(0, shift) * Double(rows)
        draw.columnsRight = about(0, shift) * Double(columns)
        draw.noiseHU = random.uniform(0...noiseHU)
        draw.windowCenterHU = about(0, windowCenterHU)
        draw.windowWidth = about(1, windowWidth)
        return draw
    }
}

extension HounsfieldAugmentation.Draw {
    /// What is outside the picture, HU.
    static let air: Float = -1024

    /// The varied picture: bilinear between pixels, air outside, rounded to whole Hounsfield units.
    ///
    /// **Shape** `[rows, columns]`, as what comes out. `noise` says the noise, which is normal and independent from
    /// pixel to pixel.
    public func applied(to hounsfield: Span<Int16>, rows: Int, columns: Int, noise: CounterRandom) -> [Int16] {
        precondition(rows > 0 && columns > 0 && hounsfield.count == rows * columns, "a slice has rows x columns values")
        var noise = noise
        let (sine, cosine) = Elementary.sineAndCosine(degrees: rotationDegrees)
        let middle = (row: Double(rows - 1) / 2, column: Double(columns - 1) / 2)
        return hounsfield.withUnsafeBufferPointer { source in
            let picture = Picture(values: source, rows: rows, columns: columns)
            return [Int16](unsafeUninitializedCapacity: rows * columns) { values, count in
                for row in 0..<rows {
                    let down = Double(row) - middle.row - rowsDown
                    for column in 0..<columns {
                        let right = Double(column) - middle.column - columnsRight
                        let fromRow = middle.row + (right * sine + down * cosine) / scale
                        let fromColumn = (right * cosine - down * sine) / scale
                        var value = picture.value(
                            row: fromRow, column: middle.column + (isFlipped ? -fromColumn : fromColumn))
                        if noiseHU > 0 { value += Float(noiseHU * noise.normal()) }
                        let whole = max(-32768, min(32767, value.rounded()))
                        values.initializeElement(at: row * columns + column, to: Int16(whole))
                    }
                }
                count = rows * columns
            }
        }
    }

    /// The windows to be used instead of the preparation's.
    public func windows(from windows: [Window]) -> [Window] {
        windows.map { window in
            let width = max(window.windowWidthHU * windowWidth, window.function == .linear ? 1 : 1e-3)
            return Window(
                windowCenterHU: window.windowCenterHU + windowCenterHU, windowWidthHU: width, function: window.function)
        }
    }

    private struct Picture {
        let values: UnsafeBufferPointer<Int16>
        let rows: Int
        let columns: Int

        /// The value between pixels, whose middles are whole numbers.
        @inline(__always)
        func value(row: Double, column: Double) -> Float {
            guard row > -1, column > -1, row < Double(rows), column < Double(columns) else { return air }
            let (top, left) = (row.rounded(.down), column.rounded(.down))
            let (down, right) = (Float(row - top), Float(column - left))
            let (y, x) = (Int(top), Int(left))
            let above = mixed(pixel(y, x), pixel(y, x + 1), right)
            let below = mixed(pixel(y + 1, x), pixel(y + 1, x + 1), right)
            return mixed(above, below, down)
        }

        @inline(__always)
        private func pixel(_ row: Int, _ column: Int) -> Float {
            row >= 0 && row < rows && column >= 0 && column < columns ? Float(values[row * columns + column]) : air
        }

        @inline(__always)
        private func mixed(_ from: Float, _ to: Float, _ share: Float) -> Float {
            let part = (to - from) * share
            return from + part
        }
    }
}
