import GantryCore

extension PixelImage {
    /// The picture of planes of 0 to 1, what is outside cut off; nil where there are neither one nor three of them.
    ///
    /// **Shape** `[C, side, side]`, red first.
    public init?(planes: [Float], side: Int) {
        let area = side * side
        guard area > 0, planes.count % area == 0 else { return nil }
        let channels = planes.count / area
        let pixels = (0..<planes.count).map { index in
            let value = planes[index % channels * area + index / channels]
            return UInt16((value > 0 ? min(value, 1) * 65535 : 0).rounded())
        }
        self.init(width: side, height: side, channels: channels, pixels: pixels)
    }

    /// The picture of a slice whose Hounsfield value v is v + 32768: for fingerprints; nil where the values do not fill
    /// the shape.
    public init?(hounsfield: some Collection<Int16>, rows: Int, columns: Int) {
        self.init(
            width: columns, height: rows, channels: 1, pixels: hounsfield.map { UInt16(bitPattern: $0) ^ 0x8000 })
    }

    /// The picture of a slice in a window, black to white; nil where the values do not fill the shape.
    public init?(hounsfield: Span<Int16>, rows: Int, columns: Int, window: Window) {
        let levels = window.greyLevels(of: hounsfield)
        self.init(width: columns, height: rows, channels: 1, pixels: levels.map { UInt16($0) * 257 })
    }
}
