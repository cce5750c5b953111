import GantryInference
import GantryTraining
import GantryTensors
import Testing

@Suite struct LastLayerCorrectionTests {
    /// Features of `rows` images, not centred, of very different sizes.
    private func features(_ rows: Int, _ columns: Int, seed: UInt64 = 3) -> ScoreMatrix {
        let numbers = SeededNumbers(seed: seed, name: "features")
        let values = (0..<rows * columns).map { (numbers[$0] + 2) * (1 + Float($0 % columns % 5)) }
        return ScoreMatrix(rows: rows, columns: columns, values: values)
    }

    private func noise(_ rows: Int, _ classes: Int, size: Float) -> [[Float]] {
        let numbers = SeededNumbers(seed: 11, name: "noise")
        return (0..<rows).map { row in (0..<classes).map { numbers[row * classes + $0] * size } }
    }

    private func matrix(_ rows: [[Float]]) -> ScoreMatrix {
        ScoreMatrix(rows: rows.count, columns: rows.first?.count ?? 0, values: Array(rows.joined()))
    }

    /// What the correction adds to the logits of an image of these features.
    private func added(_ correction: LastLayerCorrection, _ features: ArraySlice<Float>) -> [Double] {
        zip(correction.weights, correction.bias).map { weights, bias in
            zip(weights, features).reduce(bias) { $0 + $1.0 * Double($1.1) }
        }
    }

    private func meanSquare(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))
    }

    @Test func `a loss that is linear in the features is undone, on other images too`() throws {
        let (columns, all) = (6, features(60, 6))
        let slopes: [[Float]] = [[0.5, -1, 0, 0.25, 2, -0.125], [0, 0, 1, 0, -0.5, 0.75]]
        let exact = (0..<60).map { row in
            slopes.map { zip($0, all[row]).reduce(0.5) { $0 + $1.0 * $1.1 } }
        }
        let known = ScoreMatrix(rows: 40, columns: columns, values: Array(all.values.prefix(40 * columns)))
        let correction = try LastLayerCorrection(
            features: known, exact: matrix(Array(exact.prefix(40))),
            found: ScoreMatrix(rows: 40, columns: 2, values: [Float](repeating: 0, count: 80)))
        for row in 0..<60 {
            // The least penalty is 1e-4 of the mean square; the faintest direction has a few percent of that.
            for (found, expected) in zip(added(correction, all[row]), exact[row]) {
                #expect(abs(found - Double(expected)) < 0.02)
            }
        }
    }

    @Test(arguments: [(30, 12), (40, 200)]) func `noise that the features do not explain is left, but for its mean`(
        rows: Int, columns: Int
    ) throws {
        let features = features(rows, columns)
        let losses = noise(rows, 2, size: 0.3).map { [$0[0] + 1, $0[1] - 2] }
        let found = noise(rows, 2, size: 1).map { $0.reversed().map { $0 * 3 } }
        let exact = zip(found, losses).map { zip($0, $1).map { $0 + $1 } }
        let correction = try LastLayerCorrection(features: features, exact: matrix(exact), found: matrix(found))
        for label in 0..<2 {
            let lost = losses.map { Double($0[label]) }
            let mean = lost.reduce(0, +) / Double(rows)
            let changes = (0..<rows).map { added(correction, features[$0])[label] - mean }
            // With more features than images a fit could take all of the noise; of what it takes, most images would get
            // more on top.
            #expect(meanSquare(changes) < 0.15 * meanSquare(lost.map { $0 - mean }))
        }
    }

    @Test(arguments: [1, 2]) func `with one or two images the bias alone changes, by what they lost on average`(
        count: Int
    ) throws {
        let exact: [[Float]] = [[1, 2], [3, 8]]
        let found: [[Float]] = [[0.5, 4], [2.5, 4]]
        let correction = try LastLayerCorrection(
            features: features(count, 9), exact: matrix(Array(exact.prefix(count))),
            found: matrix(Array(found.prefix(count))))
        #expect(correction.weights == [[Double]](repeating: [Double](repeating: 0, count: 9), count: 2))
        #expect(correction.bias == (count == 1 ? [0.5, -2] : [0.5, 1]))
    }

    @Test(arguments: [0, 2.5] as [Float]) func `features that are the same for every image leave the weights alone`(
        value: Float
    ) throws {
        let features = ScoreMatrix(rows: 5, columns: 4, values: [Float](repeating: value, count: 20))
        let exact: [[Float]] = [[1], [2], [3], [4], [5]]
        let found = [[Float]](repeating: [1], count: 5)
        let correction = try LastLayerCorrection(features: features, exact: matrix(exact), found: matrix(found))
        #expect(correction.weights == [[0, 0, 0, 0]])
        #expect(correction.bias == [2])
    }
}
