/// Numbers that are the same on every machine: a function of a seed, a name and an index, by integer arithmetic alone.
///
/// `h = mix(mix(seed) ^ fnv1a(name) + (index + 1) * 0x9E3779B97F4A7C15)`, where `mix` is SplitMix64's finaliser and
/// fnv1a the 64-bit FNV-1a hash of the name's UTF-8; all modulo 2^64. The top 24 bits `k` of `h` give the uniform
/// number `(2k + 1 - 2^24) / 2^24`, exact in Float32, strictly between -1 and 1, never zero.
///
/// **Source**: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014); draft-eastlake-fnv.
public struct SeededNumbers: Sendable {
    private let state: UInt64

    /// The sequence for this seed and name.
    public init(seed: UInt64, name: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        state = Self.mix(seed) ^ hash
    }

    /// The uniform number at `index`, in (-1, 1).
    public subscript(index: Int) -> Float {
        let hash = Self.mix(state &+ (UInt64(truncatingIfNeeded: index) &+ 1) &* 0x9E37_79B9_7F4A_7C15)
        return Float(2 * Int32(truncatingIfNeeded: hash >> 40) + 1 - (1 << 24)) * 0x1p-24
    }

    /// The first `count` uniform numbers times `scale`, plus `offset`, each operation rounded to Float32.
    public func values(_ count: Int, scale: Float, offset: Float = 0) -> [Float] {
        (0..<count).map { index in
            // Two statements: a fused multiply-add would round once and differ.
            let scaled = self[index] * scale
            return scaled + offset
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
