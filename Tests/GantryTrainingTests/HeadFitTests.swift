import GantryInference
import GantryTraining
import GantryTensors
import Testing

@Suite struct HeadFitTests {
    /// Three noisy classes on a few features, one of them constant, one large.
    private func example(_ rows: Int, classes: Int) -> (features: ScoreMatrix, labels: [Int]) {
        let labels = (0..<rows).map { $0 % 7 % classes }
        let noise = SeededNumbers(seed: 9, name: "features")
        var values: [Float] = []
        for (row, label) in labels.enumerated() {
            for column in 0..<12 {
                let value = noise[row * 12 + column] + (column == label ? 0.6 : 0)
                values.append(column == 5 ? 3 : column == 6 ? 1000 * value + 5000 : value)
            }
        }
        return (ScoreMatrix(rows: rows, columns: 12, values: values), labels)
    }

    private func logits(_ head: LinearHead, _ features: ArraySlice<Float>) -> [Double] {
        let features = features.map(Double.init)
        return head.bias.values.indices.map { label in
            let row = head.weight.values[label * features.count..<(label + 1) * features.count]
            return zip(row, features).map { Double($0) * $1 }.reduce(Double(head.bias.values[label]), +)
        }
    }

    /// The objective written out a second time, in terms of the folded layer.
    private func objective(_ head: LinearHead, _ features: ScoreMatrix, _ labels: [Int], penalty: Double) -> Double {
        let classes = head.bias.values.count
        var examples = [Double](repeating: 0, count: classes)
        for label in labels { examples[label] += 1 }
        var value = 0.0
        for (row, label) in labels.enumerated() {
            let logits = logits(head, features[row])
            let sum = ScoreMatrix(rows: 1, columns: classes, values: logits.map(Float.init)).softmax()[0]
            value -= logarithm(sum[label]) / (Double(classes) * examples[label])
        }
        for column in 0..<features.columns {
            let values = (0..<features.rows).map { Double(features.values[$0 * features.columns + column]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
            for label in 0..<classes {
                let weight = Double(head.weight.values[label * features.columns + column])
                value += penalty / 2 * weight * weight * variance
            }
        }
        return value
    }

    /// By the atanh series, so that the test needs no mathematics library.
    private func logarithm(_ x: Double) -> Double {
        let (mantissa, exponent) = (x.significand, Double(x.exponent))
        let z = (mantissa - 1) / (mantissa + 1)
        let series = (0..<40).reversed().reduce(0.0) { $0 * z * z + 1 / Double(2 * $1 + 1) }
        return 2 * z * series + exponent * 0.693147180559945309
    }

    @Test(arguments: [2, 3])
    func `the fit is the minimum: it converges, and no small change of a parameter improves it`(_ classes: Int) throws {
        let (features, labels) = example(140, classes: classes)
        let head = try HeadFit(penalty: 0.05).fit(features, labels: labels, classes: classes)
        #expect(head.convergence.isConverged)
        let best = objective(head, features, labels, penalty: 0.05)
        #expect(abs(best - head.convergence.objective) < 1e-5, "the folded layer computes what was minimised")
        for label in 0..<classes {
            for column in [0, 1, 2, 11] {
                for change: Float in [-0.05, 0.05] {
                    var values = head.weight.values
                    values[label * 12 + column] += change
                    let changed = LinearHead(
                        weight: try NamedTensor(name: "fc.weight", shape: [classes, 12], values: values),
                        bias: head.bias, convergence: head.convergence)
                    #expect(objective(changed, features, labels, penalty: 0.05) > best)
                }
            }
        }
    }

    @Test func `a constant feature gets no weight`() throws {
        let (features, labels) = example(70, classes: 2)
        let head = try HeadFit().fit(features, labels: labels, classes: 2)
        #expect(head.weight.values[5] == 0 && head.weight.values[12 + 5] == 0)
        #expect(head.weight.values[0] != 0)
    }

    @Test func `a class with few examples counts as much as one with many`() throws {
        // One feature without information, nine negatives to one positive: balanced, both classes are as likely.
        let labels = (0..<100).map { $0 % 10 == 0 ? 1 : 0 }
        let features = ScoreMatrix(rows: 100, columns: 1, values: (0..<100).map { Float($0 / 10 % 2) })
        let head = try HeadFit().fit(features, labels: labels, classes: 2)
        let logits = logits(head, features[0])
        #expect(abs(logits[0] - logits[1]) < 1e-5)
    }

    @Test func `the same data give the same layer`() throws {
        let (features, labels) = example(70, classes: 3)
        #expect(
            try HeadFit().fit(features, labels: labels, classes: 3)
                == HeadFit().fit(features, labels: labels, classes: 3))
    }

    @Test func `data that cannot be fitted are refused`() {
        let features = ScoreMatrix(rows: 2, columns: 1, values: [0, 1])
        #expect(throws: TrainingError.labelCount(found: 1, expected: 2)) {
            try HeadFit().fit(features, labels: [0], classes: 2)
        }
        #expect(throws: TrainingError.unknownClass(2)) { try HeadFit().fit(features, labels: [0, 2], classes: 2) }
        #expect(throws: TrainingError.emptyClass(1)) { try HeadFit().fit(features, labels: [0, 0], classes: 2) }
        let broken = ScoreMatrix(rows: 2, columns: 1, values: [0, .nan])
        #expect(throws: TrainingError.notFinite) { try HeadFit().fit(broken, labels: [0, 1], classes: 2) }
    }
}
