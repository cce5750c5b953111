import Foundation

/// The objective of the head's fit: weighted cross-entropy of the softmax, plus the penalty.
///
/// Parameters: [classes, columns + 1], the last of each row its bias.
struct BalancedCrossEntropy {
    let features: StandardisedFeatures
    let labels: [Int]
    /// One for each row; they sum to 1.
    let exampleWeights: [Double]
    let classes: Int
    let penalty: Double

    /// Value and gradient at `parameters`.
    func evaluate(_ parameters: [Double]) -> (value: Double, gradient: [Double]) {
        let columns = features.columns
        let stride = columns + 1
        var gradient = [Double](repeating: 0, count: parameters.count)
        var value = 0.0
        for label in 0..<classes {
            for index in label * stride..<label * stride + columns {
                value += penalty / 2 * parameters[index] * parameters[index]
                gradient[index] = penalty * parameters[index]
            }
        }
        var logits = [Double](repeating: 0, count: classes)
        features.values.withUnsafeBufferPointer { values in
            parameters.withUnsafeBufferPointer { parameters in
                gradient.withUnsafeMutableBufferPointer { gradient in
                    for row in 0..<features.rows {
                        let example = UnsafeBufferPointer(rebasing: values[row * columns..<(row + 1) * columns])
                        for label in 0..<classes {
                            let weights = UnsafeBufferPointer(
                                rebasing: parameters[label * stride..<label * stride + columns])
                            logits[label] = Self.dot(example, weights) + parameters[label * stride + columns]
                        }
                        let largest = logits.reduce(-.infinity, max)
                        let sum = logits.reduce(0) { $0 + exp($1 - largest) }
                        value += exampleWeights[row] * (log(sum) + largest - logits[labels[row]])
                        for label in 0..<classes {
                            let probability = exp(logits[label] - largest) / sum
                            let error = exampleWeights[row] * (probability - (label == labels[row] ? 1 : 0))
                            for column in 0..<columns {
                                gradient[label * stride + column] += error * Double(example[column])
                            }
                            gradient[label * stride + columns] += error
                        }
                    }
                }
            }
        }
        return (value, gradient)
    }

    /// Eight running sums, in a fixed order: quick and the same everywhere.
    private static func dot(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Double>) -> Double {
        var lanes = SIMD8<Double>.zero
        var index = 0
        while index + 8 <= a.count {
            for lane in 0..<8 { lanes[lane] += Double(a[index + lane]) * b[index + lane] }
            index += 8
        }
        var sum = lanes.sum()
        while index < a.count {
            sum += Double(a[index]) * b[index]
            index += 1
        }
        return sum
    }
}
