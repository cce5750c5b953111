import Foundation
import GantryCore

/// What a network gives for a batch: one row an image.
///
/// **Shape** `[rows, columns]`, row-major; columns are classes or features.
public struct ScoreMatrix: Hashable, Sendable {
    /// Images.
    public let rows: Int
    /// Classes or features.
    public let columns: Int
    /// The elements in row-major order.
    public let values: [Float]

    /// A matrix of `rows` x `columns` values, row by row.
    package init(rows: Int, columns: Int, values: [Float]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// The row of one image. `index` is in `0 ..< rows`.
    public subscript(index: Int) -> ArraySlice<Float> { values[index * columns..<(index + 1) * columns] }

    /// Each row over `temperature` through the softmax, computed in double after subtracting the largest; sums to 1.
    ///
    /// A row with a NaN, or whose largest logit is infinite, gives NaN.
    public func softmax(temperature: Double = 1) -> [[Double]] {
        (0..<rows).map { row in
            let logits = self[row].map { Double($0) / temperature }
            let largest = logits.reduce(-Double.infinity, max)
            let exponentials = logits.map { exp($0 - largest) }
            let sum = exponentials.reduce(0, +)
            return exponentials.map { $0 / sum }
        }
    }

    /// Each logit over `temperature` through the sigmoid, computed in double. A logit that is not finite gives NaN.
    public func sigmoid(temperature: Double = 1) -> [[Double]] {
        (0..<rows).map { row in
            self[row].map { $0.isFinite ? 1 / (1 + exp(-Double($0) / temperature)) : .nan }
        }
    }

    /// Each row of logits, over `temperature`, as probabilities. A temperature of 1 changes no bit.
    public func probabilities(_ activation: Activation, temperature: Double = 1) -> [[Double]] {
        switch activation {
        case .softmax: softmax(temperature: temperature)
        case .sigmoid: sigmoid(temperature: temperature)
        }
    }
}
