import Foundation
import GantryCore
import GantryStore
import Testing

/// Verdicts with what figures need of them.
@Suite struct JudgedStudyTests {
    private func commit(_ result: StudyResult, _ number: Int, in store: SQLiteStudyStore) throws -> StudyKey {
        let key = try store.enqueue(try Samples.study(number), now: Samples.moment(0)).studyKey
        let lease = try #require(
            try store.claim(worker: "w", among: [key], leaseSeconds: 9, now: Samples.moment(1)))
        _ = try store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(2))
        try store.finish(lease, note: "", now: Samples.moment(3))
        return key
    }

    @Test func `each judged study comes once, by its latest revision, with its scored slices where they are wanted`()
        throws
    {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        let first = try commit(try Samples.result(slices: 12, salt: 1), 1, in: store)
        _ = try commit(try Samples.result(slices: 3, probability: nil, salt: 2), 2, in: store)
        _ = try store.enqueue(try Samples.study(3), now: Samples.moment(4))
        var latest = try Samples.result(slices: 11, probability: 0.9, salt: 3)
        latest.verdict.findings = [
            QualityFinding(code: .tooFewSlices, isFailure: true, detail: ""),
            QualityFinding(code: .tiltedGantry, isFailure: false, detail: ""),
        ]
        latest.provenance.activation = .sigmoid
        _ = try commit(latest, 1, in: store)

        var studies: [JudgedStudy] = []
        let wanted = try Samples.uid("1.2.826.0.1.3680043.10.999.1")
        try folder.reader().forEachJudgedStudy(slices: { $0 == wanted }) { studies.append($0) }
        #expect(studies.map(\.studyKey).first == first && studies.count == 2)
        let study = try #require(studies.first)
        #expect(study.studyInstanceUID == wanted && study.probability == 0.9 && study.finding == .negative)
        #expect(!study.isDoubtful && studies[1].isDoubtful && studies[1].probability == nil)
        #expect(study.activation == .sigmoid && studies[1].activation == .softmax)
        #expect(study.classes == ["normal", "covid"] && study.positiveClass == "covid")
        #expect(study.judging == JudgingDefinition() && study.contentDigest == "c3")
        #expect(study.convolutionKernel == "B70f" && study.manufacturer == nil)
        #expect(study.sliceThicknessMillimetres == 1.25 && study.sliceSpacingMillimetres == 1.1)
        let scored = latest.slices.filter { $0.reason == .scored }
        #expect(study.slices.map(\.probabilities) == scored.map(\.probabilities))
        #expect(study.slices.map(\.sopInstanceUID) == scored.map(\.sopInstanceUID))
        #expect(studies[1].slices.isEmpty)
        var others: [StudyKey] = []
        try folder.reader().forEachJudgedStudy(slices: { _ in true }, atOnce: 1) { others.append($0.studyKey) }
        #expect(others == studies.map(\.studyKey))
    }

    @Test func `what the body throws ends the reading and comes out`() throws {
        struct Enough: Error {}
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        for number in 1...3 { _ = try commit(try Samples.result(), number, in: store) }
        var count = 0
        #expect(throws: Enough.self) {
            try store.forEachJudgedStudy(slices: { _ in false }) { _ in
                count += 1
                if count == 2 { throw Enough() }
            }
        }
        #expect(count == 2)
    }
}
