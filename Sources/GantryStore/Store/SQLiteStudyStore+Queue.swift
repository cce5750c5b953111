import GRDB
import GantryCore

extension SQLiteStudyStore {
    /// Puts a study in the queue; see `StudyStore`.
    ///
    /// `done`, `failed` and `waiting` become `queued` and their failed attempts are forgotten: whoever enqueues asks
    /// for it; so does `quarantined` where a person asks. A study under a live lease, or whose reports are still owed
    /// as `judged`, keeps its state.
    ///
    /// **Throws** `.illegalMove` where the key already belongs to another study or patient.
    public func enqueue(_ study: EnqueuedStudy, now: Timestamp) throws(StoreFault) -> QueuedStudy {
        let key = try keys.studyKey(of: study.studyInstanceUID)
        let patientKey = try patientKey(of: study.identity, studyInstanceUID: study.studyInstanceUID)
        return try write { db in
            try Self.insertPatient(db, patientKey, study.patient)
            guard let row = try StudyRow.find(db, key) else {
                try Self.insertStudy(db, key, patientKey, study, now: now)
                try AuditRows.append(
                    db, key, event: "enqueued", from: nil, to: .queued, detail: "\(study.fileCount) files", now: now)
                return QueuedStudy(studyKey: key)
            }
            guard row.studyInstanceUID == study.studyInstanceUID else {
                throw Self.collision(key.value, "study")
            }
            try Self.updatePlace(db, key, study, now: now)
            // What was judged stays with the patient it was judged for until there is a verdict on what came since.
            if row.revision == 0 { try Self.identify(db, key, patientKey, study.identity) }
            let staysInQuarantine = row.state == .quarantined && !study.leavesQuarantine
            let keepsState =
                staysInQuarantine || row.state == .judged
                || (row.state == .running && row.isUnderLiveLease(at: now))
            if row.state == .running && !keepsState {
                try AttemptRows.end(
                    db, key, attempt: row.attempt, outcome: "abandoned", detail: "its lease lapsed", now: now)
            }
            if !keepsState { try Self.requeue(db, key) }
            try AuditRows.append(
                db, key, event: "enqueued", from: row.state, to: keepsState ? row.state : .queued,
                detail: "\(study.fileCount) files" + (staysInQuarantine ? ", left in quarantine" : ""), now: now)
            return QueuedStudy(studyKey: key, quarantine: staysInQuarantine ? row.failureDetail ?? "" : nil)
        }
    }

    /// Keeps in mind where input came from; see `StudyStore`.
    public func remember(inputs: [String]) throws(StoreFault) {
        try write { db in
            for path in inputs {
                try db.execute(
                    sql: "INSERT INTO input (path) VALUES (?) ON CONFLICT DO NOTHING", arguments: [path.withoutNUL])
            }
        }
    }

    /// Takes over every lease, since whoever held it is dead; see `StudyStore`.
    public func recoverAbandoned(now: Timestamp) throws(StoreFault) -> [StudyKey] {
        try write { db in
            try StudyRow.leased(db).map { row in
                try Self.leave(
                    db, row, event: "recovered", outcome: "abandoned", detail: "its runner ended without a word",
                    now: now)
                return row.studyKey
            }
        }
    }

    /// Leases the oldest study that is ready; see `StudyStore`.
    ///
    /// `previousState` is `.judged` wherever reports of a committed verdict are still owed, also when a failure or a
    /// new request came between.
    public func claim(
        worker: String, among: Set<StudyKey>?, leaseSeconds: Int64, now: Timestamp
    ) throws(StoreFault) -> StudyLease? {
        try write { db in
            guard let row = try StudyRow.claimable(db, among: among, now: now) else { return nil }
            return try Self.lease(db, row, worker: worker, leaseSeconds: leaseSeconds, now: now)
        }
    }

