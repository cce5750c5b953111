import GantryCore
import Testing

@Suite struct JudgingTests {
    private let definition = JudgingDefinition(aggregation: .mean)

    /// Records in slice order: a probability of the second class, or the reason why there is none.
    private func records(_ probabilities: [Double?], missing: FileReason = .sliceNotSelected) -> [SliceRecord] {
        probabilities.enumerated().map { index, probability in
            SliceRecord(
                index: index, sopInstanceUID: uid("1.2.\(index)"), frameNumber: 1, instanceNumber: nil,
                positionMillimetres: Double(index) * 2, lungFraction: nil,
                probabilities: probability.map { [1 - $0, $0] } ?? [], reason: probability == nil ? missing : .scored,
                clampedPixels: 0)
        }
    }

    private func verdict(
        _ probabilities: [Double?], _ definition: JudgingDefinition? = nil, geometry: SeriesGeometry? = nil,
        quality: [QualityFinding] = []
    ) -> StudyVerdict {
        (definition ?? self.definition).judge(
            slices: records(probabilities), positiveClassIndex: 1, geometry: geometry, quality: quality)
    }

    @Test(arguments: [
        (0.0, Finding.negative), (0.39, .negative), (0.4, .indeterminate), (0.5, .indeterminate),
        (0.59, .indeterminate), (0.6, .positive), (1.0, .positive),
    ])
    func `the thresholds decide: below, between, from there on`(probability: Double, finding: Finding) {
        // The maximum, so that the probability is exactly what the slices have.
        let verdict = verdict(Array(repeating: probability, count: 5), JudgingDefinition(aggregation: .maximum))
        #expect(verdict.finding == finding)
        #expect(verdict.probability == probability)
        let isBetween = finding == .indeterminate
        #expect(verdict.findings.map(\.code) == (isBetween ? [.betweenThresholds] : []))
        if isBetween {
            #expect(verdict.findings[0].detail.contains("negative below 0.40, positive from 0.60 on"))
        }
    }

