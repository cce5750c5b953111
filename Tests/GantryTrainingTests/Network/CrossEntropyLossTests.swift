import GantryInference
import GantryTraining
import Testing

@Suite struct CrossEntropyLossTests {
    private static let logits = ScoreMatrix(
        rows: 3, columns: 4, values: [1, -2, 0.5, 3, 0, 0.25, -1, 2, 80, -80, 3, 0])
    private static let labels = [2, 0, 3]

    /// PyTorch 2.13, float64, on these logits.
    @Test(
        arguments: [
            (0.0, nil, 28.336308756730144), (0.1, nil, 28.29672542339681),
            (0.0, [0.5, 1, 2, 4], 50.23966820101758), (0.3, [0.5, 1, 2, 4], 42.75507866794032),
        ] as [(Double, [Double]?, Double)])
    func `the loss is PyTorch's`(_ smoothing: Double, _ weights: [Double]?, _ expected: Double) {
        let loss = CrossEntropyLoss(labelSmoothing: smoothing, classWeights: weights)
        let (value, gradient) = loss.evaluate(Self.logits, labels: Self.labels)
        #expect(abs(value - expected) < 1e-9 * expected)
        // The softmax does not change where all logits of a row do: a row's gradients cancel.
        for row in 0..<3 {
            let sum = gradient[row * 4..<row * 4 + 4].reduce(0, +)
            #expect(abs(sum) < 1e-6)
        }
        #expect(gradient.contains { abs($0) > 0.1 })
    }

    @Test func `a logit that is not a number makes the loss none`() {
        for wrong in [Float.nan, .infinity] {
            let logits = ScoreMatrix(rows: 1, columns: 3, values: [0, wrong, 1])
            #expect(CrossEntropyLoss().evaluate(logits, labels: [0]).loss.isFinite == false)
        }
    }
}
