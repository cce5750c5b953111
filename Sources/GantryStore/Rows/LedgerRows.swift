import GRDB
import GantryCore

/// Series decisions and file outcomes of one verdict or one failure, held together by a row of the table `ledger`.
enum LedgerRows {
    /// Stores both lists and returns the number of their row.
    static func insert(
        _ db: Database, _ key: StudyKey, seriesDecisions: [SeriesDecision], files: [FileOutcome]
    ) throws -> Int64 {
        try db.execute(sql: "INSERT INTO ledger (study_key) VALUES (?)", arguments: [key.value])
        let ledger = db.lastInsertedRowID
        let decision = try db.cachedStatement(
            sql: "INSERT INTO series_decision (ledger_id, ordinal, decision) VALUES (?, ?, ?)")
        for (ordinal, value) in seriesDecisions.enumerated() {
            try decision.execute(arguments: [ledger, ordinal, try JSONColumn.text(value)])
        }
        let outcome = try db.cachedStatement(
            sql: "INSERT INTO file_outcome (ledger_id, ordinal, outcome) VALUES (?, ?, ?)")
        for (ordinal, value) in files.enumerated() {
            try outcome.execute(arguments: [ledger, ordinal, try JSONColumn.text(value)])
        }
        return ledger
    }

    static func seriesDecisions(_ db: Database, _ ledger: Int64) throws -> [SeriesDecision] {
        try String.fetchAll(
            db, sql: "SELECT decision FROM series_decision WHERE ledger_id = ? ORDER BY ordinal", arguments: [ledger]
        ).map { try JSONColumn.value(SeriesDecision.self, $0) }
    }

    static func files(_ db: Database, _ ledger: Int64) throws -> [FileOutcome] {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: filesSQL), arguments: [ledger])
        return try Array(
            rows.map { row in
                if let whole = try row.optional("whole", String.self) {
                    return try JSONColumn.value(FileOutcome.self, whole)
                }
                return FileOutcome(
                    file: try row.value("file"), reason: try row.code("reason"), detail: try row.value("detail"))
            })
    }

    /// SQLite takes the JSON apart several times as fast as Foundation does, but for NUL, at which its texts end.
    private static let filesSQL = """
        SELECT file, reason, json_extract(outcome, '$.detail') AS detail,
            CASE WHEN instr(outcome, '\\u0000') THEN outcome END AS whole
        FROM file_outcome WHERE ledger_id = ? ORDER BY ordinal
        """

    /// Those of the latest failure that no later attempt has overtaken, by a verdict or by finding nothing new;
    /// nil where there is none.
    static func ofLatestFailure(_ db: Database, _ key: StudyKey) throws -> Int64? {
        try Int64?.fetchOne(
            db,
            sql: """
                SELECT ledger_id FROM attempt
                WHERE study_key = :key AND failure_code IS NOT NULL
                    AND attempt >= (SELECT coalesce(max(attempt), 0) FROM revision WHERE study_key = :key)
                    AND attempt > (SELECT coalesce(max(attempt), 0) FROM attempt
                        WHERE study_key = :key AND outcome IN ('judged', 'done'))
                ORDER BY attempt DESC LIMIT 1
                """, arguments: ["key": key.value]) ?? nil
    }
}
