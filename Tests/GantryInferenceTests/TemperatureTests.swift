import Foundation
import GantryCore
import GantryInference
import Testing

/// Temperatures divide logits before they become probabilities.
@Suite struct TemperatureTests {
    private let logits = ScoreMatrix(rows: 3, columns: 3, values: [1.5, -0.25, 8, -3, 0.125, 2, 100, -100, 0])

    @Test(arguments: Activation.allCases) func `a temperature of 1 changes no bit`(activation: Activation) {
        #expect(logits.probabilities(activation, temperature: 1) == logits.probabilities(activation))
    }

    @Test(arguments: [0.25, 2, 7.5]) func `probabilities are those of the divided logits, in the same order`(
        temperature: Double
    ) {
        let softmax = logits.probabilities(.softmax, temperature: temperature)
        let sigmoid = logits.probabilities(.sigmoid, temperature: temperature)
        for row in 0..<3 {
            let divided = logits[row].map { Double($0) / temperature }
            let sum = divided.reduce(0) { $0 + exp($1 - 100 / temperature) }
            for (index, logit) in divided.enumerated() {
                #expect(abs(softmax[row][index] - exp(logit - 100 / temperature) / sum) < 1e-12)
                #expect(abs(sigmoid[row][index] - 1 / (1 + exp(-logit))) < 1e-12)
            }
            func order(_ values: [Double]) -> [Int] { values.indices.sorted { values[$0] < values[$1] } }
            #expect(order(softmax[row]) == order(divided) && abs(softmax[row].reduce(0, +) - 1) < 1e-12)
        }
    }
}
