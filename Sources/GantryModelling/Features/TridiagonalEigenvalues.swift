/// Eigenvalues and eigenvectors of a symmetric tridiagonal matrix, by the implicit QL method.
///
/// **Source**: `tql2` of EISPACK (Bowdler, Martin, Reinsch and Wilkinson, Numerische Mathematik 11 (1968)), as JAMA has
/// it.
package struct TridiagonalEigenvalues {
    /// In no order.
    package private(set) var values: [Double]
    /// Eigenvector number i at `i * count ..< (i + 1) * count`.
    package private(set) var vectors: [Double]

    /// Of the matrix of this `diagonal` and the elements beside it, one fewer. All are finite.
    package init(diagonal: [Double], beside: [Double]) {
        let count = diagonal.count
        values = diagonal
        vectors = [Double](repeating: 0, count: count * count)
        for index in 0..<count { vectors[index * count + index] = 1 }
        var beside = beside + [0]
        var (shift, largest) = (0.0, 0.0)
        for low in 0..<count {
            largest = max(largest, abs(values[low]) + abs(beside[low]))
            let smallest = largest * .ulpOfOne
            var high = low
            while high < count - 1, abs(beside[high]) > smallest { high += 1 }
            // It converges in two or three steps; the bound keeps numbers that cannot from running for ever.
            var steps = 0
            while high > low, abs(beside[low]) > smallest, steps < 100 {
                step(from: low, to: high, &beside, &shift)
                steps += 1
            }
            values[low] += shift
            beside[low] = 0
        }
    }

    /// A QL step of the rows `low` to `high`.
    private mutating func step(from low: Int, to high: Int, _ beside: inout [Double], _ shift: inout Double) {
        let count = values.count
        let before = values[low]
        var p = (values[low + 1] - before) / (2 * beside[low])
        let root = (p * p + 1).squareRoot()
        let signed = p < 0 ? -root : root
        values[low] = beside[low] / (p + signed)
        values[low + 1] = beside[low] * (p + signed)
        let next = values[low + 1]
        let moved = before - values[low]
        for index in stride(from: low + 2, to: count, by: 1) { values[index] -= moved }
        shift += moved
        p = values[high]
        var (cosine, cosine2, cosine3) = (1.0, 1.0, 1.0)
        var (sine, sine2) = (0.0, 0.0)
        let besideNext = beside[low + 1]
        for index in stride(from: high - 1, through: low, by: -1) {
            (cosine3, cosine2, sine2) = (cosine2, cosine, sine)
            let g = cosine * beside[index]
            let h = cosine * p
            let r = (p * p + beside[index] * beside[index]).squareRoot()
            beside[index + 1] = sine * r
            (sine, cosine) = (beside[index] / r, p / r)
            p = cosine * values[index] - sine * g
            values[index + 1] = h + sine * (cosine * g + sine * values[index])
            rotate(index, cosine: cosine, sine: sine)
        }
        p = -sine * sine2 * cosine3 * besideNext * beside[low] / next
        beside[low] = sine * p
        values[low] = cosine * p
    }

    /// Rotates eigenvectors `index` and the one behind it.
    private mutating func rotate(_ index: Int, cosine: Double, sine: Double) {
        let count = values.count
        vectors.withUnsafeMutableBufferPointer { all in
            for element in index * count..<(index + 1) * count {
                let other = all[element + count]
                all[element + count] = sine * all[element] + cosine * other
                all[element] = cosine * all[element] - sine * other
            }
        }
    }
}
