import GantryCore
import GantryInference

/// How far what a network computes is from what a golden run says.
enum GoldenDifference {
    /// What errors of TF32 or half precision come to at most, by their size: both keep ten bits behind the binary point
    /// of a product, 1e-3, and the layers of a network add them up. A wrong network is further away.
    static let coarsest = 1e-2

    /// The words for an error of at most that size.
    static let coarse =
        "an error of this size is what TF32 or half precision in the golden run makes: run it in true float32 "
        + "(torch.backends.cudnn.allow_tf32 = False, torch.backends.cuda.matmul.allow_tf32 = False, no autocast)"

    /// The largest difference of a logit over the largest logit of its image; of a network of one output over the
    /// largest of all images, for that one may be near zero. Infinite where something is no number.
    static func ofLogits(_ found: ScoreMatrix, _ expected: [Float]) -> Float {
        let columns = found.columns
        let overall = expected.map(abs).max() ?? 0
        var worst: Float = 0
        for image in 0..<found.rows {
            let row = image * columns..<(image + 1) * columns
            let largest = columns == 1 ? overall : expected[row].map(abs).max() ?? 0
            let difference = row.map { distance(found.values[$0], expected[$0]) }.max() ?? 0
            worst = max(worst, difference == 0 ? 0 : distance(difference / largest, 0))
        }
        return worst
    }

    /// The largest difference of a probability; infinite where something is no number.
    static func ofProbabilities(_ found: some Sequence<[Double]>, _ expected: some Sequence<[Double]>) -> Double {
        var worst = 0.0
        for (found, expected) in zip(found, expected) {
            for (one, other) in zip(found, expected) { worst = max(worst, distance(one, other)) }
        }
        return worst
    }

    /// Infinite where one is no number, which every comparison would pass over.
    private static func distance<Number: BinaryFloatingPoint>(_ one: Number, _ other: Number) -> Number {
        let distance = abs(one - other)
        return distance.isNaN ? .infinity : distance
    }

    /// Whether a difference of `trial` explains that the network's own is `own`: it is within `tolerance`, and by far
    /// the smaller.
    static func explains<Number: BinaryFloatingPoint>(_ trial: Number, _ own: Number, tolerance: Number) -> Bool {
        trial <= tolerance && trial * 10 < own
    }
}
