/// What follows from a report's predictions.
extension TrainingProgressReport {
    /// Pictures that a page shows of what the network is most wrong about.
    public static let mostWrongShown = 12

    /// Places in `predictions` of those whose pictures are shown, the most wrong first.
    public var mostWrong: [Int] {
        PredictionRanking.mostWrong(
            labels: predictions.map(\.label), probabilities: predictions.map(\.probabilities),
            most: Self.mostWrongShown)
    }

    /// The predictions' most probable classes against the true ones.
    public var confusionMatrix: ConfusionMatrix {
        var matrix = ConfusionMatrix(classes: classes.count)
        for prediction in predictions {
            guard let said = PredictionRanking.topClass(prediction.probabilities) else { continue }
            matrix.add(label: prediction.label, said: said)
        }
        return matrix
    }

    /// The positive class's probabilities and which of the images are of it; nil without such a class or predictions,
    /// or where a prediction lacks it.
    public var positiveScores: (scores: [Double], isPositive: [Bool])? {
        guard let positiveClass, positiveClass >= 0, !predictions.isEmpty else { return nil }
        guard predictions.allSatisfy({ positiveClass < $0.probabilities.count }) else { return nil }
        return (predictions.map { $0.probabilities[positiveClass] }, predictions.map { $0.label == positiveClass })
    }
}
