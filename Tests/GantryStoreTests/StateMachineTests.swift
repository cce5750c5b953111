import GRDB
import GantryCore
import GantryStore
import Testing

/// The rules inside the file hold against whoever writes SQL.
@Suite struct StateMachineTests {
    /// A store's file with one queued study that has a verdict, so that every state can be reached.
    private struct Subject {
        let folder: TemporaryFolder
        let raw: DatabaseQueue

        init() throws {
            folder = try TemporaryFolder()
            let store = try folder.runner()
            _ = try store.enqueue(try Samples.study(1), now: Samples.moment(0))
            let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
            _ = try store.commit(try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
            try store.finish(lease, note: "", now: Samples.moment(3))
            _ = try store.enqueue(try Samples.study(1), now: Samples.moment(4))
            raw = try DatabaseQueue(path: folder.store)
        }

        /// Every column that goes with a state.
        static func columns(_ state: StudyState) -> String {
            let failure = state == .quarantined ? "quarantined" : "timedOut"
            let hasFailed = [.waiting, .failed, .quarantined].contains(state)
            return """
                state = '\(state.rawValue)', worker = \(state == .running ? "'w'" : "NULL"),
                lease_until = \(state == .running ? "1" : "NULL"), retry_at = \(state == .waiting ? "1" : "NULL"),
                failure_code = \(hasFailed ? "'\(failure)'" : "NULL"), failure_detail = \(hasFailed ? "''" : "NULL"),
                reports_outstanding = \(state == .judged ? "1" : "0")
                """
        }

        func move(_ db: Database, to state: StudyState) throws {
            try db.execute(sql: "UPDATE study SET \(Self.columns(state))")
        }

        /// Whether SQL refuses a statement, for a reason that contains `words`.
        func refuses(_ sql: String, _ words: String = "") throws -> Bool {
            do {
                try raw.write { db in try db.execute(sql: sql) }
                return false
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                return (error.message ?? "").contains(words)
            }
        }
    }

    /// A shortest legal way from `queued` to a state, without its beginning.
    private static func way(to target: StudyState) throws -> [StudyState] {
        var ways: [[StudyState]] = [[.queued]]
        while let way = ways.first {
            ways.removeFirst()
            guard let end = way.last else { break }
            if end == target { return Array(way.dropFirst()) }
            guard way.count < StudyState.allCases.count else { break }
            ways += end.successors.sorted { $0.rawValue < $1.rawValue }.map { way + [$0] }
        }
        Issue.record("no way to \(target)")
        return []
    }

    @Test func `the file allows exactly the moves of StudyState.successors`() throws {
        let subject = try Subject()
        var refused = 0
        for from in StudyState.allCases {
            for to in StudyState.allCases {
                var isAllowed = true
                try subject.raw.inDatabase { db in
                    try db.execute(sql: "BEGIN")
                    for step in try Self.way(to: from) { try subject.move(db, to: step) }
                    #expect(try String.fetchOne(db, sql: "SELECT state FROM study") == from.rawValue)
                    do {
                        try subject.move(db, to: to)
                    } catch let error as DatabaseError {
                        #expect(error.message == "illegal move of a study")
                        isAllowed = false
                    }
                    try db.execute(sql: "ROLLBACK")
                }
                #expect(isAllowed == (from == to || from.successors.contains(to)), "\(from) to \(to)")
                if !isAllowed { refused += 1 }
            }
        }
        #expect(refused > 20)
    }

    @Test(arguments: [
        ("state = 'running'", "running needs a lease"),
        ("worker = 'w'", "a lease has a worker and an end"),
        ("worker = 'w', lease_until = 1", "a lease belongs to running or judged"),
        ("retry_at = 1", "waiting has a moment"),
        ("failure_code = 'timedOut', failure_detail = ''", "a failure has a code"),
        ("failure_detail = ''", "a code has a sentence"),
        ("state = 'asleep'", "illegal move"),
        ("attempt = 0", "only grows"),
        ("revision = 0", "only grows"),
        ("reports_outstanding = 2", "reports_outstanding"),
        ("patient = 'no json'", "json_valid"),
        ("patient_key = 'ffffffffffffffff'", "FOREIGN KEY"),
        ("file_count = -1", "file_count"),
        ("file_count = 'three'", "cannot store TEXT value in INTEGER column"),
    ])
    func `a study whose columns contradict each other is refused`(change: String, words: String) throws {
        let subject = try Subject()
        #expect(try subject.refuses("UPDATE study SET " + change, words))
    }

    @Test(arguments: [
        (StudyState.waiting, "retry_at = NULL", "waiting has a moment"),
        (.waiting, "failure_code = NULL, failure_detail = NULL", "a failure has a code"),
        (.failed, "failure_code = NULL, failure_detail = NULL", "a failure has a code"),
        (.failed, "failure_code = 'quarantined'", "quarantine is its own failure"),
        (.quarantined, "failure_code = 'timedOut'", "quarantine is its own failure"),
        (.running, "worker = NULL, lease_until = NULL", "running needs a lease"),
        (.judged, "reports_outstanding = 0", "judged owes reports"),
        (.done, "reports_outstanding = 1", "done owes none"),
    ])
    func `a state keeps the columns that belong to it`(state: StudyState, change: String, words: String) throws {
        let subject = try Subject()
        try subject.raw.write { db in
            for step in try Self.way(to: state) { try subject.move(db, to: step) }
        }
        #expect(try subject.refuses("UPDATE study SET " + change, words))
    }

    @Test func `a study begins queued and without a verdict is neither judged nor done`() throws {
        let subject = try Subject()
        let columns =
            "study_key, study_instance_uid, patient_key, patient, attributes, root, file_count, state, queued_at, "
            + "updated_at"
        func insert(_ state: String) -> String {
            """
            INSERT INTO study (\(columns)) SELECT 'fedcba9876543210', '1.9', patient_key, patient, attributes, root,
                file_count, '\(state)', 0, 0 FROM study
            """
        }
        #expect(try subject.refuses(insert("done"), "begins queued"))
        try subject.raw.write { db in try db.execute(sql: insert("queued")) }
        try subject.raw.write { db in
            try db.execute(sql: "UPDATE study SET \(Subject.columns(.running)) WHERE study_key = 'fedcba9876543210'")
        }
        for state in [StudyState.judged, .done] {
            #expect(
                try subject.refuses(
                    "UPDATE study SET \(Subject.columns(state)) WHERE study_key = 'fedcba9876543210'", "verdict"))
        }
    }

    @Test(arguments: [
        "setting", "ledger", "series_decision", "file_outcome", "revision", "slice_score", "key_picture", "audit",
    ])
    func `what is written once is neither changed, deleted nor replaced`(table: String) throws {
        let subject = try Subject()
        let column = try subject.raw.read { db in try #require(try db.columns(in: table).first).name }
        #expect(try subject.raw.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 } > 0)
        #expect(try subject.refuses("UPDATE \(table) SET \(column) = \(column)", "append-only"))
        #expect(try subject.refuses("DELETE FROM \(table)", "append-only"))
        let columns = try subject.raw.read { db in
            try Row.fetchAll(db, sql: "PRAGMA table_xinfo(\(table))")
                .filter { ($0["hidden"] as Int) == 0 }.map { $0["name"] as String }.joined(separator: ", ")
        }
        #expect(
            try subject.refuses(
                "INSERT OR REPLACE INTO \(table) (\(columns)) SELECT \(columns) FROM \(table)", "append-only"))
    }
}
