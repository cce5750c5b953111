/// A projection of the whole chest from the front, as the scanner takes before the slices are planned.
public struct Localizer: Sendable {
    /// Number of rows, head to feet.
    public let rows: Int
    /// Number of columns, the patient's right to left.
    public let columns: Int
    /// Distance of pixel centres in millimetres.
    public let pixelSpacingMillimetres: Float
    /// Centre of the first pixel in patient coordinates, millimetres.
    public let imagePosition: SIMD3<Float>
    /// **Shape**: `[rows, columns]`. The scanner's own scale: -1000 for air, rising with the tissue passed.
    public let values: [Int16]

    init(_ chest: ChestPhantom) {
        let columns = 256
        let spacing = chest.fieldOfViewMillimetres / Float(columns)
        let range = chest.scanRangeMillimetres
        let top = range.upperBound + 20
        let rows = Int((range.upperBound - range.lowerBound + 40) / spacing)
        // every second line is computed from a slice, the others lie between
        var lines: [[Float]] = []
        for step in 0...(rows / 2 + 1) {
            lines.append(Self.line(chest, height: top - Float(step) * 2 * spacing, columns: columns))
        }
        var values: [Int16] = []
        values.reserveCapacity(rows * columns)
        for row in 0..<rows {
            let upper = lines[row / 2]
            let lower = lines[row / 2 + 1]
            for column in 0..<columns {
                let water = row % 2 == 0 ? upper[column] : (upper[column] + lower[column]) / 2
                values.append(Int16(clamp(water * 5 - 1000, -1000, 2000).rounded()))
            }
        }
        self.rows = rows
        self.columns = columns
        self.values = values
        pixelSpacingMillimetres = spacing
        let centre = chest.fieldCentre(height: top)
        imagePosition = SIMD3(centre.x - spacing * Float(columns - 1) / 2, centre.y, top)
    }

    /// Millimetres of water passed by each ray from front to back at one height.
    private static func line(_ chest: ChestPhantom, height: Float, columns: Int) -> [Float] {
        let geometry = SliceGeometry(
            matrix: columns / 2, fieldOfViewMillimetres: chest.fieldOfViewMillimetres,
            centre: chest.fieldCentre(height: height))
        var painter = ChestPainter(chest, geometry)
        painter.paintAll()
        var water = [Float](repeating: 0, count: columns)
        let scale = geometry.pixelSpacingMillimetres / 1000
        for row in 0..<geometry.matrix {
            for column in 0..<columns {
                water[column] += (painter.canvas.hounsfield[row * geometry.matrix + column / 2] + 1000) * scale
            }
        }
        return water
    }
}

extension ChestPhantom {
    /// The localizer of this chest.
    public func localizer() -> Localizer { Localizer(self) }
}
