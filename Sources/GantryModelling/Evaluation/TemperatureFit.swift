import Foundation
import GantryCore

/// The temperature at which a network's probabilities fit what is true best: the mean cross-entropy is least.
///
/// **Source** Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017. The loss is
/// convex in 1 / T.
package struct TemperatureFit: Sendable, Hashable {
    /// Divides the logits.
    package let temperature: Double
    /// Mean cross-entropy of the probabilities as they were, in nats.
    package let lossBefore: Double
    /// The same at the temperature.
    package let lossAfter: Double

    /// Temperatures that are tried; the best of data that determine none lies at an end.
    static let range = 0.02...50.0

    /// Of classes that exclude each other, by `probabilities`, `[cases][classes]`, each above 0, and the true class of
    /// each case. Nil without cases, or where the data determine no temperature: where everything is right, or the
    /// best is to know nothing.
    package init?(probabilities: [[Double]], classes labels: [Int]) {
        guard !probabilities.isEmpty, probabilities.count == labels.count,
            zip(probabilities, labels).allSatisfy({
                $0.indices.contains($1) && $0.allSatisfy { $0.isFinite && $0 >= 0 }
            })
        else { return nil }
        // The logarithms are logits but for a constant, which a softmax does not see.
        let logits = probabilities.map { $0.map { log(max($0, .leastNormalMagnitude)) } }
        self.init(count: logits.count) { inverse in
            zip(logits, labels).reduce(into: Slope()) { slope, one in
                let (row, label) = one
                let scaled = row.map { $0 * inverse }
                let largest = scaled.max() ?? 0
                let weights = scaled.map { exp($0 - largest) }
                let sum = weights.reduce(0, +)
                let mean = zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 } / sum
                let square = zip(weights, row).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / sum
                slope.add(loss: log(sum) + largest - scaled[label], first: mean - row[label], second: square)
            }
        }
    }

    /// Of labels that do not exclude each other: probabilities of single ones, and whether each holds.
    package init?(probabilities: [Double], isPositive: [Bool]) {
        guard !probabilities.isEmpty, probabilities.count == isPositive.count,
            probabilities.allSatisfy({ 0...1 ~= $0 })
        else { return nil }
        let logits = probabilities.map { probability -> Double in
            let held = min(max(probability, .leastNormalMagnitude), 1 - 1e-16)
            return log(held) - log1p(-held)
        }
        self.init(count: logits.count) { inverse in
            zip(logits, isPositive).reduce(into: Slope()) { slope, one in
                let (logit, positive) = one
                let probability = 1 / (1 + exp(-logit * inverse))
                let signed = (positive ? -logit : logit) * inverse
                slope.add(
                    loss: max(signed, 0) + log1p(exp(-abs(signed))), first: (probability - (positive ? 1 : 0)) * logit,
                    second: probability * (1 - probability) * logit * logit)
            }
        }
    }

    /// Probabilities of a case at a temperature over theirs: of classes by all of them, of a label by its own.
    package static func applied(
        _ temperature: Double, to probabilities: [Double], activation: Activation
    ) -> [Double] {
        switch activation {
        case .softmax:
            let scaled = probabilities.map { log(max($0, .leastNormalMagnitude)) / temperature }
            let largest = scaled.max() ?? 0
            let weights = scaled.map { exp($0 - largest) }
            let sum = weights.reduce(0, +)
            return weights.map { $0 / sum }
        case .sigmoid:
            return probabilities.map { probability in
                let held = min(max(probability, .leastNormalMagnitude), 1 - 1e-16)
                return 1 / (1 + exp(-(log(held) - log1p(-held)) / temperature))
            }
        }
    }

    /// A loss with its derivatives by 1 / T, summed.
    private struct Slope {
        var (loss, first, second) = (0.0, 0.0, 0.0)

        mutating func add(loss: Double, first: Double, second: Double) {
            self.loss += loss
            self.first += first
            self.second += second
        }
    }

    private init?(count: Int, _ evaluate: (_ inverse: Double) -> Slope) {
        var (low, high) = (1 / Self.range.upperBound, 1 / Self.range.lowerBound)
        // The loss falls where its derivative is below 0: between the ends it must turn.
        guard evaluate(low).first < 0, evaluate(high).first > 0 else { return nil }
        var inverse = 1.0
        for _ in 0..<200 {
            let slope = evaluate(inverse)
            if slope.first < 0 { low = inverse } else { high = inverse }
            let newton = inverse - slope.first / slope.second
            // Newton's step where it stays between what is known, half of that otherwise.
            let next = newton > low && newton < high ? newton : (low + high) / 2
            if abs(next - inverse) <= 1e-15 * inverse { break }
            inverse = next
        }
        temperature = 1 / inverse
        lossBefore = evaluate(1).loss / Double(count)
        lossAfter = evaluate(inverse).loss / Double(count)
    }
}
