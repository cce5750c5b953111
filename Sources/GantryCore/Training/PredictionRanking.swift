/// What the probabilities of images say, and where they are furthest from the truth.
public enum PredictionRanking {
    /// Index of the most probable class, the first of equal ones; nil where there is none, or one is NaN.
    public static func topClass(_ probabilities: [Double]) -> Int? {
        guard !probabilities.contains(where: \.isNaN), var top = probabilities.indices.first else { return nil }
        for index in probabilities.indices where probabilities[index] > probabilities[top] { top = index }
        return top
    }

    /// Places of at most `most` images whose class is not the most probable one, that with the least probability of its
    /// own class first, equal ones in their order.
    ///
    /// An image without a class among its probabilities, or with NaN in them, is left out.
    ///
    /// **Shape** `labels` [images], `probabilities` [images][classes].
    public static func mostWrong(labels: [Int], probabilities: [[Double]], most: Int) -> [Int] {
        let wrong = zip(labels, probabilities).enumerated().filter { _, image in
            guard let said = topClass(image.1), image.1.indices.contains(image.0) else { return false }
            return said != image.0
        }
        let order = wrong.sorted { a, b in
            (a.element.1[a.element.0], a.offset) < (b.element.1[b.element.0], b.offset)
        }
        return order.prefix(max(0, most)).map(\.offset)
    }
}
