import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// Maps of the key slices, seen from a run with one study in it.
struct ExplanationTests {
    private let slices = [100, 950, 300, 990, 200, 950]

    private func record(_ setting: Setting) throws -> StudyRecord { try #require(setting.store.records.last) }

    @Test func `every key slice has its map, by one more pass and no other`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: slices)
        _ = setting.ingest()
        let result = try record(setting).result
        #expect(result.keyPictures.map(\.sliceIndex) == [3, 1])
        #expect(result.keyPictures.map(\.explanation?.map.values) == [[0.99, 0.2475], [0.95, 0.2375]])
        #expect(setting.scorer.count.withLock { $0.maps } == 2)
        #expect(setting.scorer.count.withLock { $0.scored } == 6)
    }

    @Test func `no map is made where none is asked for, and the verdict is the same`() throws {
        let with = Setting()
        try with.add(study: 1, slices: slices)
        _ = with.ingest()
        var without = Setting()
        without.explain = false
        try without.add(study: 1, slices: slices)
        _ = without.ingest()
        #expect(without.scorer.count.withLock { $0.maps } == 0)
        let (one, other) = try (record(with).result, record(without).result)
        #expect(other.keyPictures.allSatisfy { $0.explanation == nil } && other.keyPictures.count == 2)
        #expect(one.verdict == other.verdict)
        #expect(one.provenance.scoringDigest == other.provenance.scoringDigest)
        #expect(one.provenance.judgingDigest == other.provenance.judgingDigest)
        var none = Setting()
        none.keyPictures = 0
        try none.add(study: 1, slices: slices)
        _ = none.ingest()
        #expect(none.scorer.count.withLock { $0.maps } == 0)
    }

    @Test func `maps are the same for any number of threads`() throws {
        var results: [StudyResult] = []
        for threads in [1, 3] {
            var setting = Setting()
            setting.scoringThreads = threads
            setting.keyPictures = 5
            try setting.add(study: 1, slices: slices)
            _ = setting.ingest()
            results.append(try record(setting).result)
        }
        #expect(results[0].keyPictures == results[1].keyPictures && results[0].keyPictures.count == 5)
    }

    @Test func `a map that cannot be made fails the study by name`() throws {
        var setting = Setting()
        setting.scorer = FaultyScorer(
            mapFault: ScorerFault(.notFinite, subject: "slice tensor 0", explanation: "it is no number"))
        try setting.add(study: 1, slices: slices)
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.badData)
        #expect(setting.store.records.isEmpty)
    }

    private func picture(_ share: Double?) throws -> KeyPicture {
        let map = try #require(ActivationMap(rows: 1, columns: 1, values: [1]))
        return KeyPicture(
            sliceIndex: 0, window: .lung, orientation: PatientOrientation(right: "L", bottom: "P"), rows: 1, columns: 1,
            png: [], explanation: SliceExplanation(map: map, outsideBodyShare: share))
    }

    @Test func `more of a map outside the body than the setting allows is a note`() throws {
        let pictures = try [picture(0.5), picture(0.834), picture(nil), picture(0.51)]
        let found = QualityAssessment.maps(of: pictures, largestShare: 0.5)
        #expect(found.count == 1 && found[0].code == .mapOutsideBody && !found[0].isFailure)
        #expect(
            found[0].detail
                == "On 2 of the 3 key slices more than 50 % of what the network looked at lies outside the body, up to "
                + "83 %.")
        #expect(QualityAssessment.maps(of: pictures, largestShare: 0.9).isEmpty)
        #expect(QualityAssessment.maps(of: [], largestShare: 0).isEmpty)
    }

    @Test func `the note is of the study, decides nothing, and stays as long as the scores`() throws {
        var setting = Setting()
        setting.largestShareOutsideBody = 0.25
        let high = [900, 910, 920, 930, 940, 950]
        try setting.add(study: 1, slices: high)
        // The left half is body; in the right one lies 11 of 40 of the map, by hand from its two parts.
        for (number, thousandths) in high.enumerated() {
            var hounsfield = (0..<64).map { $0 % 8 < 4 ? Int16(40) : -1000 }
            hounsfield[1] = Int16(thousandths)
            setting.reader.content.withLock {
                $0.pixels["study1/\(900 - number).dcm"] = .init(
                    hounsfield: hounsfield, isPadding: [Bool](repeating: false, count: 64))
            }
        }
        _ = setting.ingest()
        let first = try record(setting).result
        #expect(first.verdict.findings.map(\.code) == [.mapOutsideBody])
        let shares = first.keyPictures.compactMap(\.explanation?.outsideBodyShare)
        #expect(shares.count == 2 && shares.allSatisfy { abs($0 - 11.0 / 40) < 1e-6 }, "\(shares)")
        #expect(first.verdict.finding == .positive)
        // Another limit is no reason to judge anew.
        setting.largestShareOutsideBody = 1
        _ = setting.ingest()
        #expect(setting.store.records.count == 1)
        setting.judging.positiveFrom = 0.99
        _ = setting.ingest()
        let second = try record(setting)
        #expect(second.revision == 2 && second.result.verdict.findings.contains { $0.code == .mapOutsideBody })
    }

    @Test func `a study that is judged again from the store keeps its maps and what they say`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: slices)
        _ = setting.ingest()
        let first = try record(setting)
        var again = setting
        again.judging.positiveFrom = 0.99
        _ = again.ingest()
        let second = try record(setting)
        #expect(second.revision == 2 && second.result.provenance.scoresFromStore)
        #expect(second.result.keyPictures == first.result.keyPictures)
        #expect(setting.scorer.count.withLock { $0.maps } == 2)
    }

    @Test func `the settings are read and written`() throws {
        let model = """
            model:
              sha256: "\(String(repeating: "a1", count: 32))"
              variant: resnet50-v1.5
              classes: [a, b]
              positive-class: b
            """
        func definition(_ report: String) throws -> PipelineDefinition {
            try PipelineDefinition(yaml: "pipeline: p\nversion: 1\n" + model + "\n" + report)
        }
        #expect(try definition("").report.explain)
        #expect(try definition("").report.largestShareOutsideBody == 0.5)
        let changed = try definition("report: { explain: false, largest-share-outside-body: 0.25 }\n")
        #expect(!changed.report.explain && changed.report.largestShareOutsideBody == 0.25)
        #expect(throws: PipelineFileProblems.self) { try definition("report: { largest-share-outside-body: 1.5 }\n") }
        #expect(throws: PipelineFileProblems.self) { try definition("report: { explain: maybe }\n") }
    }
}
