import GRDB
import GantryCore
import GantryStore
import Testing

/// Distances to the training data in the store.
struct DistanceTests {
    private static func result() throws -> StudyResult {
        var result = try Samples.result()
        result.slices = result.slices.map { slice in
            var slice = slice
            if slice.reason == .scored { slice.distance = 0.1 + 0.2 * Double(slice.index) }
            return slice
        }
        result.provenance.distanceQuantiles = DistanceQuantiles(of: [0.1, 0.7, 1.0 / 3])
        return result
    }

    private static func commit(_ result: StudyResult, _ number: Int, to store: SQLiteStudyStore) throws -> StudyKey {
        let key = try store.enqueue(try Samples.study(number), now: Samples.moment(0)).studyKey
        let lease = try #require(try store.claim(worker: "w", among: [key], leaseSeconds: 9, now: Samples.moment(1)))
        let record = try store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(2))
        #expect(record.result == result)
        return key
    }

    @Test func `they come back to the last bit, and are counted as measured`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        var result = try Self.result()
        let like = try Self.commit(result, 1, to: store)
        result.verdict.findings.append(QualityFinding(code: .unlikeTraining, isFailure: true, detail: "d"))
        let unlike = try Self.commit(result, 2, to: store)
        let unknown = try Self.commit(try Samples.result(), 3, to: store)
        var found: [StudyKey: String] = [:]
        try folder.reader().forEachJudgedStudy(slices: { _ in false }) { study in
            found[study.studyKey] = study.isUnlike.map { $0 ? "unlike" : "like" } ?? "not measured"
        }
        #expect(found == [like: "like", unlike: "unlike", unknown: "not measured"])
    }

    @Test func `a store that knew none is read without, and takes them after the next run`() throws {
        let folder = try TemporaryFolder()
        let result = try Self.result()
        let key = try Self.commit(result, 1, to: folder.runner())
        try DatabaseQueue(path: folder.store).write { db in
            try db.execute(
                sql: """
                    ALTER TABLE slice_score DROP COLUMN distance;
                    DELETE FROM grdb_migrations WHERE identifier = 'distances of slices'
                    """)
        }
        let read = try #require(try folder.reader().latestRecord(of: key)).result
        #expect(read.slices.allSatisfy { $0.distance == nil } && read.slices.count == result.slices.count)
        let runner = try folder.runner()
        #expect(try runner.latestRecord(of: key)?.result.verdict == result.verdict)
        _ = try Self.commit(result, 2, to: runner)
    }

    @Test func `a distance below 0 is none`() throws {
        let folder = try TemporaryFolder()
        _ = try Self.commit(try Self.result(), 1, to: folder.runner())
        #expect(throws: DatabaseError.self) {
            try DatabaseQueue(path: folder.store).write { db in
                try db.execute(sql: "DROP TRIGGER slice_score_is_not_updated; UPDATE slice_score SET distance = -1")
            }
        }
    }
}
