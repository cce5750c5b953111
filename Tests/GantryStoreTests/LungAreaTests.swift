import GRDB
import GantryCore
import GantryStore
import Testing

/// Areas of lung in the store.
struct LungAreaTests {
    private static func commit(_ number: Int, to store: SQLiteStudyStore) throws -> StudyKey {
        let key = try store.enqueue(try Samples.study(number), now: Samples.moment(0)).studyKey
        let lease = try #require(try store.claim(worker: "w", among: [key], leaseSeconds: 9, now: Samples.moment(1)))
        _ = try store.commit(
            try Samples.result(slices: 6), of: Samples.identity(), under: lease, now: Samples.moment(2))
        return key
    }

    @Test func `they come back to the last bit`() throws {
        let folder = try TemporaryFolder()
        let key = try Self.commit(1, to: folder.runner())
        let slices = try #require(try folder.reader().latestRecord(of: key)).result.slices
        #expect(slices == (try Samples.result(slices: 6).slices))
        #expect(slices.contains { $0.lungAreaSquareMillimetres != nil })
        #expect(slices.contains { $0.lungAreaSquareMillimetres == nil })
    }

    @Test func `a store that kept none is read without, has no volume, and takes them after the next run`() throws {
        let folder = try TemporaryFolder()
        let key = try Self.commit(1, to: folder.runner())
        try DatabaseQueue(path: folder.store).write { db in
            try db.execute(
                sql: """
                    ALTER TABLE slice_score DROP COLUMN lung_area_mm2;
                    DELETE FROM grdb_migrations WHERE identifier = 'lung areas of slices'
                    """)
        }
        for store in [try folder.reader(), try folder.runner()] {
            let result = try #require(try store.latestRecord(of: key)).result
            #expect(result.slices.allSatisfy { $0.lungAreaSquareMillimetres == nil })
            let positive = try #require(PositiveSlices(result))
            #expect(positive.lungMillilitres == nil && positive.extentMillimetres != nil && positive.count > 0)
        }
        let other = try Self.commit(2, to: folder.runner())
        let slices = try #require(try folder.reader().latestRecord(of: other)).result.slices
        #expect(slices.contains { $0.lungAreaSquareMillimetres != nil })
    }

    @Test func `an area below 0 is none`() throws {
        let folder = try TemporaryFolder()
        _ = try Self.commit(1, to: folder.runner())
        #expect(throws: DatabaseError.self) {
            try DatabaseQueue(path: folder.store).write { db in
                try db.execute(
                    sql: "DROP TRIGGER slice_score_is_not_updated; UPDATE slice_score SET lung_area_mm2 = -1")
            }
        }
    }
}
