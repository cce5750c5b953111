/// Random numbers that a seed determines, the same on every machine.
///
/// **Source** SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// A generator for `number` of the run with `seed`.
    package init(seed: UInt64, number: Int = 0) {
        state = seed &* 0xD1B5_4A32_D192_ED03 &+ UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
        _ = next()
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `count - 1`; 0 where `count` is not positive.
    package mutating func index(_ count: Int) -> Int { count > 1 ? Int(next() % UInt64(count)) : 0 }

    /// One of `values`; nil where there is none.
    package mutating func pick<Value>(_ values: [Value]) -> Value? {
        values.isEmpty ? nil : values[index(values.count)]
    }

    /// Whether it happens, once in `times`.
    package mutating func once(in times: Int) -> Bool { index(times) == 0 }

    /// That many random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
