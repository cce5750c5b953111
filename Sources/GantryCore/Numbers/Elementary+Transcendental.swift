extension Elementary {
    /// The natural logarithm of `x`, to 3e-16 relative; minus infinity of 0, not a number below.
    ///
    /// x = m 2^k with m between the square roots of 1/2 and 2, then ln m = 2 artanh((m - 1) / (m + 1)) by its series
    /// to the 23rd power (remainder 1e-20).
    package static func logarithm(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x < .infinity else { return x }
        var m = x.significand
        var k = Double(x.exponent)
        if m > 1.4142135623730951 {
            m /= 2
            k += 1
        }
        let s = (m - 1) / (m + 1)
        let square = s * s
        var sum = 0.0
        for n in stride(from: 23, through: 1, by: -2) { sum = 1 / Double(n) + square * sum }
        // ln 2 in two parts: the first has trailing zeros, so that its product with k is exact.
        return k * 6.93147180369123816490e-01 + (2 * s * sum + k * 1.90821492927058770002e-10)
    }

    /// Sine and cosine of an angle in degrees, to 3e-16; exact at whole quarters of a turn.
    ///
    /// The angle is brought to within 45 degrees of one, then the Taylor series to the 17th and 18th power
    /// (remainders 1e-19).
    package static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
        guard degrees.isFinite else { return (.nan, .nan) }
        let turned = degrees.truncatingRemainder(dividingBy: 360)
        let quarters = (turned / 90).rounded()
        let angle = (turned - 90 * quarters) * .pi / 180
        let square = angle * angle
        var (sine, cosine) = (1.0, 1.0)
        for n in stride(from: 17, through: 3, by: -2) { sine = 1 - square / Double(n * (n - 1)) * sine }
        for n in stride(from: 18, through: 2, by: -2) { cosine = 1 - square / Double(n * (n - 1)) * cosine }
        sine *= angle
        switch ((Int(quarters) % 4) + 4) % 4 {
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        case 3: return (-cosine, sine)
        default: return (sine, cosine)
        }
    }

    /// The number that a standard normal deviate is below with probability `p`, to 1e-15 relative; minus infinity at
    /// 0, infinity at 1, not a number outside.
    ///
    /// **Source** Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics
    /// 37 (1988), PPND16.
    package static func normalQuantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
        let q = p - 0.5
        if abs(q) <= 0.425 {
            return q * ratio(0.180625 - q * q, NormalQuantile.centre)
        }
        let r = (-logarithm(q < 0 ? p : 1 - p)).squareRoot()
        let value = r <= 5 ? ratio(r - 1.6, NormalQuantile.middle) : ratio(r - 5, NormalQuantile.tail)
        return q < 0 ? -value : value
    }

    /// Two polynomials of degree 7, lowest power first, the second beginning with 1.
    private typealias Rational = (above: InlineArray<8, Double>, below: InlineArray<8, Double>)

    private static func ratio(_ r: Double, _ polynomials: Rational) -> Double {
        var (above, below) = (polynomials.above[7], polynomials.below[7])
        for power in stride(from: 6, through: 0, by: -1) {
            above = above * r + polynomials.above[power]
            below = below * r + polynomials.below[power]
        }
        return above / below
    }

    private enum NormalQuantile {
        static let centre: Rational = (
            [
                3.3871328727963666080, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
            ],
            [
                1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
            ]
        )
        static let middle: Rational = (
            [
                1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
                1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
                7.74545014278341407640e-4,
            ],
            [
                1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
                1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                1.05075007164441684324e-9,
            ]
        )
        static let tail: Rational = (
            [
                6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
                2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
                2.01033439929228813265e-7,
            ],
            [
                1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                2.04426310338993978564e-15,
            ]
        )
    }
}
