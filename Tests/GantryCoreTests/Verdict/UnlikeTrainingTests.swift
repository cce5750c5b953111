import GantryCore
import Testing

/// Studies that are unlike what the network was trained on.
@Suite struct UnlikeTrainingTests {
    private let definition = JudgingDefinition(aggregation: .mean, unlikeQuantile: 0.9)

    private func quantiles() throws -> DistanceQuantiles {
        try #require(DistanceQuantiles(shares: [0.5, 0.9], distances: [1, 2], samples: 40))
    }

    /// Scored slices of these distances, and one that was not scored.
    private func slices(_ distances: [Double?]) -> [SliceRecord] {
        (distances + [nil]).enumerated().map { index, distance in
            let isScored = index < distances.count
            return SliceRecord(
                index: index, sopInstanceUID: uid("1.2.\(index)"), frameNumber: 1, instanceNumber: nil,
                positionMillimetres: Double(index), lungFraction: nil, probabilities: isScored ? [0.9, 0.1] : [],
                distance: distance, reason: isScored ? .scored : .sliceNotSelected, clampedPixels: 0)
        }
    }

    private func verdict(
        _ distances: [Double?], _ definition: JudgingDefinition? = nil, quality: [QualityFinding] = [],
        quantiles: DistanceQuantiles?
    ) -> StudyVerdict {
        (definition ?? self.definition).judge(
            slices: slices(distances), positiveClassIndex: 1, geometry: nil, quality: quality, quantiles: quantiles)
    }

    @Test func `more unlike slices than the pipeline accepts make the study indeterminate, with numbers`() throws {
        let found = verdict([1, 1.5, 2, 2.5, 9, 0.5], quantiles: try quantiles())
        #expect(found.finding == .indeterminate && found.findings.map(\.code) == [.unlikeTraining])
        #expect(abs((found.probability ?? 0) - 0.1) < 1e-12)
        let detail = found.findings[0].detail
        #expect(found.findings[0].isFailure && detail.hasPrefix("2 of the 6 scored slices (33 %) are unlike"))
        #expect(detail.contains("above 2.00") && detail.contains("beyond 1.75") && detail.contains("accepts 20 %"))
    }

    @Test func `as many as it accepts, or one at the limit itself, change nothing`() throws {
        let found = verdict([1, 1.5, 2, 2.0001, 2, 0.5], quantiles: try quantiles())
        #expect(found.finding == .negative && found.findings.isEmpty)
        #expect(found == verdict([nil, nil, nil, nil, nil, nil], quantiles: nil))
        var lenient = definition
        lenient.largestShareUnlike = 1
        #expect(verdict([9, 9, 9, 9, 9], lenient, quantiles: try quantiles()).finding == .negative)
        lenient.largestShareUnlike = 0
        #expect(verdict([1, 1, 1, 1, 2.5], lenient, quantiles: try quantiles()).finding == .indeterminate)
    }

    @Test func `what was stored is judged anew: the finding goes and comes with the settings`() throws {
        let first = verdict([3, 3, 3, 3, 3], quantiles: try quantiles())
        var lenient = definition
        lenient.largestShareUnlike = 1
        let second = verdict([3, 3, 3, 3, 3], lenient, quality: first.findings, quantiles: try quantiles())
        #expect(second.finding == .negative && second.findings.isEmpty)
        let third = verdict([3, 3, 3, 3, 3], quality: first.findings, quantiles: try quantiles())
        #expect(third == first)
    }

    @Test func `distances without quantiles are nobody's business`() {
        #expect(verdict([99, 99, 99, 99, 99], quantiles: nil).finding == .negative)
        #expect(UnlikeTraining(slices([99]), quantiles: nil, judging: definition) == nil)
    }

    @Test func `where no slice has a distance nothing was measured`() throws {
        #expect(UnlikeTraining(slices([nil, nil]), quantiles: try quantiles(), judging: definition) == nil)
        let unlike = try #require(UnlikeTraining(slices([nil, 3]), quantiles: quantiles(), judging: definition))
        #expect(unlike.measured == 1 && unlike.share == 1 && unlike.medianDistance == 3)
    }
}
