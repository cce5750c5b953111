import GantryCore

/// A share of some cases, with its interval.
package struct Proportion: Sendable, Hashable {
    /// Cases that are counted.
    package let count: Int
    /// Cases in all.
    package let all: Int

    /// `count` of `all`.
    package init(_ count: Int, of all: Int) {
        self.count = count
        self.all = all
    }

    /// 0 to 1; nil of no cases.
    package var value: Double? { all > 0 ? Double(count) / Double(all) : nil }

    /// The interval of 95 %, within 0 to 1; nil of no cases.
    ///
    /// **Source** Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    /// American Statistical Association 22 (1927), without continuity correction.
    package var interval: ClosedRange<Double>? {
        guard let value else { return nil }
        let (n, z) = (Double(all), Elementary.normalQuantile(0.975))
        let below = 1 + z * z / n
        let centre = (value + z * z / (2 * n)) / below
        let half = z * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot() / below
        return max(0, centre - half)...min(1, centre + half)
    }
}
