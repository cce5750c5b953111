import GRDB
import GantryCore

extension SQLiteStudyStore {
    /// The latest revision of a study; nil where it was never judged or is unknown.
    public func latestRecord(of key: StudyKey) throws(StoreFault) -> StudyRecord? {
        try read { db in try Self.latestRecord(db, key) }
    }

    /// Every study with its state, in the order of first arrival.
    public func summaries() throws(StoreFault) -> [StudySummary] {
        try read { db in
            let rows = try Row.fetchCursor(db, sql: Self.summarySQL + " ORDER BY sequence")
            var summaries: [StudySummary] = []
            while let row = try rows.next() { summaries.append(try Self.summary(row)) }
            return summaries
        }
    }

    /// The latest record of each judged study of a patient, by study date and time (an absent one first), then in the
    /// order of first arrival.
    public func records(of patient: PatientKey) throws(StoreFault) -> [StudyRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT study_key FROM study WHERE patient_key = ? AND revision >= 1
                    ORDER BY coalesce(study_date, ''), coalesce(study_time, ''), sequence
                    """, arguments: [patient.value]
            ).compactMap { row in try Self.latestRecord(db, try row.studyKey()) }
        }
    }

    /// Patients that a study was taken for before, by key; none in a store that no run has brought up to date.
    public func formerPatients(of key: StudyKey) throws(StoreFault) -> [PatientKey] {
        try read { db in
            guard try db.tableExists("former_patient") else { return [] }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT former_patient.patient_key FROM former_patient JOIN study USING (study_key)
                    WHERE study_key = ? AND former_patient.patient_key <> study.patient_key
                    ORDER BY former_patient.patient_key
                    """, arguments: [key.value]
            ).map { try $0.patientKey() }
        }
    }

    /// Folders that runs were given as input, in the order of their names; likewise.
    public func inputs() throws(StoreFault) -> [String] {
        try read { db in
            guard try db.tableExists("input") else { return [] }
            return try String.fetchAll(db, sql: "SELECT path FROM input ORDER BY path")
        }
    }

    /// Where a study's files were found last; nil where the study is unknown.
    public func place(of key: StudyKey) throws(StoreFault) -> StudyPlace? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT study_instance_uid, root FROM study WHERE study_key = ?", arguments: [key.value]
            ).map { row in
                StudyPlace(studyInstanceUID: try row.uid("study_instance_uid"), root: try row.value("root"))
            }
        }
    }

    /// Attempts, audit, and what became of series and files of a failed study; nil where the study is unknown.
    public func history(of key: StudyKey) throws(StoreFault) -> StudyHistory? {
        try read { db in
            guard let summary = try Self.summary(db, key) else { return nil }
            let ledger = try LedgerRows.ofLatestFailure(db, key)
            return StudyHistory(
                summary: summary, attempts: try AttemptRows.fetch(db, key),
                audit: try AuditRows.fetch(db, key),
                failedSeriesDecisions: try ledger.map { try LedgerRows.seriesDecisions(db, $0) } ?? [],
                failedFiles: try ledger.map { try LedgerRows.files(db, $0) } ?? [])
        }
    }

    /// Keys of the patients with this Patient ID, one for each issuer; spaces around it mean nothing.
    public func patientKey(patientID: String) throws(StoreFault) -> [PatientKey] {
        guard let significant = PatientIdentity.significant(patientID) else { return [] }
        return try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT patient_key FROM patient WHERE patient_id = ? ORDER BY coalesce(issuer_of_patient_id, '')",
                arguments: [significant]
            ).map { try $0.patientKey() }
        }
    }

    private static let summarySQL = """
        SELECT study.study_key, patient_key, state, study.attempt, study.revision, finding, probability, scored_slices,
            slices, study.failure_code, failure_detail, doubt, retry_at, queued_at, updated_at, judged_at,
            \(FailureSinceRows.columns)
        FROM study LEFT JOIN revision
            ON revision.study_key = study.study_key AND revision.revision = study.revision
        \(FailureSinceRows.join)
        """

    /// A study with its state; nil where it is unknown.
    static func summary(_ db: Database, _ key: StudyKey) throws -> StudySummary? {
        let statement = try db.cachedStatement(sql: summarySQL + " WHERE study.study_key = ?")
        return try Row.fetchOne(statement, arguments: [key.value]).map(summary)
    }

    private static func summary(_ row: Row) throws -> StudySummary {
        StudySummary(
            studyKey: try row.studyKey(), patientKey: try row.patientKey(), state: try row.code("state"),
            attempts: try row.value("attempt"), revision: try row.value("revision"),
            finding: try row.optionalCode("finding"), probability: try row.optional("probability"),
            scoredSlices: try row.optional("scored_slices") ?? 0, slices: try row.optional("slices") ?? 0,
            failureCode: try row.optionalCode("failure_code"), failureDetail: try row.optional("failure_detail"),
            doubt: try row.optional("doubt"), retryAt: try row.optionalMoment("retry_at"),
            queuedAt: try row.moment("queued_at"), updatedAt: try row.moment("updated_at"),
            judgedAt: try row.optionalMoment("judged_at"), failedSince: try FailureSinceRows.value(row))
    }

    private static func latestRecord(_ db: Database, _ key: StudyKey) throws -> StudyRecord? {
        guard let revision = try StudyRow.find(db, key)?.revision, revision >= 1 else { return nil }
        guard let (judgedAt, result) = try RevisionRows.fetch(db, key, revision: revision) else {
            throw UnknownValue()
        }
        return try record(db, key, revision: revision, judgedAt: judgedAt, result: result)
    }

    /// The record of a revision with the identity and attributes the study has now, and what came after it.
    static func record(
        _ db: Database, _ key: StudyKey, revision: Int, judgedAt: Timestamp, result: StudyResult
    ) throws -> StudyRecord {
        guard
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT patient_key, study_instance_uid, patient, attributes, \(FailureSinceRows.columns)
                    FROM study \(FailureSinceRows.join)
                    WHERE study.study_key = ?
                    """, arguments: [key.value])
        else { throw UnknownValue() }
        return StudyRecord(
            studyKey: key, patientKey: try row.patientKey(), studyInstanceUID: try row.uid("study_instance_uid"),
            patient: try row.json("patient"), study: try row.json("attributes"), revision: revision,
            judgedAt: judgedAt, result: result,
            preceding: try RevisionRows.preceding(db, key, revision: revision - 1),
            failedSince: try FailureSinceRows.value(row))
    }
}
