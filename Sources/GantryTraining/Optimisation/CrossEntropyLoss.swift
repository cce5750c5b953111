import Foundation
import GantryInference

/// Softmax cross-entropy with label smoothing and class weights, the mean over a batch's weights.
///
/// **Source**: `torch.nn.CrossEntropyLoss(weight, label_smoothing)`; Szegedy et al., "Rethinking the Inception
/// architecture" (2015), section 7, for the smoothing.
public struct CrossEntropyLoss: Sendable, Hashable {
    /// Share of the target that is spread over all classes. **Range** 0 to below 1.
    public var labelSmoothing: Double
    /// How much a class counts, above 0, one for each class; nil: all the same.
    public var classWeights: [Double]?

    /// A loss of these settings.
    public init(labelSmoothing: Double = 0, classWeights: [Double]? = nil) {
        self.labelSmoothing = labelSmoothing
        self.classWeights = classWeights
    }

    /// The mean loss, and its gradient to the logits, `[rows, classes]`. Rows are added in order, in double.
    ///
    /// `labels` are as many as rows, in `0 ..< classes`.
    public func evaluate(_ logits: ScoreMatrix, labels: [Int]) -> (loss: Double, gradient: [Float]) {
        precondition(labels.count == logits.rows, "a label for each row")
        let classes = logits.columns
        let weights = classWeights ?? [Double](repeating: 1, count: classes)
        precondition(weights.count == classes, "a weight for each class")
        let total = labels.reduce(0) { $0 + weights[$1] }
        let spread = labelSmoothing / Double(max(classes, 1))
        var loss = 0.0
        var gradient = [Float](repeating: 0, count: logits.values.count)
        var target = [Double](repeating: 0, count: classes)
        for (row, label) in labels.enumerated() {
            for index in 0..<classes { target[index] = spread * weights[index] }
            target[label] += (1 - labelSmoothing) * weights[label]
            let mass = target.reduce(0, +)
            let values = logits[row].map(Double.init)
            // A NaN is not passed over.
            let largest = values.reduce(-Double.infinity) { $0.isNaN || $1 <= $0 ? $0 : $1 }
            let exponentials = values.map { exp($0 - largest) }
            let sum = exponentials.reduce(0, +)
            let logarithm = log(sum) + largest
            for index in 0..<classes {
                if target[index] > 0 { loss += target[index] * (logarithm - values[index]) }
                let share = mass * exponentials[index] / sum - target[index]
                gradient[row * classes + index] = Float(share / total)
            }
        }
        return (loss / total, gradient)
    }
}