    /// Leases a study that may be taken.
    static func lease(
        _ db: Database, _ row: StudyRow, worker: String, leaseSeconds: Int64, now: Timestamp
    ) throws -> StudyLease {
        if row.worker != nil {
            try AttemptRows.end(
                db, row.studyKey, attempt: row.attempt, outcome: "abandoned", detail: "its lease lapsed", now: now)
        }
        let lease = StudyLease(
            studyKey: row.studyKey, patientKey: row.patientKey, studyInstanceUID: row.studyInstanceUID,
            worker: worker.withoutNUL, attempt: row.attempt + 1, failedAttempts: row.failedAttempts,
            previousState: row.reportsOutstanding ? .judged : row.state,
            leaseUntil: now.advanced(bySeconds: leaseSeconds))
        try db.execute(
            sql: """
                UPDATE study SET state = 'running', attempt = ?, worker = ?, lease_until = ?, retry_at = NULL,
                    failure_code = NULL, failure_detail = NULL, updated_at = ?
                WHERE study_key = ?
                """,
            arguments: [
                lease.attempt, lease.worker, lease.leaseUntil.millisecondsSince1970, now.millisecondsSince1970,
                row.studyKey.value,
            ])
        try AttemptRows.begin(db, lease, now: now)
        try AuditRows.append(
            db, row.studyKey, event: "claimed", from: row.state, to: .running, detail: "attempt \(lease.attempt)",
            now: now)
        return lease
    }

    /// Prolongs a lease; see `StudyStore`.
    public func renew(_ lease: StudyLease, leaseSeconds: Int64, now: Timestamp) throws(StoreFault) {
        try write { db in
            _ = try StudyRow.held(db, by: lease)
            try db.execute(
                sql: "UPDATE study SET lease_until = ? WHERE study_key = ?",
                arguments: [now.advanced(bySeconds: leaseSeconds).millisecondsSince1970, lease.studyKey.value])
        }
    }

    /// Hands a study back; see `StudyStore`. A study whose committed verdict still owes reports becomes, or stays,
    /// `judged`.
    public func release(_ lease: StudyLease, now: Timestamp) throws(StoreFault) {
        try write { db in
            let row = try StudyRow.held(db, by: lease)
            try Self.leave(db, row, event: "released", outcome: "released", detail: "", now: now)
        }
    }

    /// Ends an attempt that is neither done nor failed.
    private static func leave(
        _ db: Database, _ row: StudyRow, event: String, outcome: String, detail: String, now: Timestamp
    ) throws {
        let state = row.stateWithoutWorker
        try db.execute(
            sql: "UPDATE study SET state = ?, worker = NULL, lease_until = NULL, updated_at = ? WHERE study_key = ?",
            arguments: [state.rawValue, now.millisecondsSince1970, row.studyKey.value])
        try AttemptRows.end(db, row.studyKey, attempt: row.attempt, outcome: outcome, detail: detail, now: now)
        try AuditRows.append(
            db, row.studyKey, event: event, from: row.state, to: state, detail: "attempt \(row.attempt)", now: now)
    }

    private static func insertStudy(
        _ db: Database, _ key: StudyKey, _ patientKey: PatientKey, _ study: EnqueuedStudy, now: Timestamp
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO study (study_key, study_instance_uid, patient_key, patient, attributes, root, file_count,
                    state, queued_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)
                """,
            arguments: [
                key.value, study.studyInstanceUID.value, patientKey.value, try JSONColumn.text(study.patient),
                try JSONColumn.text(study.study), study.root, study.fileCount, now.millisecondsSince1970,
                now.millisecondsSince1970,
            ])
    }

    private static func updatePlace(
        _ db: Database, _ key: StudyKey, _ study: EnqueuedStudy, now: Timestamp
    ) throws {
        try db.execute(
            sql: "UPDATE study SET root = ?, file_count = ?, updated_at = ? WHERE study_key = ?",
            arguments: [study.root, study.fileCount, now.millisecondsSince1970, key.value])
    }

    static func requeue(_ db: Database, _ key: StudyKey) throws {
        try db.execute(
            sql: """
                UPDATE study SET state = 'queued', failed_attempts = 0, worker = NULL, lease_until = NULL,
                    retry_at = NULL, failure_code = NULL, failure_detail = NULL
                WHERE study_key = ?
                """, arguments: [key.value])
    }
}
