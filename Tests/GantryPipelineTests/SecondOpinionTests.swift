import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// What a second reader's opinion does to a study's way.
struct SecondOpinionTests {
    private let high = [900, 910, 920, 930, 940, 950]

    private func setting(
        _ extent: SecondOpinionExtent, differing: Set<String> = [], refused: Set<String> = []
    ) throws -> Setting {
        var setting = Setting()
        setting.secondOpinion = extent
        setting.secondReader = FakeSecondReader(differing: differing, refused: refused)
        try setting.add(study: 1, slices: high)
        return setting
    }

    private func asked(_ setting: Setting) -> [[String]] { setting.secondReader?.asked.withLock { $0 } ?? [] }

    /// The file of a slice, counted from 0.
    private func file(_ number: Int) -> String { "study1/\(900 - number).dcm" }

    @Test func `a sample is the first, the middle and the last slice, and is kept with the verdict`() throws {
        let setting = try setting(.sample)
        _ = setting.ingest()
        #expect(asked(setting) == [[0, 3, 5].map(file)])
        let result = try #require(setting.store.records.first?.result)
        #expect(result.verdict.finding == .positive)
        #expect(result.secondOpinion?.extent == .sample)
        #expect(result.secondOpinion?.slices.count { $0.compared == .pixels } == 3)
    }

