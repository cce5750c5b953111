import GantryCore
import GantryGround

/// The directions in which samples vary most, with their variances: eigenvectors of their covariance, found without
/// forming it.
///
/// The same numbers for the same samples with any number of threads: no seed, and sums in a fixed order. **Source**:
/// Lanczos' method with full reorthogonalisation (Golub and Van Loan, "Matrix Computations", 10.3).
struct PrincipalDirections {
    /// Variances, the largest first.
    private(set) var variances: [Double] = []
    /// Unit vectors. **Shape** `[variances, features]`.
    private(set) var directions: [Double] = []

    private let samples: [Float]
    private let rows: Int
    private let columns: Int
    private let mean: [Double]
    private let workers: Int

    /// A Ritz pair is taken for an eigenpair where its residual is below this part of the largest variance.
    private static let tolerance = 1e-10

    /// The first `wanted` of `rows` samples, `[rows, columns]`, at least two, of this mean; fewer where they span
    /// fewer.
    init(_ wanted: Int, of samples: [Float], rows: Int, columns: Int, mean: [Double], workers: Int) {
        self.samples = samples
        self.rows = rows
        self.columns = columns
        self.mean = mean
        self.workers = workers
        if wanted > 0 { find(wanted) }
    }

    private mutating func find(_ wanted: Int) {
        let most = min(columns, max(8 * wanted, 2 * wanted + 64))
        var basis: [[Double]] = []
        var (diagonal, beside): ([Double], [Double]) = ([], [])
        var next = Self.unit(Self.start(columns))
        while let vector = next {
            basis.append(vector)
            var image = product(vector)
            diagonal.append(Self.dot(image, vector))
            // Twice is enough: Kahan and Parlett.
            for _ in 0..<2 {
                for earlier in basis { Self.subtract(Self.dot(image, earlier), earlier, from: &image) }
            }
            let length = Self.dot(image, image).squareRoot()
            let largest = diagonal.map(abs).max() ?? 0
            let isExhausted = length <= largest * 1e-13
            let isLast = basis.count == most || (isExhausted && basis.count >= wanted)
            if isLast || isExhausted || (basis.count >= 2 * wanted && basis.count % 16 == 0) {
                let pairs = TridiagonalEigenvalues(diagonal: diagonal, beside: beside)
                if keep(wanted, of: pairs, basis, beside: isExhausted ? 0 : length) || isLast || isExhausted { return }
            }
            beside.append(length)
            next = Self.unit(image)
        }
    }

    /// Takes the largest pairs. Returns whether each is an eigenpair of the covariance.
    private mutating func keep(
        _ wanted: Int, of pairs: TridiagonalEigenvalues, _ basis: [[Double]], beside: Double
    ) -> Bool {
        let count = basis.count
        let order = pairs.values.indices.sorted { (pairs.values[$1], $0) < (pairs.values[$0], $1) }.prefix(wanted)
        let largest = order.first.map { pairs.values[$0] } ?? 0
        let isConverged = order.allSatisfy { index in
            abs(beside * pairs.vectors[index * count + count - 1]) <= Self.tolerance * largest
        }
        variances = order.map { max(pairs.values[$0], 0) }
        directions = []
        directions.reserveCapacity(order.count * columns)
        for index in order {
            var direction = [Double](repeating: 0, count: columns)
            for (number, vector) in basis.enumerated() {
                Self.subtract(-pairs.vectors[index * count + number], vector, from: &direction)
            }
            directions += Self.unit(direction) ?? direction
        }
        return isConverged
    }

    /// The covariance times a vector. Blocks of rows are summed each by one thread, and the blocks in their order.
    private func product(_ vector: [Double]) -> [Double] {
        let blocks = min(64, rows)
        var sums = [Double](repeating: 0, count: blocks * columns)
        sums.withUnsafeMutableBufferPointer { sums in
            // Shared by the workers: each block's sum is written by the one worker that took it.
            nonisolated(unsafe) let shared = sums
            WorkerThreads.forEach(count: blocks, workers: workers) {
                [Double](repeating: 0, count: columns)
            } body: { own, block in
                var row = own
                for index in block * rows / blocks..<(block + 1) * rows / blocks {
                    let part = centre(index, into: &row, times: vector)
                    for column in 0..<columns { shared[block * columns + column] += part * row[column] }
                }
            }
        }
        var result = [Double](repeating: 0, count: columns)
        for block in 0..<blocks {
            for column in 0..<columns { result[column] += sums[block * columns + column] }
        }
        return result.map { $0 / Double(rows - 1) }
    }

    /// Puts sample `index` less the mean into `row`; returns its product with `vector`.
    private func centre(_ index: Int, into row: inout [Double], times vector: [Double]) -> Double {
        samples.withUnsafeBufferPointer { samples in
            row.withUnsafeMutableBufferPointer { row in
                var sum = 0.0
                for column in 0..<columns {
                    let value = Double(samples[index * columns + column]) - mean[column]
                    row[column] = value
                    sum += value * vector[column]
                }
                return sum
            }
        }
    }

    /// A vector that is orthogonal to none of the directions but by chance.
    private static func start(_ count: Int) -> [Double] {
        (0..<count).map {
            Double(Elementary.splitMix64(seed: 0x6665_6174, counter: UInt64($0)) >> 11) * 0x1p-53 - 0.5
        }
    }

    private static func dot(_ one: [Double], _ other: [Double]) -> Double {
        one.withUnsafeBufferPointer { one in
            other.withUnsafeBufferPointer { other in
                var sum = 0.0
                for index in one.indices { sum += one[index] * other[index] }
                return sum
            }
        }
    }

    private static func subtract(_ times: Double, _ vector: [Double], from target: inout [Double]) {
        target.withUnsafeMutableBufferPointer { target in
            vector.withUnsafeBufferPointer { vector in
                for index in vector.indices { target[index] -= times * vector[index] }
            }
        }
    }

    /// The vector at length 1; nil where it has none.
    private static func unit(_ vector: [Double]) -> [Double]? {
        let length = dot(vector, vector).squareRoot()
        return length > 0 && length.isFinite ? vector.map { $0 / length } : nil
    }
}
