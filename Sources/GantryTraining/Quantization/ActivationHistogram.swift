/// How often the values of a feature map fall into bins of equal width, from 0 on; the width doubles where a value lies
/// beyond the last.
///
/// Widths are powers of two, so a value ends in the same bin whatever came before it: the order in which values are
/// added, or histograms merged, does not matter.
package struct ActivationHistogram: Hashable, Sendable {
    private static let binCount = 4096
    private var counts = [Int](repeating: 0, count: binCount)
    /// Bins reach to `binCount * width`.
    private var width: Float = 0x1p-20

    /// A histogram of nothing.
    package init() {}

    /// Adds the values, none below zero and none infinite.
    package mutating func add(_ values: [Float]) {
        guard let largest = values.max() else { return }
        grow(toHold: largest)
        let binsAUnit = 1 / width
        counts.withUnsafeMutableBufferPointer { counts in
            for value in values { counts[Int(value * binsAUnit)] += 1 }
        }
    }

    /// Adds what another one has counted.
    package mutating func merge(_ other: Self) {
        var other = other
        while width < other.width { double() }
        while other.width < width { other.double() }
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// The largest value that 8 bits should reach: rounding costs width^2 / 12 on average below it, cutting costs the
    /// square of what lies above it, and the sum is least.
    ///
    /// **Source**: the minimum of the mean squared error, as in Banner et al., "Post training 4-bit quantization of
    /// convolutional networks" (2018), section 3.
    package func bestLimit() -> Float {
        guard let last = counts.lastIndex(where: { $0 > 0 }), last > 0 else { return Float(Self.binCount) * width }
        let candidates = 256
        var best = (error: Double.infinity, limit: last + 1)
        for candidate in stride(from: candidates, through: candidates / 8, by: -1) {
            let limit = max(1, (last + 1) * candidate / candidates)
            let step = Double(limit) / 255
            var error = 0.0
            for bin in 0...last where counts[bin] > 0 {
                let beyond = Double(bin) + 0.5 - Double(limit)
                // A bin at 0 holds what the ReLU cut, which is kept exactly.
                let squared = beyond > 0 ? beyond * beyond : bin == 0 ? 0 : step * step / 12
                error += Double(counts[bin]) * squared
            }
            if error < best.error { best = (error, limit) }
        }
        return Float(best.limit) * width
    }

    private mutating func grow(toHold value: Float) {
        while value >= Float(Self.binCount) * width { double() }
    }

    private mutating func double() {
        let half = Self.binCount / 2
        for index in 0..<half { counts[index] = counts[2 * index] + counts[2 * index + 1] }
        for index in half..<Self.binCount { counts[index] = 0 }
        width *= 2
    }
}
