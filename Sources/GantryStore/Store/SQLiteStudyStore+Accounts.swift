import GRDB
import GantryCore

/// What tables are made of.
extension SQLiteStudyStore {
    /// What stands in place of identity outside of this store, under its salt.
    public var pseudonyms: any Pseudonyms { keys }

    /// Every study with its latest revision, in the order of first arrival; with `allRevisions` every study once for
    /// each of its revisions, oldest first. With a moment, only revisions that were judged then or later, the latest
    /// also where the study failed for good then or later, and studies without one of which anything changed since.
    ///
    /// `body` ends the reading by throwing. A study is read at one moment of the store, and `body` has it behind it: a
    /// runner is not held up, however many there are, and no more than one revision is held.
    ///
    /// **Throws** what the store throws, and what `body` does.
    public func forEachAccount(
        since: Timestamp? = nil, allRevisions: Bool = false, _ body: (StudyAccount) throws -> Void
    ) throws {
        var last: Int64 = -1
        while let next = try read({ db in try Self.next(db, after: last, since: since, allRevisions: allRevisions) }) {
            last = next.sequence
            try body(next.account)
            for revision in next.laterRevisions {
                var account = next.account
                account.record = try read { db in try Self.record(db, account, revision: revision) }
                try body(account)
            }
        }
    }

    private typealias NextStudy = (sequence: Int64, account: StudyAccount, laterRevisions: [Int])

    private static func next(
        _ db: Database, after last: Int64, since: Timestamp?, allRevisions: Bool
    ) throws -> NextStudy? {
        let statement = try db.cachedStatement(sql: nextSQL)
        let row = try Row.fetchOne(
            statement,
            arguments: ["last": last, "since": since?.millisecondsSince1970, "all": allRevisions])
        guard let row else { return nil }
        let key = try row.studyKey()
        guard let summary = try Self.summary(db, key) else { throw UnknownValue() }
        var account = StudyAccount(
            summary: summary, studyInstanceUID: try row.uid("study_instance_uid"),
            identity: StudyIdentity(patient: try row.json("patient"), attributes: try row.json("attributes")),
            record: nil)
        guard summary.revision >= 1 else {
            if let ledger = try LedgerRows.ofLatestFailure(db, key), summary.failureCode != nil {
                account.seriesOfFailure = try LedgerRows.seriesDecisions(db, ledger)
                account.filesOfFailure = try LedgerRows.files(db, ledger)
            }
            return (try row.value("sequence"), account, [])
        }
        let failedAt = summary.failedSince?.at
        let revisions = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT revision, judged_at FROM revision WHERE study_key = ? ORDER BY revision"),
            arguments: [key.value]
        ).filter { row in
            let isStanding = try row.value("revision", Int.self) == summary.revision
            guard allRevisions || isStanding else { return false }
            guard let since else { return true }
            return try row.moment("judged_at") >= since || isStanding && failedAt.map { $0 >= since } ?? false
        }.map { try $0.value("revision", Int.self) }
        guard let first = revisions.first else { throw UnknownValue() }
        account.record = try record(db, account, revision: first)
        return (try row.value("sequence"), account, Array(revisions.dropFirst()))
    }

    private static func record(_ db: Database, _ account: StudyAccount, revision: Int) throws -> StudyRecord {
        let key = account.summary.studyKey
        guard let (judgedAt, result) = try RevisionRows.fetch(db, key, revision: revision, withPictures: false) else {
            throw UnknownValue()
        }
        return StudyRecord(
            studyKey: key, patientKey: account.summary.patientKey, studyInstanceUID: account.studyInstanceUID,
            patient: account.identity.patient, study: account.identity.attributes, revision: revision,
            judgedAt: judgedAt, result: result, failedSince: account.summary.failedSince)
    }

    private static let nextSQL = """
        SELECT sequence, study.study_key, study_instance_uid, patient, attributes FROM study
        \(FailureSinceRows.join)
        WHERE sequence > :last AND (:since IS NULL OR failure.ended_at >= :since
            OR CASE study.revision WHEN 0 THEN updated_at >= :since ELSE EXISTS (
                SELECT 1 FROM revision WHERE revision.study_key = study.study_key AND judged_at >= :since
                    AND (:all OR revision.revision = study.revision)) END)
        ORDER BY sequence LIMIT 1
        """
}
