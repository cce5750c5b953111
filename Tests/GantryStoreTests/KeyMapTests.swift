import GRDB
import GantryCore
import GantryStore
import Testing

/// Maps of key slices in the store.
struct KeyMapTests {
    private static func result() throws -> StudyResult {
        var result = try Samples.result()
        let map = try #require(
            ActivationMap(rows: 2, columns: 3, values: [0, 0.1, -1.5, 3e-30, .greatestFiniteMagnitude, 7]))
        result.keyPictures[0].explanation = SliceExplanation(map: map, outsideBodyShare: 1.0 / 3)
        return result
    }

    private static func commit(_ result: StudyResult, to store: SQLiteStudyStore) throws -> StudyKey {
        let key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
        let record = try store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(2))
        #expect(record.result == result)
        return key
    }

    @Test func `a map comes back bit for bit, beside the picture it is of`() throws {
        let folder = try TemporaryFolder()
        let result = try Self.result()
        let key = try Self.commit(result, to: folder.runner())
        let read = try #require(try folder.reader().latestRecord(of: key)).result
        #expect(read == result)
        #expect(read.keyPictures.map { $0.explanation == nil } == [false, true])
    }

    @Test func `a share that nobody knows stays unknown`() throws {
        let folder = try TemporaryFolder()
        var result = try Self.result()
        result.keyPictures[0].explanation?.outsideBodyShare = nil
        let key = try Self.commit(result, to: folder.runner())
        #expect(try folder.reader().latestRecord(of: key)?.result == result)
    }

    @Test func `a store that knew no maps is read without, and takes them after the next run`() throws {
        let folder = try TemporaryFolder()
        let result = try Self.result()
        let key = try Self.commit(result, to: folder.runner())
        try DatabaseQueue(path: folder.store).write { db in
            try db.execute(
                sql: "DROP TABLE key_map; DELETE FROM grdb_migrations WHERE identifier = 'maps of key slices'")
        }
        var without = result
        without.keyPictures[0].explanation = nil
        #expect(try folder.reader().latestRecord(of: key)?.result == without)
        let runner = try folder.runner()
        #expect(try runner.latestRecord(of: key)?.result == without)
        let second = try Samples.study(2)
        let other = try runner.enqueue(second, now: Samples.moment(3)).studyKey
        let lease = try #require(
            try runner.claim(worker: "w", among: [other], leaseSeconds: 9, now: Samples.moment(4)))
        let record = try runner.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(5))
        #expect(record.result.keyPictures[0].explanation == result.keyPictures[0].explanation)
    }

    @Test(arguments: [
        "UPDATE key_map SET outside_body_share = 0", "DELETE FROM key_map",
        "INSERT OR REPLACE INTO key_map SELECT * FROM key_map",
        "INSERT INTO key_map VALUES (1, 1, 2, 2, x'00', NULL)", "INSERT INTO key_map VALUES (1, 1, 0, 0, x'', NULL)",
        "INSERT INTO key_map VALUES (1, 1, 1, 1, x'00000000', 1.5)",
        "INSERT INTO key_map VALUES (9, 9, 1, 1, x'00000000', NULL)",
    ]) func `a map never changes, is full, and is of a picture`(sql: String) throws {
        let folder = try TemporaryFolder()
        _ = try Self.commit(try Self.result(), to: folder.runner())
        let queue = try DatabaseQueue(path: folder.store)
        #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
    }

    @Test func `a map that was spoilt in the file makes the store damaged`() throws {
        let folder = try TemporaryFolder()
        let key = try Self.commit(try Self.result(), to: folder.runner())
        try DatabaseQueue(path: folder.store).write { db in
            // Not a number, in the first of the values.
            try db.execute(
                sql: """
                    DROP TRIGGER key_map_is_not_updated;
                    UPDATE key_map SET map_values = CAST(x'0000C07F' || substr(map_values, 5) AS BLOB);
                    """)
        }
        let reader = try folder.reader()
        #expect(throws: StoreFault.self) { try reader.latestRecord(of: key) }
    }
}
