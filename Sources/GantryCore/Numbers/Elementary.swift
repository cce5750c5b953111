/// The two transcendental functions that Core needs, by the four basic operations and the square root alone: the same
/// to the last bit on every machine, whatever its mathematics library.
package enum Elementary {
    /// e to the power of `x`, to 4e-16 relative; 0 below the smallest number, infinity above the largest.
    ///
    /// x = k ln 2 + r with |r| <= ln 2 / 2, then the Taylor series to r^13 (remainder 4e-18), then times 2^k.
    package static func exponential(_ x: Double) -> Double {
        guard !x.isNaN else { return x }
        guard x > -746 else { return 0 }
        guard x < 710 else { return .infinity }
        // ln 2 in two parts: the first has trailing zeros, so that its product with k is exact.
        let k = (x * 1.4426950408889634).rounded(.toNearestOrEven)
        let r = (x - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10
        var sum = 1.0
        for n in stride(from: 13, through: 1, by: -1) { sum = 1 + r * sum / Double(n) }
        return Double(sign: .plus, exponent: Int(k), significand: sum)
    }

    /// Angle between the positive x axis and the point (x, y) with y >= 0, in degrees, 0...180, to 1e-13; 0 where both
    /// are 0.
    ///
    /// The argument is folded to 0...1 and halved twice, then the Taylor series to t^23 (remainder 1e-19).
    package static func angleDegrees(x: Double, y: Double) -> Double {
        let (acrossX, y) = (abs(x), abs(y))
        guard acrossX > 0 || y > 0 else { return 0 }
        let isSteep = y > acrossX
        var t = isSteep ? acrossX / y : y / acrossX
        for _ in 0..<2 { t /= 1 + (1 + t * t).squareRoot() }
        let square = t * t
        var sum = 0.0
        for n in stride(from: 23, through: 1, by: -2) { sum = 1 / Double(n) - square * sum }
        let folded = 4 * t * sum * 180 / .pi
        let firstQuadrant = isSteep ? 90 - folded : folded
        return x < 0 ? 180 - firstQuadrant : firstQuadrant
    }

    /// Value number `counter` of the stream `seed`: a bijection of the counter whose bits look independent.
    ///
    /// **Source** SplitMix64, Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    package static func splitMix64(seed: UInt64, counter: UInt64) -> UInt64 {
        var mixed = seed &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
