extension Double {
    /// The number as text with a fixed number of decimals (0...9), rounded half away from zero: `1.2`, `-0.05`.
    ///
    /// Numbers from 1e9 on, infinities and NaN are written as Swift writes them. There is no `-0.0`.
    package func written(decimals: Int) -> String {
        guard isFinite, magnitude < 1e9 else { return "\(self)" }
        let decimals = Swift.min(Swift.max(decimals, 0), 9)
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((magnitude * Double(scale)).rounded(.toNearestOrAwayFromZero))
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + "\(scaled)" }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return sign + "\(scaled / scale)." + zeros + fraction
    }
}

/// As many digits as tell numbers apart: what is below a limit must not read as the limit.
extension Double {
    /// The number with `decimals` decimals, or as many more, up to `most`, as it takes to stand on the same side of
    /// every one of `limits` as the number itself: 0.5998 below a limit of 0.6 is not written `0.600`, nor 5.04 above
    /// one of 5 as `5.0`. With `decimals` where not even `most` decimals tell: nothing but rounding lies between them.
    package func written(decimals: Int, apartFrom limits: [Double], most: Int = 6) -> String {
        for places in decimals...max(decimals, most) {
            let text = written(decimals: places)
            guard let rounded = Double(text) else { break }
            if limits.allSatisfy({ (self < $0) == (rounded < $0) && (self > $0) == (rounded > $0) }) { return text }
        }
        return written(decimals: decimals)
    }

    /// The same for one limit; with `decimals` where there is none.
    package func written(decimals: Int, apartFrom limit: Double?) -> String {
        written(decimals: decimals, apartFrom: limit.map { [$0] } ?? [])
    }

    /// The number with `decimals` decimals, or as many more, up to 9, as it has: a limit as it was set.
    package func writtenInFull(decimals: Int) -> String {
        let exact = written(decimals: 9)
        return (decimals..<9).lazy.map { written(decimals: $0) }.first { Double($0) == Double(exact) } ?? exact
    }

    /// The number as a probability: three decimals, or as many more as it takes to stand on the same side of every one
    /// of `limits` as the number itself, and never rounded to certainty: `>0.999`, `<0.001`.
    package func writtenAsProbability(apartFrom limits: [Double] = []) -> String {
        for places in 3...9 {
            let text = written(decimals: places)
            guard let rounded = Double(text) else { break }
            let isCertainty = rounded == 0 || rounded == 1
            if isCertainty, let bound = Self.bound(near: rounded, places: places, limits: limits) { return bound }
            // Certainty is written only where a limit of 0 or 1 is met exactly.
            if isCertainty ? self == rounded && limits.contains(self) : limits.allSatisfy({ isSide(of: $0, rounded) }) {
                return text
            }
        }
        return "\(self)"
    }

    private func isSide(of limit: Double, _ rounded: Double) -> Bool { (self < limit) == (rounded < limit) }

    /// `>0.999` near 1 and `<0.001` near 0; nil where a limit lies between the two.
    private static func bound(near certainty: Double, places: Int, limits: [Double]) -> String? {
        let isHigh = certainty == 1
        let text = "0." + String(repeating: isHigh ? "9" : "0", count: places - 1) + (isHigh ? "9" : "1")
        guard let value = Double(text), limits.allSatisfy({ isHigh ? $0 <= value : $0 <= 0 || $0 >= value }) else {
            return nil
        }
        return (isHigh ? ">" : "<") + text
    }

    /// Each of `values` with the same number of decimals: `decimals`, or as many more, up to `most`, as it takes to
    /// tell apart those that differ; those that not even `most` decimals tell apart read the same.
    package static func written(_ values: [Double], decimals: Int, most: Int = 6) -> [String] {
        let different = Set(values.map { $0.written(decimals: max(decimals, most)) }).count
        for places in decimals...max(decimals, most) {
            let texts = values.map { $0.written(decimals: places) }
            if Set(texts).count == different { return texts }
        }
        return values.map { $0.written(decimals: decimals) }
    }
}

/// `1 slice`, `2 slices`: a count with its noun.
package func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count) " + (count == 1 ? singular : plural ?? singular + "s")
}
