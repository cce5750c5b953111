import GantryCore
import Testing

@Suite struct ROCTests {
    /// 200 scores of 41 values, higher ones more often of positives.
    static let tied: (scores: [Double], isPositive: [Bool]) = {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 23) - 1
        }
        let numbers = (0..<200).map { _ in (next(), next()) }
        return (numbers.map { ($0.0 * 20).rounded() }, numbers.map { $0.0 + $0.1 > 0 })
    }()

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
        let (scores, isPositive) = Self.tied
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

    @Test func `the curve has a point for each score, from nothing to everything`() throws {
        let points = try #require(
            ROC.curve(scores: [0.9, 0.8, 0.8, 0.3, 0.1], isPositive: [true, true, false, true, false]))
        #expect(points.map(\.threshold) == [.infinity, 0.9, 0.8, 0.3, 0.1])
        #expect(points.map(\.truePositiveRate) == [0, 1.0 / 3, 2.0 / 3, 1, 1])
        #expect(points.map(\.falsePositiveRate) == [0, 0, 0.5, 0.5, 1])
    }

    @Test func `the curve encloses the area`() throws {
        let (scores, isPositive) = Self.tied
        let points = try #require(ROC.curve(scores: scores, isPositive: isPositive))
        let area = zip(points, points.dropFirst()).reduce(0) { sum, pair in
            let width = pair.1.falsePositiveRate - pair.0.falsePositiveRate
            return sum + width * (pair.0.truePositiveRate + pair.1.truePositiveRate) / 2
        }
        let exact = try #require(ROC.areaUnderCurve(scores: scores, isPositive: isPositive))
        // Some forty sums of numbers below one, each rounded in Float64.
        #expect(abs(area - exact) < 1e-13)
        #expect(points.count == Set(scores).count + 1)
    }

    @Test func `without an area there is no curve`() {
        #expect(ROC.curve(scores: [], isPositive: []) == nil)
        #expect(ROC.curve(scores: [1, 2], isPositive: [false, false]) == nil)
        #expect(ROC.curve(scores: [1], isPositive: [true, false]) == nil)
        #expect(ROC.curve(scores: [.nan, 1], isPositive: [true, false]) == nil)
    }
}
