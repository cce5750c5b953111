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

/// `1 slice`, `2 slices`: a count with its noun.
package func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count) " + (count == 1 ? singular : plural ?? singular + "s")
}
