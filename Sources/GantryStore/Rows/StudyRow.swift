import GRDB
import GantryCore

/// The part of a study's row that decides what may be done with it.
struct StudyRow {
    var studyKey: StudyKey
    var patientKey: PatientKey
    var studyInstanceUID: UID
    var state: StudyState
    var attempt: Int
    var failedAttempts: Int
    var worker: String?
    var leaseUntil: Timestamp?
    var revision: Int
    var reportsOutstanding: Bool
    var failureDetail: String?

    private init(_ row: Row) throws {
        studyKey = try row.studyKey()
        patientKey = try row.patientKey()
        studyInstanceUID = try row.uid("study_instance_uid")
        state = try row.code("state")
        attempt = try row.value("attempt")
        failedAttempts = try row.value("failed_attempts")
        worker = try row.optional("worker")
        leaseUntil = try row.optionalMoment("lease_until")
        revision = try row.value("revision")
        reportsOutstanding = try row.value("reports_outstanding")
        failureDetail = try row.optional("failure_detail")
    }

    private static let columns = """
        study_key, patient_key, study_instance_uid, state, attempt, failed_attempts, worker, lease_until, revision,
        reports_outstanding, failure_detail
        """

    /// The study of this key; nil where there is none.
    static func find(_ db: Database, _ key: StudyKey) throws -> StudyRow? {
        try Row.fetchOne(
            db, sql: "SELECT \(columns) FROM study WHERE study_key = ?", arguments: [key.value]
        ).map(StudyRow.init)
    }

    /// The study of a lease that still holds.
    ///
    /// **Throws** `.unknownStudy`; `.leaseLost` where the lease was given back, taken over, or a later attempt began.
    static func held(_ db: Database, by lease: StudyLease) throws -> StudyRow {
        guard let row = try find(db, lease.studyKey) else {
            throw StoreFault(.unknownStudy, subject: lease.studyKey.value, explanation: "there is no such study")
        }
        guard row.attempt == lease.attempt, row.worker == lease.worker else {
            throw StoreFault(
                .leaseLost, subject: lease.studyKey.value,
                explanation: "attempt \(lease.attempt) no longer holds the study (\(row.state.rawValue), attempt "
                    + "\(row.attempt)); its result is dropped")
        }
        return row
    }

    /// Every study under a lease, dead or alive, oldest first.
    static func leased(_ db: Database) throws -> [StudyRow] {
        try Row.fetchAll(db, sql: "SELECT \(columns) FROM study WHERE worker IS NOT NULL ORDER BY sequence")
            .map(StudyRow.init)
    }

    /// The oldest study of `among` that a worker may take at `now`.
    static func claimable(_ db: Database, among: Set<StudyKey>?, now: Timestamp) throws -> StudyRow? {
        // The first term is, word for word, the condition of the index `study_claimable`.
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(columns) FROM study
                WHERE state IN ('queued', 'waiting', 'judged')
                    AND (lease_until IS NULL OR lease_until <= :now) AND (retry_at IS NULL OR retry_at <= :now)
                ORDER BY sequence
                """, arguments: ["now": now.millisecondsSince1970])
        while let row = try rows.next() {
            let study = try StudyRow(row)
            if among?.contains(study.studyKey) ?? true { return study }
        }
        return nil
    }

    /// Whether a worker may still be at work on it.
    func isUnderLiveLease(at now: Timestamp) -> Bool { leaseUntil.map { $0 > now } ?? false }

    /// Where the study goes when its worker leaves it without a result: the verdict it has still owes reports, or it
    /// begins anew.
    var stateWithoutWorker: StudyState { reportsOutstanding ? .judged : .queued }
}
