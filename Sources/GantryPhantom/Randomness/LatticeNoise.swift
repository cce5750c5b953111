/// Smooth noise in space: hashed values on a cubic lattice, interpolated. It perturbs outlines and gives tissue
/// texture.
///
/// **Range**: -1 to 1. **Source**: Perlin's value noise, with his quintic replaced by the cubic smoothstep.
struct LatticeNoise: Sendable {
    private let seed: UInt32
    let scale: Float

    /// Noise whose features are about `sizeMillimetres` across.
    init(_ hash: CounterHash, sizeMillimetres: Float) {
        seed = UInt32(truncatingIfNeeded: hash.bits(1))
        scale = 1 / sizeMillimetres
    }

    /// The hashed value of a corner of the lattice.
    @inline(__always)
    func corner(_ x: Int32, _ y: Int32, _ z: Int32) -> Float {
        var word =
            UInt32(bitPattern: x) &* 0x8da6_b343 ^ UInt32(bitPattern: y) &* 0xd816_3841
            ^ UInt32(bitPattern: z) &* 0xcb1a_b31f ^ seed
        word = (word ^ (word &>> 15)) &* 0x2c1b_3c6d
        word = (word ^ (word &>> 12)) &* 0x297a_2d39
        word ^= word &>> 15
        return Float(Int32(bitPattern: word)) * (1 / 2_147_483_648)
    }

    @inline(__always)
    func value(_ point: SIMD3<Float>) -> Float {
        let scaled = point * scale
        let floor = scaled.rounded(.down)
        let part = scaled - floor
        let weight = part * part * (3 - 2 * part)
        let x = Int32(floor.x)
        let y = Int32(floor.y)
        let z = Int32(floor.z)
        let bottom0 = mix(corner(x, y, z), corner(x &+ 1, y, z), weight.x)
        let bottom1 = mix(corner(x, y &+ 1, z), corner(x &+ 1, y &+ 1, z), weight.x)
        let top0 = mix(corner(x, y, z &+ 1), corner(x &+ 1, y, z &+ 1), weight.x)
        let top1 = mix(corner(x, y &+ 1, z &+ 1), corner(x &+ 1, y &+ 1, z &+ 1), weight.x)
        return mix(mix(bottom0, bottom1, weight.y), mix(top0, top1, weight.y), weight.z)
    }
}