    @Test(arguments: [(0.5998, 0.6, "0.5998", "0.60"), (0.599_998, 0.599_999, "0.599998", "0.599999")])
    func `a probability below a threshold does not read like it`(
        probability: Double, threshold: Double, text: String, limit: String
    ) {
        let definition = JudgingDefinition(aggregation: .maximum, positiveFrom: threshold)
        #expect(
            verdict(Array(repeating: probability, count: 5), definition).findings.map(\.detail) == [
                "The probability \(text) lies between the thresholds: negative below 0.40, positive from \(limit) on."
            ])
    }

    @Test(arguments: [0.0, 1.0]) func `any failure makes the verdict indeterminate, and a note does not`(
        probability: Double
    ) {
        let slices = Array(repeating: Optional(probability), count: 5)
        let note = QualityFinding(code: .tiltedGantry, isFailure: false, detail: "note")
        let failure = QualityFinding(code: .missingSlices, isFailure: true, detail: "failure")
        #expect(verdict(slices, quality: [note]).finding != .indeterminate)
        let doubtful = verdict(slices, quality: [note, failure])
        #expect(doubtful.finding == .indeterminate)
        #expect(doubtful.findings == [failure, note])
        #expect(doubtful.probability == probability)
    }

    @Test func `too few scored slices are never negative`() {
        let four = verdict([0, 0, nil, 0, 0, nil])
        #expect(four.finding == .indeterminate && four.scoredSlices == 4 && four.probability == 0)
        #expect(four.findings.map(\.code) == [.tooFewSlices])
        #expect(four.findings[0].detail == "4 slices scored; the pipeline asks for at least 5.")
        let none = verdict([nil, nil])
        #expect(none.finding == .indeterminate && none.probability == nil && none.interval == nil)
        #expect(none.fractionPositive == 0 && none.longestRun == 0)
        #expect(verdict([]).finding == .indeterminate)
        var lax = definition
        lax.fewestScoredSlices = 0
        #expect(verdict([], lax).findings.map(\.code) == [.tooFewSlices])
    }

    @Test func `findings of an earlier verdict can be judged again`() {
        let earlier = verdict([0.5, 0.5, 0.5])
        #expect(earlier.findings.map(\.code) == [.tooFewSlices, .betweenThresholds])
        var changed = definition
        changed.fewestScoredSlices = 3
        changed.positiveFrom = 0.5
        let again = verdict([0.5, 0.5, 0.5], changed, quality: earlier.findings)
        #expect(again.finding == .positive && again.findings.isEmpty)
    }

    @Test func `records without a usable probability are not scored`() {
        var slices = records([0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9])
        slices[0].probabilities = []
        slices[1].probabilities = [0, .nan]
        slices[2].reason = .pixelDataIncomplete
        let verdict = definition.judge(slices: slices, positiveClassIndex: 1, geometry: nil, quality: [])
        #expect(verdict.scoredSlices == 4)
        for index in [-1, 2, .max] {
            let nothing = definition.judge(slices: slices, positiveClassIndex: index, geometry: nil, quality: [])
            #expect(nothing.scoredSlices == 0)
        }
    }

    @Test(
        arguments: [
            ([0.9, 0.9, 0.1, 0.9, 0.9, 0.9], 3), ([0.9, nil, 0.9, 0.9], 2), ([0.1, 0.1], 0), ([0.5, 0.5], 2), ([], 0),
            ([0.9, 0.9, 0.9], 3),
        ] as [([Double?], Int)])
    func `the longest run ends at a negative slice and at one that is not scored`(slices: [Double?], expected: Int) {
        #expect(verdict(slices).longestRun == expected)
    }

    @Test func `a hole in the series ends a run`() throws {
        let planes = [0.0, 2, 4, 8, 10].map { plane(0, 0, $0) }
        let geometry = try #require(SeriesGeometry.measuring(planes, toleranceMillimetres: 0.2))
        #expect(verdict([0.9, 0.9, 0.9, 0.9, 0.9], geometry: geometry).longestRun == 3)
        #expect(verdict([0.9, 0.9, 0.9, 0.9, 0.9]).longestRun == 5)
    }

    @Test func `the fraction counts scored slices alone`() {
        #expect(verdict([0.9, nil, 0.5, 0.1, 0.49, nil]).fractionPositive == 0.5)
    }

    @Test func `the spacing of the series makes k grow`() throws {
        let planes = (0..<20).map { plane(0, 0, Double($0)) }
        let geometry = try #require(SeriesGeometry.measuring(planes, toleranceMillimetres: 0.2))
        let slices = Array(repeating: Optional(0.9), count: 20)
        #expect(verdict(slices, JudgingDefinition(), geometry: geometry).effectiveK == 15)
        #expect(verdict(slices, JudgingDefinition()).effectiveK == 3)
        #expect(verdict(slices).effectiveK == nil)
    }

    /// The same resampling written in Python (SplitMix64, sorted resamples, mean of the top 3, linear percentiles).
    @Test func `the interval is the bootstrap that Python computes`() throws {
        let slices: [Double?] = [0.05, 0.1, 0.8, 0.6, 0.3, 0.2, 0.95, 0.4]
        let definition = JudgingDefinition(aggregation: .topKMean(k: 3, referenceSpacingMillimetres: nil))
        let verdict = verdict(slices, definition)
        #expect(abs((verdict.probability ?? 0) - 0.7833333333333333) < 1e-12)
        let interval = try #require(verdict.interval)
        #expect(abs(interval.lower - 0.4666666666666666) < 1e-12)
        #expect(abs(interval.upper - 0.95) < 1e-12)
    }

    @Test func `slices that agree leave no interval to speak of, and one slice leaves none`() throws {
        let interval = try #require(verdict([0.25, 0.25, 0.25]).interval)
        #expect(interval == ProbabilityInterval(lower: 0.25, upper: 0.25))
        #expect(verdict([0.25]).interval == nil)
        #expect(verdict([0.25, 0.25]).interval != nil)
    }

    @Test(arguments: 0..<10) func `the order of the records has no influence`(seed: Int) {
        var random = Shuffler(UInt64(seed))
        let slices = records((0..<30).map { _ in Double.random(in: 0...1, using: &random) })
        let expected = JudgingDefinition().judge(slices: slices, positiveClassIndex: 1, geometry: nil, quality: [])
        let shuffled = JudgingDefinition().judge(
            slices: slices.shuffled(using: &random), positiveClassIndex: 1, geometry: nil, quality: [])
        #expect(shuffled == expected)
        if let interval = expected.interval {
            #expect(0 <= interval.lower && interval.lower <= interval.upper && interval.upper <= 1)
        }
    }
}
