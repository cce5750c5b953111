import GantryInference
import GantryTensors

/// The last layer of a quantised network, changed as little as brings its logits on the calibration images back to
/// those of Float32.
///
/// Rounding perturbs the features along the directions in which images differ most, and a last layer that looks at
/// fainter ones sees that. The change is ridge regression of what the logits lost on the quantised features, solved in
/// the space of the images; the penalty is the one with the least leave-one-out error, and with few images that is a
/// large one, down to a change of the bias alone.
///
/// **Source**: ridge regression in its dual form with leave-one-out residuals, Hastie, Tibshirani and Friedman, "The
/// elements of statistical learning" (2009), sections 3.4.1 and 7.10.
package struct LastLayerCorrection {
    /// Penalties tried, in units of the mean squared length of a centred feature row; the last leaves the weights
    /// alone.
    private static let penalties: [Double] = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1e9]

    /// [classes][features], what is added to the weights.
    package private(set) var weights: [[Double]]
    /// [classes], what is added to the bias.
    package private(set) var bias: [Double]

    /// The correction for logits `exact` of the images whose features, as the quantised network computes them, are
    /// `features`; `found` are the logits that the uncorrected last layer gives for these. **Throws** `libraryMissing`
    /// without OpenBLAS.
    package init(features: ScoreMatrix, exact: ScoreMatrix, found: ScoreMatrix) throws(WeightsError) {
        let (count, width, classes) = (features.rows, features.columns, exact.columns)
        let means = (0..<width).map { column in
            (0..<count).reduce(0.0) { $0 + Double(features.values[$1 * width + column]) } / Double(max(count, 1))
        }
        var centred = [Double](repeating: 0, count: count * width)
        for row in 0..<count {
            for column in 0..<width {
                centred[row * width + column] = Double(features.values[row * width + column]) - means[column]
            }
        }
        let lost = (0..<classes).map { label in
            (0..<count).map { Double(exact.values[$0 * classes + label]) - Double(found.values[$0 * classes + label]) }
        }
        bias = lost.map { $0.reduce(0, +) / Double(max(count, 1)) }
        weights = [[Double]](repeating: [Double](repeating: 0, count: width), count: classes)
        guard count > 2, let spectrum = try Spectrum(rows: centred, count: count, width: width) else { return }
        let residuals = zip(lost, bias).map { lost, mean in lost.map { $0 - mean } }
        let scale = spectrum.values.reduce(0, +) / Double(count)
        guard scale > 0 else { return }
        let best = Self.penalties.map { ($0 * scale, spectrum.leaveOneOutError(residuals, penalty: $0 * scale)) }
            .min { $0.1 < $1.1 }
        guard let best else { return }
        for (label, residual) in residuals.enumerated() {
            let coefficients = spectrum.coefficients(of: residual, penalty: best.0)
            for row in 0..<count {
                for column in 0..<width { weights[label][column] += coefficients[row] * centred[row * width + column] }
            }
            // The regression is on centred features.
            bias[label] -= zip(weights[label], means).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }
}

/// The eigenvectors of the products of some rows with each other.
private struct Spectrum {
    /// Ascending, none below zero.
    let values: [Double]
    /// [eigenvector][row].
    private let vectors: [Double]
    private let count: Int

    /// Of `rows`, [count, width]; nil where LAPACK finds no solution. **Throws** `libraryMissing`.
    init?(rows: [Double], count: Int, width: Int) throws(WeightsError) {
        var products = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0...i {
                var sum = 0.0
                for column in 0..<width { sum += rows[i * width + column] * rows[j * width + column] }
                products[i * count + j] = sum
                products[j * count + i] = sum
            }
        }
        guard let (values, vectors) = try OpenBLAS.eigenvectors(of: products, count: count) else { return nil }
        self.values = values.map { max($0, 0) }
        self.vectors = vectors
        self.count = count
    }

    /// (K + penalty)^-1 y.
    func coefficients(of y: [Double], penalty: Double) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        for (index, value) in values.enumerated() {
            let vector = vectors[index * count..<(index + 1) * count]
            let share = zip(vector, y).reduce(0) { $0 + $1.0 * $1.1 } / (value + penalty)
            for (row, element) in vector.enumerated() { result[row] += share * element }
        }
        return result
    }

    /// The sum of the squared errors of each row by a fit to the others.
    ///
    /// A row's own weight in what is fitted to it is 1 / count, from the mean, and its diagonal element of K (K +
    /// penalty)^-1. K's rows being centred, the vector of ones is one of its eigenvectors with the value 0: it has a
    /// share of 1 / (count x penalty) in (K + penalty)^-1's diagonal, which the mean takes away.
    func leaveOneOutError(_ targets: [[Double]], penalty: Double) -> Double {
        var diagonal = [Double](repeating: -1 / (Double(count) * penalty), count: count)
        for (index, value) in values.enumerated() {
            for row in 0..<count {
                let element = vectors[index * count + row]
                diagonal[row] += element * element / (value + penalty)
            }
        }
        return targets.reduce(0) { sum, y in
            let coefficients = coefficients(of: y, penalty: penalty)
            return sum
                + (0..<count).reduce(0) {
                    let error = coefficients[$1] / diagonal[$1]
                    return $0 + error * error
                }
        }
    }
}
