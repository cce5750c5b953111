import GRDB
import GantryCore

/// The append-only audit. Details are sentences of this store or of its caller; no identity is ever among them.
enum AuditRows {
    static func append(
        _ db: Database, _ key: StudyKey, event: String, from: StudyState?, to: StudyState, detail: String,
        now: Timestamp
    ) throws {
        try db.execute(
            sql: "INSERT INTO audit (at, study_key, event, from_state, to_state, detail) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                now.millisecondsSince1970, key.value, event, from?.rawValue, to.rawValue, detail.withoutNUL,
            ])
    }

    static func fetch(_ db: Database, _ key: StudyKey) throws -> [StudyHistory.AuditEntry] {
        try Row.fetchAll(db, sql: "SELECT * FROM audit WHERE study_key = ? ORDER BY audit_id", arguments: [key.value])
            .map { row in
                StudyHistory.AuditEntry(
                    at: try row.moment("at"), event: try row.value("event"), from: try row.optionalCode("from_state"),
                    to: try row.code("to_state"), detail: try row.value("detail"))
            }
    }
}

/// One row for every claim of a study.
enum AttemptRows {
    static func begin(_ db: Database, _ lease: StudyLease, now: Timestamp) throws {
        try db.execute(
            sql: "INSERT INTO attempt (study_key, attempt, worker, started_at, outcome) VALUES (?, ?, ?, ?, 'running')",
            arguments: [lease.studyKey.value, lease.attempt, lease.worker, now.millisecondsSince1970])
    }

    /// The attempt has committed or confirmed a verdict and goes on to write reports.
    static func judged(_ db: Database, _ key: StudyKey, attempt: Int) throws {
        try db.execute(
            sql: "UPDATE attempt SET outcome = 'judged' WHERE study_key = ? AND attempt = ?",
            arguments: [key.value, attempt])
    }

    static func end(
        _ db: Database, _ key: StudyKey, attempt: Int, outcome: String, detail: String = "",
        failure: StudyFailure.Code? = nil, ledger: Int64? = nil, now: Timestamp
    ) throws {
        try db.execute(
            sql: """
                UPDATE attempt SET outcome = ?, detail = ?, failure_code = ?, ledger_id = ?, ended_at = ?
                WHERE study_key = ? AND attempt = ?
                """,
            arguments: [
                outcome, detail.withoutNUL, failure?.rawValue, ledger, now.millisecondsSince1970, key.value, attempt,
            ])
    }

    static func fetch(_ db: Database, _ key: StudyKey) throws -> [StudyHistory.Attempt] {
        try Row.fetchAll(db, sql: "SELECT * FROM attempt WHERE study_key = ? ORDER BY attempt", arguments: [key.value])
            .map { row in
                StudyHistory.Attempt(
                    attempt: try row.value("attempt"), worker: try row.value("worker"),
                    startedAt: try row.moment("started_at"), endedAt: try row.optionalMoment("ended_at"),
                    outcome: try row.value("outcome"), detail: try row.value("detail"))
            }
    }
}
