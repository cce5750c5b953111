/// A ``LatticeNoise`` along one row of pixels: the corners of a cell are hashed once, not once a pixel.
///
/// Its values are those of the noise, bit for bit.
struct LatticeRow {
    private let stretch: Float
    private let scale: Float
    private let weightY: Float
    private let weightZ: Float
    private let firstX: Int32
    /// For each x of the lattice the corners (y, z), (y + 1, z), (y, z + 1), (y + 1, z + 1).
    private let corners: [SIMD4<Float>]

    /// - Parameters:
    ///   - start: the row's first point.
    ///   - lengthMillimetres: from its first point to its last, along +x.
    ///   - stretch: what points are multiplied by before they are looked up.
    init(_ noise: LatticeNoise, from start: SIMD3<Float>, lengthMillimetres: Float, stretch: Float = 1) {
        self.stretch = stretch
        scale = noise.scale
        let scaled = start * stretch * scale
        let floor = scaled.rounded(.down)
        let part = scaled - floor
        let weight = part * part * (3 - 2 * part)
        weightY = weight.y
        weightZ = weight.z
        let first = Int32(floor.x)
        let y = Int32(floor.y)
        let z = Int32(floor.z)
        firstX = first
        // one more than are needed, for what rounding does to the last point
        let count = Int32(lengthMillimetres * stretch * scale) + 4
        corners = (0..<count).map { step in
            let x = first &+ step
            return SIMD4(
                noise.corner(x, y, z), noise.corner(x, y &+ 1, z), noise.corner(x, y, z &+ 1),
                noise.corner(x, y &+ 1, z &+ 1))
        }
    }

    /// The noise at a point of the row, by its x.
    @inline(__always)
    func value(_ x: Float) -> Float {
        let scaled = x * stretch * scale
        let floor = scaled.rounded(.down)
        let part = scaled - floor
        let index = Int(Int32(floor) &- firstX)
        let left = corners[index]
        let across = left + (corners[index + 1] - left) * (part * part * (3 - 2 * part))
        return mix(mix(across.x, across.y, weightY), mix(across.z, across.w, weightY), weightZ)
    }
}
