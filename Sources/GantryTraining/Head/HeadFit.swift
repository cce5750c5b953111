import Foundation
import GantryInference
import GantryTensors

/// Multinomial logistic regression on pooled features: fits a network's last layer.
///
/// Minimises the class-balanced mean cross-entropy plus `penalty / 2` times the squared weights of the standardised
/// features (biases are free), by L-BFGS from zero, in double, on one thread: the same features give the same layer.
/// The standardisation is folded back into weight and bias; a constant feature gets weight 0.
///
/// **Source**: King and Zeng, "Logistic regression in rare events data" (2001), for the weights N / (K n_class).
public struct HeadFit: Sendable {
    /// L2 penalty on the weights of the standardised features.
    public var penalty: Double
    /// The gradient's largest component at which the fit is done.
    public var tolerance: Double
    /// Steps after which the fit ends in any case.
    public var largestIterationCount: Int

    /// A fit with this penalty.
    public init(penalty: Double = 0.01, tolerance: Double = 1e-6, largestIterationCount: Int = 500) {
        self.penalty = penalty
        self.tolerance = tolerance
        self.largestIterationCount = largestIterationCount
    }

    /// The last layer for these features and labels. `features`: `[N, features]`; `labels`: N numbers in `0 ..<
    /// classes`.
    ///
    /// **Throws** `labelCount`, `unknownClass`, `emptyClass`, `notFinite`.
    public func fit(
        _ features: ScoreMatrix, labels: [Int], classes: Int
    ) throws(TrainingError) -> LinearHead {
        guard labels.count == features.rows else {
            throw .labelCount(found: labels.count, expected: features.rows)
        }
        if let label = labels.first(where: { !(0..<classes).contains($0) }) { throw .unknownClass(label) }
        var examples = [Int](repeating: 0, count: classes)
        for label in labels { examples[label] += 1 }
        if let empty = examples.firstIndex(of: 0) { throw .emptyClass(empty) }
        guard features.values.allSatisfy(\.isFinite) else { throw .notFinite }

        let standardised = StandardisedFeatures(features)
        let objective = BalancedCrossEntropy(
            features: standardised, labels: labels,
            exampleWeights: labels.map { 1 / (Double(classes) * Double(examples[$0])) }, classes: classes,
            penalty: penalty)
        let minimiser = LBFGS(tolerance: tolerance, largestIterationCount: largestIterationCount)
        let (solution, convergence) = minimiser.minimise(
            from: [Double](repeating: 0, count: classes * (features.columns + 1)), objective.evaluate)
        return try head(solution, standardised, classes: classes, convergence)
    }

    /// Undoes the standardisation: v * (x - m) / s + b = (v / s) * x + (b - sum v m / s).
    private func head(
        _ solution: [Double], _ features: StandardisedFeatures, classes: Int, _ convergence: LinearHead.Convergence
    ) throws(TrainingError) -> LinearHead {
        let columns = features.columns
        var weights: [Float] = []
        var biases: [Float] = []
        for label in 0..<classes {
            let row = solution[label * (columns + 1)..<(label + 1) * (columns + 1)]
            var bias = row[row.endIndex - 1]
            for (column, value) in row.dropLast().enumerated() {
                let weight = value * features.inverseDeviations[column]
                weights.append(Float(weight))
                bias -= weight * features.means[column]
            }
            biases.append(Float(bias))
        }
        guard weights.allSatisfy(\.isFinite), biases.allSatisfy(\.isFinite),
            let weight = try? NamedTensor(name: "fc.weight", shape: [classes, columns], values: weights),
            let bias = try? NamedTensor(name: "fc.bias", shape: [classes], values: biases)
        else { throw .notFinite }
        return LinearHead(weight: weight, bias: bias, convergence: convergence)
    }
}

/// Features shifted and scaled to mean 0 and deviation 1, column by column.
struct StandardisedFeatures {
    let rows: Int
    let columns: Int
    /// [rows, columns].
    let values: [Float]
    /// [columns].
    let means: [Double]
    /// [columns]; 0 for a column that is constant up to rounding.
    let inverseDeviations: [Double]

    init(_ features: ScoreMatrix) {
        rows = features.rows
        columns = features.columns
        var means = [Double](repeating: 0, count: columns)
        var squares = means
        for row in 0..<rows {
            for (column, value) in features[row].enumerated() { means[column] += Double(value) }
        }
        for column in means.indices { means[column] /= Double(max(rows, 1)) }
        for row in 0..<rows {
            for (column, value) in features[row].enumerated() {
                let difference = Double(value) - means[column]
                squares[column] += difference * difference
            }
        }
        let count = Double(max(rows, 1))
        let inverse = zip(means, squares).map { mean, square in
            let deviation = (square / count).squareRoot()
            return deviation > 1e-6 * abs(mean) && deviation > 1e-12 ? 1 / deviation : 0
        }
        var standardised: [Float] = []
        standardised.reserveCapacity(features.values.count)
        for row in 0..<rows {
            for (column, value) in features[row].enumerated() {
                standardised.append(Float((Double(value) - means[column]) * inverse[column]))
            }
        }
        values = standardised
        self.means = means
        inverseDeviations = inverse
    }
}
