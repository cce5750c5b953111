import GRDB
import GantryCore

extension SQLiteStudyStore {
    /// Commits a result as the next revision; see `StudyStore`. The lease goes on while the reports are written.
    ///
    /// **Throws** `.leaseLost`, `.unknownStudy`; `.illegalMove` where this attempt has committed before.
    public func commit(
        _ result: StudyResult, of identity: StudyIdentity, under lease: StudyLease, now: Timestamp
    ) throws(StoreFault) -> StudyRecord {
        let patientKey = try patientKey(of: identity, studyInstanceUID: lease.studyInstanceUID)
        return try write { db in
            let row = try StudyRow.held(db, by: lease)
            guard row.state == .running else {
                throw StoreFault(
                    .illegalMove, subject: lease.studyKey.value,
                    explanation: "attempt \(lease.attempt) has committed its result before")
            }
            try Self.identify(db, row.studyKey, patientKey, identity)
            return try Self.insert(db, result, of: row, now: now)
        }
    }

    /// Makes a result the next revision of a study that is running.
    static func insert(
        _ db: Database, _ result: StudyResult, of row: StudyRow, now: Timestamp
    ) throws -> StudyRecord {
        let revision = row.revision + 1
        try RevisionRows.insert(
            db, row.studyKey, revision: revision, attempt: row.attempt, result: result, judgedAt: now)
        try db.execute(
            sql: """
                UPDATE study SET state = 'judged', revision = ?, reports_outstanding = 1, updated_at = ?
                WHERE study_key = ?
                """, arguments: [revision, now.millisecondsSince1970, row.studyKey.value])
        try AttemptRows.judged(db, row.studyKey, attempt: row.attempt)
        try AuditRows.append(
            db, row.studyKey, event: "judged", from: row.state, to: .judged,
            detail: "revision \(revision), \(result.verdict.finding.rawValue)", now: now)
        return try Self.record(db, row.studyKey, revision: revision, judgedAt: now, result: result)
    }

    /// The latest revision stands, though the study failed or its identity was corrected since; see `StudyStore`. The
    /// lease goes on while the reports are written.
    ///
    /// **Throws** `.leaseLost`, `.unknownStudy`; `.illegalMove` where there is no revision, or its reports are owed.
    public func confirm(
        _ lease: StudyLease, of identity: StudyIdentity, now: Timestamp
    ) throws(StoreFault) {
        let patientKey = try patientKey(of: identity, studyInstanceUID: lease.studyInstanceUID)
        try write { db in
            let row = try StudyRow.held(db, by: lease)
            guard row.revision >= 1, row.state == .running else {
                throw StoreFault(
                    .illegalMove, subject: lease.studyKey.value,
                    explanation: "there is no revision that could be confirmed")
            }
            try Self.identify(db, row.studyKey, patientKey, identity)
            try db.execute(
                sql: """
                    UPDATE study SET state = 'judged', reports_outstanding = 1, updated_at = ? WHERE study_key = ?
                    """, arguments: [now.millisecondsSince1970, row.studyKey.value])
            try AttemptRows.judged(db, row.studyKey, attempt: row.attempt)
            try AuditRows.append(
                db, row.studyKey, event: "confirmed", from: row.state, to: .judged,
                detail: "revision \(row.revision) stands", now: now)
        }
    }

    /// Keeps a second opinion with the latest revision; see `StudyStore`.
    ///
    /// **Throws** `.leaseLost`, `.unknownStudy`; `.illegalMove` where the study has no revision.
    public func keep(
        _ opinion: SecondOpinion, under lease: StudyLease, now: Timestamp
    ) throws(StoreFault) -> StudyRecord {
        try write { db in
            let row = try StudyRow.held(db, by: lease)
            let kept = try RevisionRows.add(db, opinion, to: row.studyKey, revision: row.revision, now: now)
            guard let kept else {
                throw StoreFault(
                    .illegalMove, subject: lease.studyKey.value,
                    explanation: "there is no revision for a second opinion")
            }
            try AuditRows.append(
                db, row.studyKey, event: "second opinion", from: row.state, to: row.state,
                detail: "on revision \(row.revision): \(opinion.summary)", now: now)
            return try Self.record(
                db, row.studyKey, revision: row.revision, judgedAt: kept.judgedAt, result: kept.result)
        }
    }

    /// The study is done; see `StudyStore`.
    ///
    /// **Throws** `.leaseLost`, `.unknownStudy`; `.illegalMove` where the study has no verdict.
    public func finish(_ lease: StudyLease, note: String, now: Timestamp) throws(StoreFault) {
        try write { db in
            let row = try StudyRow.held(db, by: lease)
            guard row.revision >= 1 else {
                throw StoreFault(
                    .illegalMove, subject: lease.studyKey.value, explanation: "a study without a verdict is not done")
            }
            try db.execute(
                sql: """
                    UPDATE study SET state = 'done', failed_attempts = 0, worker = NULL, lease_until = NULL,
                        reports_outstanding = 0, updated_at = ?
                    WHERE study_key = ?
                    """, arguments: [now.millisecondsSince1970, row.studyKey.value])
            try AttemptRows.end(db, row.studyKey, attempt: row.attempt, outcome: "done", detail: note, now: now)
            try AuditRows.append(
                db, row.studyKey, event: "finished", from: row.state, to: .done, detail: note, now: now)
        }
    }

    /// The attempt failed; see `StudyStore`.
    public func fail(
        _ lease: StudyLease, failure: StudyFailure, retryAt: Timestamp?, now: Timestamp
    ) throws(StoreFault) {
        let target: StudyState =
            if retryAt != nil {
                .waiting
            } else {
                failure.code == .quarantined ? .quarantined : .failed
            }
        try write { db in
            var row = try StudyRow.held(db, by: lease)
            if row.state == .judged {
                // The reports failed, so the worker is still at work: judged -> running -> waiting or failed.
                try db.execute(
                    sql: "UPDATE study SET state = 'running' WHERE study_key = ?", arguments: [row.studyKey.value])
                try AuditRows.append(
                    db, row.studyKey, event: "reports not written", from: .judged, to: .running,
                    detail: "the verdict stays", now: now)
                row.state = .running
            }
            try db.execute(
                sql: """
                    UPDATE study SET state = ?, failed_attempts = failed_attempts + 1, worker = NULL,
                        lease_until = NULL, retry_at = ?, failure_code = ?, failure_detail = ?, updated_at = ?
                    WHERE study_key = ?
                    """,
                arguments: [
                    target.rawValue, retryAt?.millisecondsSince1970, failure.code.rawValue, failure.detail.withoutNUL,
                    now.millisecondsSince1970, row.studyKey.value,
                ])
            let ledger = try LedgerRows.insert(
                db, row.studyKey, seriesDecisions: failure.seriesDecisions, files: failure.files)
            try AttemptRows.end(
                db, row.studyKey, attempt: row.attempt, outcome: target.rawValue, detail: failure.detail,
                failure: failure.code, ledger: ledger, now: now)
            try AuditRows.append(
                db, row.studyKey, event: "failed", from: row.state, to: target,
                detail: "\(failure.code.rawValue): \(failure.detail)", now: now)
        }
    }
}
