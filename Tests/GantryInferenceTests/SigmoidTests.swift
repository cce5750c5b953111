import Foundation
import GantryCore
import GantryInference
import GantryTensors
import Testing

@Suite struct SigmoidTests {
    @Test func `each logit has a probability of its own, to the last bit of a double`() {
        let logits: [Float] = [0, 1, -1, 20, -20, 800, -800, 0.5]
        let rows = ScoreMatrix(rows: 2, columns: 4, values: logits).sigmoid()
        let expected = logits.map { 1 / (1 + exp(-Double($0))) }
        #expect(rows == [Array(expected[..<4]), Array(expected[4...])])
        #expect(rows[0][0] == 0.5 && rows[1][1] == 1 && rows[1][2] == 0)
        #expect(abs(rows[0][1] + rows[0][2] - 1) < 1e-15)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func `what is no number is no probability`(_ logit: Float) {
        let row = ScoreMatrix(rows: 1, columns: 2, values: [logit, 0]).sigmoid()[0]
        #expect(row[0].isNaN && row[1] == 0.5)
    }

    @Test func `the activation decides what becomes of logits`() {
        let matrix = ScoreMatrix(rows: 1, columns: 2, values: [1, 3])
        #expect(matrix.probabilities(.softmax) == matrix.softmax())
        #expect(matrix.probabilities(.sigmoid) == matrix.sigmoid())
        #expect(matrix.softmax() != matrix.sigmoid())
    }

    @Test func `a scorer of labels gives the sigmoid of the network's logits`() throws {
        let network = try GoldenNetwork.network(ResidualNetworkTests.small)
        let scorer = ResidualNetworkScorer(
            preparation: try SlicePreparation(PreparationDefinition(inputSize: 64)), network: network,
            activation: .sigmoid, workers: 1)
        let hounsfield = SeededNumbers(seed: 5, name: "slice").values(80 * 80, scale: 1000, offset: -500)
            .map { Int16($0) }
        let tensor = scorer.prepare(hounsfield.span, rows: 80, columns: 80)
        let images = try #require(ImageBatch(count: 1, channels: 3, height: 64, width: 64, values: tensor.values))
        #expect(try scorer.probabilities(of: [tensor]) == network.logits(images, workers: 1).sigmoid())
        let broken = SliceTensor(values: [Float](repeating: .nan, count: 3 * 64 * 64), side: 64)
        let fault = #expect(throws: ScorerFault.self) { try scorer.probabilities(of: [tensor, broken]) }
        #expect(fault?.code == .notFinite)
    }
}
