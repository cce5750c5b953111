import GantryCore
import Testing

/// Expected values: plain Python arithmetic on [0.1, 0.9, 0.4, 0.7, 0.2].
@Suite struct AggregationTests {
    private let probabilities = [0.1, 0.9, 0.4, 0.7, 0.2]

    private func value(
        _ rule: AggregationRule, _ probabilities: [Double]? = nil, spacing: Double? = nil
    ) -> Double {
        rule.aggregate(probabilities ?? self.probabilities, spacingMillimetres: spacing)?.probability ?? .nan
    }

    @Test func `the six rules give what Python gives`() {
        #expect(abs(value(.topKMean(k: 3, referenceSpacingMillimetres: nil)) - 2.0 / 3) < 1e-15)
        #expect(abs(value(.topKMean(k: 2, referenceSpacingMillimetres: nil)) - 0.8) < 1e-15)
        #expect(value(.maximum) == 0.9)
        #expect(abs(value(.mean) - 0.46) < 1e-15)
        #expect(abs(value(.noisyOr) - 0.98704) < 1e-15)
        #expect(value(.fractionPositive(threshold: 0.4)) == 0.6)
        #expect(value(.fractionPositive(threshold: 0.41)) == 0.4)
    }

    @Test(arguments: [
        (0, 0.1), (5, 0.12), (25, 0.2), (50, 0.4), (90, 0.82), (95, 0.86), (100, 0.9), (-7, 0.1), (300, 0.9),
    ])
    func `percentiles are linear between neighbours`(percent: Double, expected: Double) {
        #expect(abs(value(.percentile(percent)) - expected) < 1e-15)
    }

    /// max(k, round(k x reference / spacing)), held to the number of slices.
    @Test(
        arguments: [
            (5, 3), (10, 3), (2.5, 6), (2, 8), (1.25, 12), (1, 15), (0.5, 20), (1e-300, 20), (nil, 3), (0, 3), (-1, 3),
            (Double.nan, 3),
        ] as [(Double?, Int)])
    func `k grows as slices get thinner`(spacing: Double?, expected: Int) throws {
        let rule = AggregationRule.topKMean(k: 3, referenceSpacingMillimetres: 5)
        let twenty = (0..<20).map { Double($0) / 20 }
        let (probability, k) = try #require(rule.aggregate(twenty, spacingMillimetres: spacing))
        #expect(k == expected)
        let highest = twenty.sorted(by: >).prefix(expected)
        #expect(abs(probability - highest.reduce(0, +) / Double(expected)) < 1e-12)
    }

    @Test func `k is at least 1 and at most the number of slices`() throws {
        let zero = try #require(
            AggregationRule.topKMean(k: 0, referenceSpacingMillimetres: nil).aggregate(
                [0.3, 0.6], spacingMillimetres: 1))
        #expect(zero.probability == 0.6 && zero.effectiveK == 1)
        let many = try #require(
            AggregationRule.topKMean(k: 9, referenceSpacingMillimetres: nil).aggregate(
                [0.25, 0.75], spacingMillimetres: 1))
        #expect(many.probability == 0.5 && many.effectiveK == 2)
    }

    static let rules: [AggregationRule] = [
        .topKMean(k: 3, referenceSpacingMillimetres: 5), .topKMean(k: 1, referenceSpacingMillimetres: nil), .maximum,
        .mean, .percentile(37), .noisyOr, .fractionPositive(threshold: 0.5),
    ]

    @Test(arguments: rules) func `nothing to aggregate gives no number, nor does what is no number`(
        rule: AggregationRule
    ) {
        #expect(rule.aggregate([], spacingMillimetres: 1) == nil)
        #expect(rule.aggregate([0.5, .nan], spacingMillimetres: 1) == nil)
        #expect(rule.aggregate([0.5, .infinity], spacingMillimetres: 1) == nil)
    }

    @Test(arguments: rules, 0..<20)
    func `every rule stays in 0...1, ignores the order and never falls when a slice rises`(
        rule: AggregationRule, seed: Int
    ) {
        var random = Shuffler(UInt64(seed))
        var slices = (0..<Int.random(in: 1...40, using: &random)).map { _ in Double.random(in: 0...1, using: &random) }
        let before = value(rule, slices, spacing: 2)
        #expect((0...1).contains(before))
        #expect(value(rule, slices.shuffled(using: &random), spacing: 2) == before)
        slices[0] = min(1, slices[0] + 0.2)
        #expect(value(rule, slices, spacing: 2) >= before - 1e-15)
        for constant in [0.0, 1.0] { #expect(value(rule, [constant, constant, constant]) == constant) }
    }
}