    @Test func `a difference is a finding that names both values, and the verdict is indeterminate`() throws {
        let setting = try setting(.sample, differing: [file(3)])
        _ = setting.ingest()
        let verdict = try #require(setting.store.records.first?.result.verdict)
        #expect(verdict.finding == .indeterminate)
        let finding = try #require(verdict.findings.first { $0.code == .secondOpinionDiffers })
        #expect(finding.isFailure)
        #expect(
            finding.detail
                == "A second reader (DCMTK) reads 1 of 3 slices differently: in slice 4, RescaleIntercept is "
                + "-1024 by Gantry's reader and 0 by DCMTK.")
    }

    @Test func `a second reader that dies or refuses is a remark, and the verdict stays`() throws {
        let setting = try setting(.sample, refused: Set((0..<6).map(file)))
        _ = setting.ingest()
        let result = try #require(setting.store.records.first?.result)
        #expect(result.verdict.finding == .positive)
        #expect(result.verdict.findings.isEmpty)
        #expect(result.secondOpinion?.remarks.first?.slices == 3)
        #expect(result.secondOpinion?.remarks.first?.sentence == "it died")
    }

    // MARK: - A second reader that takes too long

    /// A setting whose second reader hangs at a file; `meanwhile` happens over and over once everything else is done.
    private func hanging(
        _ extent: SecondOpinionExtent, at number: Int, differing: Set<String> = [],
        meanwhile: @escaping @Sendable (Setting) -> Void
    ) throws -> Setting {
        var setting = try setting(extent)
        let (digests, scores) = (ThreadEnds(), ThreadEnds())
        setting.reader.ends.withLock { $0 = digests }
        setting.scorer.ends.withLock { $0 = scores }
        let bare = setting
        setting.secondReader = FakeSecondReader(differing: differing, hangsAt: [file(number)]) {
            if digests.ended == 1 && scores.ended == 1 { meanwhile(bare) }
        }
        return setting
    }

    @Test func `where the study's time is over the verdict stands, and what is still to be said is missing`() throws {
        let setting = try hanging(.sample, at: 3) { $0.time.advance(seconds: 7200) }
        _ = setting.ingest()
        let result = try #require(setting.store.records.first?.result)
        #expect(result.verdict.finding == .positive && result.verdict.findings.isEmpty)
        #expect(result.secondOpinion?.slices.map(\.compared) == [.pixels, .nothing, .nothing])
        #expect(
            result.secondOpinion?.slices.map(\.remark)
                == [nil] + Array(repeating: "no second opinion: the study's time was over", count: 2))
        #expect(setting.store.entries.map(\.state) == [.done])
    }

    @Test func `what was found before the study's time was over counts`() throws {
        let setting = try hanging(.sample, at: 3, differing: [file(0)]) { $0.time.advance(seconds: 7200) }
        _ = setting.ingest()
        let verdict = try #require(setting.store.records.first?.result.verdict)
        #expect(verdict.finding == .indeterminate && verdict.findings.map(\.code) == [.secondOpinionDiffers])
    }

    @Test func `a stop of the run while a second opinion is awaited hands the study back`() throws {
        let setting = try hanging(.sample, at: 3) { $0.stop.stop(.signal(15)) }
        #expect(setting.ingest().exitStatus == 143)
        #expect(setting.store.records.isEmpty && setting.store.entries.map(\.state) == [.queued])
    }

    @Test func `a second opinion on a stored revision that takes too long is missing, and the revision stays`() throws {
        var setting = try setting(.sample)
        _ = setting.ingest()
        let time = setting.time
        setting.secondOpinion = .all
        setting.secondReader = FakeSecondReader(hangsAt: [file(2)]) { time.advance(seconds: 7200) }
        _ = setting.ingest()
        #expect(setting.store.records.count == 1 && setting.store.entries.map(\.state) == [.done])
        let opinion = try #require(setting.store.records.first?.result.secondOpinion)
        #expect(opinion.extent == .all)
        #expect(opinion.slices.map(\.compared) == [.pixels, .pixels, .nothing, .pixels, .nothing, .pixels])
        // It is kept: the next run asks nobody.
        _ = setting.ingest()
        #expect(asked(setting) == [[1, 2, 4].map(file)])
    }

    @Test func `nobody is asked where nothing is wanted`() throws {
        let setting = try setting(.none, differing: [file(0)])
        _ = setting.ingest()
        #expect(asked(setting) == [])
        let result = try #require(setting.store.records.first?.result)
        #expect(result.verdict.finding == .positive)
        #expect(result.secondOpinion?.slices.isEmpty ?? true)
    }

    @Test func `a stronger setting asks about the missing slices alone, scores nothing, and makes no revision`() throws
    {
        var setting = try setting(.sample)
        _ = setting.ingest()
        setting.secondOpinion = .all
        _ = setting.ingest()
        #expect(asked(setting) == [[0, 3, 5].map(file), [1, 2, 4].map(file)])
        #expect(setting.scorer.count.withLock { $0.scored } == 6)
        #expect(setting.store.records.count == 1)
        let opinion = try #require(setting.store.records.first?.result.secondOpinion)
        #expect(opinion.extent == .all)
        #expect(opinion.slices.map(\.sopInstanceUID.value) == (1...6).map { "1.2.1.1.\($0)" })
        // It is kept: the next run asks nobody.
        _ = setting.ingest()
        #expect(asked(setting).count == 2)
    }

    @Test func `a difference found by a stronger setting makes a new revision from stored scores`() throws {
        var setting = try setting(.sample, differing: [file(1)])
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.positive])
        setting.secondOpinion = .all
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.positive, .indeterminate])
        #expect(setting.store.records.last?.result.provenance.scoresFromStore == true)
        #expect(setting.scorer.count.withLock { $0.scored } == 6)
        // A weaker setting takes nothing back.
        setting.secondOpinion = .none
        _ = setting.ingest()
        #expect(setting.store.records.count == 2)
        #expect(setting.store.records.last?.result.verdict.finding == .indeterminate)
    }

    @Test func `a study judged by a version that knew no second opinion is asked about once`() throws {
        var setting = try setting(.sample)
        let reader = setting.secondReader
        setting.secondReader = nil
        _ = setting.ingest()
        #expect(setting.store.records.first?.result.secondOpinion == nil)
        setting.secondReader = reader
        _ = setting.ingest()
        _ = setting.ingest()
        #expect(asked(setting) == [[0, 3, 5].map(file)])
        #expect(setting.store.records.count == 1)
        #expect(setting.scorer.count.withLock { $0.scored } == 6)
    }

    @Test func `the setting enters no digest`() throws {
        let definitions = SecondOpinionExtent.allCases.map { extent in
            var setting = Setting()
            setting.secondOpinion = extent
            return setting.environment.bundle
        }
        #expect(Set(definitions.map(\.scoringDigest)).count == 1)
        #expect(Set(definitions.map(\.judgingDigest)).count == 1)
    }

    @Test func `the pipeline file names the setting, and its default is a sample`() throws {
        var definition = Setting().definition
        for extent in SecondOpinionExtent.allCases {
            definition.secondOpinion = extent
            #expect(definition.yaml.contains("\n  second-opinion: \(extent.rawValue)\n"))
            #expect(try PipelineDefinition(yaml: definition.yaml).secondOpinion == extent)
        }
        let without = definition.yaml.replacing("  second-opinion: all\n", with: "")
        #expect(try PipelineDefinition(yaml: without).secondOpinion == .sample)
        let wrong = definition.yaml.replacing("second-opinion: all", with: "second-opinion: some")
        let problems = #expect(throws: PipelineFileProblems.self) { try PipelineDefinition(yaml: wrong) }
        #expect(problems?.description.contains("expected one of none, sample, all, found") == true)
    }
}
