import GantryTraining
import GantryTensors
import Testing

@Suite struct ROCTests {
    @Test(
        arguments: [
            ([0.1, 0.4, 0.35, 0.8], [false, false, true, true], 0.75),
            ([1, 2, 3, 4], [false, false, true, true], 1),
            ([4, 3, 2, 1], [false, false, true, true], 0),
            ([5, 5, 5, 5], [false, true, false, true], 0.5),
            // The positive at 2 ties with one negative of two: (0.5 + 1) / 2.
            ([1, 2, 2], [false, false, true], 0.75),
            ([-.infinity, .infinity], [false, true], 1),
        ] as [([Double], [Bool], Double)])
    func `the area is the share of pairs in the right order, ties half`(
        _ scores: [Double], _ isPositive: [Bool], _ expected: Double
    ) {
        #expect(ROC.areaUnderCurve(scores: scores, isPositive: isPositive) == expected)
    }

    @Test func `it is what counting every pair gives`() {
        let numbers = SeededNumbers(seed: 1, name: "scores")
        let scores = (0..<200).map { Double(Int(numbers[$0] * 20)) }
        let isPositive = (0..<200).map { numbers[1000 + $0] + numbers[$0] > 0 }
        var (wins, pairs) = (0.0, 0.0)
        for (positive, score) in zip(isPositive, scores) where positive {
            for (other, otherScore) in zip(isPositive, scores) where !other {
                pairs += 1
                wins += score > otherScore ? 1 : score == otherScore ? 0.5 : 0
            }
        }
        #expect(ROC.areaUnderCurve(scores: scores, isPositive: isPositive) == wins / pairs)
    }

    @Test func `without both classes, with unequal counts or with NaN there is no area`() {
        #expect(ROC.areaUnderCurve(scores: [], isPositive: []) == nil)
        #expect(ROC.areaUnderCurve(scores: [1, 2], isPositive: [true, true]) == nil)
        #expect(ROC.areaUnderCurve(scores: [1, 2], isPositive: [true]) == nil)
        #expect(ROC.areaUnderCurve(scores: [1, .nan], isPositive: [true, false]) == nil)
    }
}
