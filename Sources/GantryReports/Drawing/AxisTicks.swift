/// Round numbers for the marks of an axis.
package enum AxisTicks {
    /// Multiples of 1, 2 or 5 times a power of ten within `lower...upper`, about `count` of them, at most 3 x `count`.
    package static func marks(lower: Double, upper: Double, count: Int) -> [Double] {
        guard lower.isFinite, upper.isFinite, upper > lower, count > 0 else { return [] }
        let rough = (upper - lower) / Double(count)
        guard rough.isFinite, rough > 0 else { return [] }
        var power = 1.0
        while power * 10 <= rough, power < 1e15 { power *= 10 }
        while power > rough, power > 1e-15 { power /= 10 }
        let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? 10 * power
        let first = (lower / step).rounded(.up)
        let last = (upper / step).rounded(.down)
        guard last >= first, last - first <= Double(3 * count) else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }
}

/// Places for labels that must not cover each other.
package enum LabelSpread {
    /// The wanted places in their order, moved apart until neighbours are at least `distance` apart, and kept within
    /// `range` as far as they fit.
    package static func places(_ wanted: [Double], distance: Double, within range: ClosedRange<Double>) -> [Double] {
        let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
        var placed = order.map { min(max(wanted[$0], range.lowerBound), range.upperBound) }
        // Blocks of labels that touch are centred on the mean of what they want, and merged with neighbours they reach.
        var blocks: [(first: Int, count: Int, centre: Double)] = []
        for index in placed.indices {
            blocks.append((index, 1, placed[index]))
            while blocks.count > 1 {
                let last = blocks[blocks.count - 1]
                let before = blocks[blocks.count - 2]
                let beforeEnd = before.centre + Double(before.count - 1) * distance / 2
                let lastStart = last.centre - Double(last.count - 1) * distance / 2
                guard lastStart - beforeEnd < distance else { break }
                let count = before.count + last.count
                let sum = before.centre * Double(before.count) + last.centre * Double(last.count)
                let half = Double(count - 1) * distance / 2
                let centre = max(range.lowerBound + half, min(sum / Double(count), range.upperBound - half))
                blocks.removeLast(2)
                blocks.append((before.first, count, centre))
            }
        }
        for block in blocks {
            for offset in 0..<block.count {
                placed[block.first + offset] = block.centre + (Double(offset) - Double(block.count - 1) / 2) * distance
            }
        }
        var result = wanted
        for (place, index) in zip(placed, order) { result[index] = place }
        return result
    }
}
