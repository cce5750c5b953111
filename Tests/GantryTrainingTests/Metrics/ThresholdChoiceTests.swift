import GantryTraining
import Testing

@Suite struct ThresholdChoiceTests {
    @Test func `scores that are apart leave nothing undecided`() throws {
        let choice = try #require(
            ThresholdChoice(scores: [0.1, 0.3, 0.7, 0.9], isPositive: [false, false, true, true]))
        #expect(choice.best == 0.5 && choice.bestSensitivity == 1 && choice.bestSpecificity == 1)
        #expect(choice.negativeBelow == 0.5 && choice.positiveFrom == 0.5)
    }

    @Test func `where scores mix, the two thresholds keep what is asked for`() throws {
        // Ten negatives at 0.0, 0.1 ... 0.9, ten positives at 0.15, 0.25 ... 1.05, cut to 1.
        let scores = (0..<10).map { Double($0) / 10 } + (0..<10).map { min(0.15 + Double($0) / 10, 1) }
        let isPositive = (0..<20).map { $0 >= 10 }
        let choice = try #require(
            ThresholdChoice(scores: scores, isPositive: isPositive, sensitivity: 0.8, specificity: 0.8))
        // 8 of 10 positives are from 0.35 on, the highest threshold with them lies between 0.3 and 0.35.
        #expect(abs(choice.negativeBelow - 0.325) < 1e-12)
        // 8 of 10 negatives are below 0.75, the lowest threshold with them lies between 0.7 and 0.75.
        #expect(abs(choice.positiveFrom - 0.725) < 1e-12)
        func sensitivity(_ threshold: Double) -> Double {
            Double(zip(scores, isPositive).count { $1 && $0 >= threshold }) / 10
        }
        func specificity(_ threshold: Double) -> Double {
            Double(zip(scores, isPositive).count { !$1 && $0 < threshold }) / 10
        }
        #expect(sensitivity(choice.negativeBelow) == 0.8 && specificity(choice.positiveFrom) == 0.8)
        #expect(sensitivity(choice.best) == choice.bestSensitivity)
        #expect(specificity(choice.best) == choice.bestSpecificity)
        // No threshold at all has a larger index.
        let largest = (0...1000).map { sensitivity(Double($0) / 1000) + specificity(Double($0) / 1000) }.max() ?? 0
        #expect(choice.bestSensitivity + choice.bestSpecificity >= largest - 1e-12)
    }

    @Test func `a threshold that keeps both comes before one of a larger index that does not`() throws {
        // At 0.2 sensitivity is 0.97 and specificity 0.95; at 0.45 they are 0.94 and 1, which is more in all.
        let negatives = [Double](repeating: 0.1, count: 95) + [Double](repeating: 0.4, count: 5)
        let positives = [0.05, 0.05, 0.05, 0.3, 0.3, 0.3] + [Double](repeating: 0.5, count: 94)
        let scores = negatives + positives
        let isPositive = scores.indices.map { $0 >= 100 }
        let choice = try #require(ThresholdChoice(scores: scores, isPositive: isPositive))
        #expect(abs(choice.best - 0.2) < 1e-12 && choice.bestSensitivity == 0.97 && choice.bestSpecificity == 0.95)
        #expect(choice.negativeBelow == choice.best && choice.positiveFrom == choice.best)
        let strict = try #require(ThresholdChoice(scores: scores, isPositive: isPositive, specificity: 0.96))
        #expect(abs(strict.best - 0.45) < 1e-12)
        #expect(abs(strict.negativeBelow - 0.2) < 1e-12 && abs(strict.positiveFrom - 0.45) < 1e-12)
    }

    @Test(arguments: 0..<30)
    func `the thresholds are in order and within 0 to 1, whatever the scores`(_ seed: UInt64) throws {
        var random = CounterRandom(seed: seed, purpose: .order)
        let isPositive = (0..<60).map { $0 < 3 || $0 > 50 }
        // Few different scores, so that many are tied; the lower seeds tell the classes apart.
        let scores = isPositive.map { isPositive in
            let shift = isPositive && seed < 15 ? 4 : 0
            return Double(min(9, random.integer(below: 7) + shift)) / 9
        }
        let choice = try #require(ThresholdChoice(scores: scores, isPositive: isPositive))
        #expect(0 <= choice.negativeBelow && choice.negativeBelow <= choice.positiveFrom && choice.positiveFrom <= 1)
        #expect(0...1 ~= choice.best)
        let positives = zip(scores, isPositive).filter(\.1).map(\.0)
        let negatives = zip(scores, isPositive).filter { !$0.1 }.map(\.0)
        #expect(Double(positives.count { $0 >= choice.negativeBelow }) >= 0.95 * Double(positives.count) - 1e-9)
        if !negatives.contains(1) {
            #expect(Double(negatives.count { $0 < choice.positiveFrom }) >= 0.95 * Double(negatives.count) - 1e-9)
        }
    }

    @Test func `scores upside down, all the same, or at the ends make a choice all the same`() throws {
        let upsideDown = try #require(ThresholdChoice(scores: [0.9, 0.1], isPositive: [false, true]))
        #expect(upsideDown.negativeBelow < 0.1 && upsideDown.positiveFrom == 1)
        let same = try #require(ThresholdChoice(scores: [0.5, 0.5, 0.5], isPositive: [false, true, true]))
        #expect(same.negativeBelow == 0 && same.positiveFrom == 1)
        let ends = try #require(ThresholdChoice(scores: [0, 1, 1], isPositive: [false, true, true]))
        #expect(ends.best == 0.5)
        let saturated = try #require(ThresholdChoice(scores: [1, 1], isPositive: [false, true]))
        #expect(saturated.best == 0 && saturated.negativeBelow == 0 && saturated.positiveFrom == 1)
        let neighbours = try #require(
            ThresholdChoice(scores: [0.5, (0.5).nextUp], isPositive: [false, true]))
        #expect(neighbours.best == (0.5).nextUp)
    }

    @Test func `without both classes, with unequal counts or outside 0 to 1 there is no choice`() {
        #expect(ThresholdChoice(scores: [], isPositive: []) == nil)
        #expect(ThresholdChoice(scores: [0.1, 0.2], isPositive: [true, true]) == nil)
        #expect(ThresholdChoice(scores: [0.1], isPositive: [true, false]) == nil)
        #expect(ThresholdChoice(scores: [0.1, .nan], isPositive: [true, false]) == nil)
        #expect(ThresholdChoice(scores: [0.1, 1.5], isPositive: [true, false]) == nil)
    }
}
