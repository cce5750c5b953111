import GantryTensors

/// Where a tensor's elements lie in a run of elements: the first one's place, and how far apart neighbours of each
/// dimension are.
struct StridedLayout: Hashable, Sendable {
    let shape: TensorShape
    let strides: [Int]
    let offset: Int
    /// How many elements the tensor has.
    let count: Int
    /// The places it touches, from the first to the last; empty where it has no elements.
    let extent: Range<Int>

    /// The most dimensions a tensor may have. A convolution's weights have four.
    static let largestRank = 16

    /// The layout, or nil where it does not lie within `bounds`, a number is negative, or it has more elements than
    /// `bounds` (as a stride of 0 makes them), so that a small file could ask for any amount of memory.
    init?(shape: TensorShape, strides: [Int], offset: Int, within bounds: Range<Int>) {
        guard shape.dimensions.count == strides.count, strides.count <= Self.largestRank, offset >= 0,
            strides.allSatisfy({ $0 >= 0 }), let count = shape.elementCount, count <= bounds.count
        else { return nil }
        (self.shape, self.strides, self.offset, self.count) = (shape, strides, offset, count)
        guard count > 0 else {
            extent = bounds.lowerBound..<bounds.lowerBound
            return
        }
        var last = offset
        for (size, stride) in zip(shape.dimensions, strides) {
            let (step, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
            let (next, overflow) = last.addingReportingOverflow(step)
            if tooFar || overflow { return nil }
            last = next
        }
        guard offset >= bounds.lowerBound, last < bounds.upperBound else { return nil }
        extent = offset..<last + 1
    }

    /// Whether the elements lie in row-major order without a gap.
    var isContiguous: Bool {
        var expected = 1
        for (size, stride) in zip(shape.dimensions, strides).reversed() where size != 1 {
            if stride != expected { return false }
            expected *= size
        }
        return true
    }

    /// The elements in row-major order, from those of the `extent`.
    func gathered<Element>(from elements: [Element]) -> [Element] {
        if isContiguous || count == 0 { return elements }
        var gathered: [Element] = []
        gathered.reserveCapacity(count)
        var index = [Int](repeating: 0, count: strides.count)
        var place = 0
        for _ in 0..<count {
            gathered.append(elements[place])
            for dimension in index.indices.reversed() {
                index[dimension] += 1
                place += strides[dimension]
                if index[dimension] < shape.dimensions[dimension] { break }
                place -= strides[dimension] * shape.dimensions[dimension]
                index[dimension] = 0
            }
        }
        return gathered
    }
}
