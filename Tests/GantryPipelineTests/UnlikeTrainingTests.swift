import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// Distances to the training data, seen from a run with one study in it.
struct UnlikeTrainingTests {
    /// Distances are 1, 9.5, 3, 9.9, 2 and 9.5.
    private let slices = [100, 950, 300, 990, 200, 950]

    private func setting(_ limit: Double?) throws -> Setting {
        var setting = Setting()
        let quantiles = try limit.map { try #require(DistanceQuantiles(shares: [0.995], distances: [$0], samples: 7)) }
        setting.scorer = FaultyScorer(FakeScorer(distanceQuantiles: quantiles))
        return setting
    }

    private func record(_ setting: Setting) throws -> StudyRecord { try #require(setting.store.records.last) }

    @Test func `slices beyond the quantile make the study indeterminate, and all distances are kept`() throws {
        let setting = try setting(9.5)
        try setting.add(study: 1, slices: slices)
        _ = setting.ingest()
        // One of six lies beyond: less than a fifth.
        let like = try record(setting).result
        #expect(like.slices.map(\.distance) == [1, 9.5, 3, 9.9, 2, 9.5])
        #expect(!like.verdict.findings.contains { $0.code == .unlikeTraining })
        #expect(like.unlikeTraining?.unlike == 1 && like.provenance.distanceQuantiles?.samples == 7)
        #expect(setting.scorer.count.withLock { $0.scored } == 6)

        let strict = try self.setting(3)
        try strict.add(study: 1, slices: slices)
        _ = strict.ingest()
        let unlike = try record(strict).result
        #expect(unlike.verdict.finding == .indeterminate && unlike.unlikeTraining?.unlike == 3)
        #expect(unlike.verdict.findings.first?.code == .unlikeTraining)
        #expect(unlike.verdict.probability == like.verdict.probability)
    }

    @Test func `without a profile nothing is measured, and nothing changes`() throws {
        let (with, without) = (try setting(99), try setting(nil))
        for setting in [with, without] {
            try setting.add(study: 1, slices: slices)
            _ = setting.ingest()
        }
        let (one, other) = try (record(with).result, record(without).result)
        #expect(other.slices.allSatisfy { $0.distance == nil } && other.unlikeTraining == nil)
        #expect(other.provenance.distanceQuantiles == nil)
        #expect(one.verdict == other.verdict)
        #expect(one.provenance.judgingDigest == other.provenance.judgingDigest)
    }

    @Test func `other settings judge anew from the distances that are stored, without inference`() throws {
        var setting = try setting(3)
        try setting.add(study: 1, slices: slices)
        _ = setting.ingest()
        #expect(try record(setting).result.verdict.findings.contains { $0.code == .unlikeTraining })
        let scored = setting.scorer.count.withLock { $0.scored }
        setting.judging.largestShareUnlike = 0.5
        _ = setting.ingest()
        let again = try record(setting).result
        #expect(again.provenance.scoresFromStore && setting.scorer.count.withLock { $0.scored } == scored)
        #expect(!again.verdict.findings.contains { $0.code == .unlikeTraining })
    }
}
