import Foundation
import GantryCore

/// What validation images come to.
package struct ValidationFigures: Sendable {
    /// `[image][class]`, after the softmax.
    package let probabilities: [[Double]]
    /// Mean cross-entropy, without smoothing and class weights.
    package let loss: Double
    /// Share found right.
    package let accuracy: Double
    /// Area under the ROC curve of the positive class; nil where one side of it is empty.
    package let areaUnderCurve: Double?

    /// The figures of `logits`, `[image][class]`, of images of these classes.
    package init(logits: [[Float]], labels: [Int], positiveClass: Int) {
        var lossSum = 0.0
        var right = 0
        var probabilities: [[Double]] = []
        probabilities.reserveCapacity(logits.count)
        for (row, label) in zip(logits, labels) {
            let largest = Double(row.max() ?? 0)
            let powers = row.map { exp(Double($0) - largest) }
            let sum = powers.reduce(0, +)
            lossSum += log(sum) + largest - Double(row[label])
            if row.indexOfLargest == label { right += 1 }
            probabilities.append(powers.map { $0 / sum })
        }
        self.probabilities = probabilities
        loss = lossSum / Double(max(labels.count, 1))
        accuracy = Double(right) / Double(max(labels.count, 1))
        areaUnderCurve = ROC.areaUnderCurve(
            scores: logits.map { row in
                // The difference to the strongest other class orders as the probability does, without rounding to 1.
                let others = row.indices.filter { $0 != positiveClass }.map { row[$0] }.max() ?? 0
                return Double(row[positiveClass]) - Double(others)
            }, isPositive: labels.map { $0 == positiveClass })
    }
}
