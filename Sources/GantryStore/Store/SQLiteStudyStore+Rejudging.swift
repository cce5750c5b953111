import GRDB
import GantryCore

extension SQLiteStudyStore {
    /// Makes `result`, judged anew from the latest revision, the next revision of its study: queued, claimed and
    /// committed in one transaction. So a runner that is killed leaves the study as it was, or `judged` with its
    /// reports owed, and never queued for files that nobody looks for.
    ///
    /// Returns the lease, which goes on while the reports are written, and the new record; nil where the study is
    /// neither `done` nor `judged`, is worked on, or has another revision than `record` by now. **Throws**
    /// `.unknownStudy`.
    public func rejudge(
        _ record: StudyRecord, as result: StudyResult, worker: String, leaseSeconds: Int64, now: Timestamp
    ) throws(StoreFault) -> (lease: StudyLease, record: StudyRecord)? {
        try write { db in
            let key = record.studyKey
            func row() throws -> StudyRow {
                guard let row = try StudyRow.find(db, key) else {
                    throw StoreFault(.unknownStudy, subject: key.value, explanation: "there is no such study")
                }
                return row
            }
            let found = try row()
            guard found.state == .done || found.state == .judged, !found.isUnderLiveLease(at: now),
                found.revision == record.revision
            else { return nil }
            if found.state == .done {
                try Self.requeue(db, key)
                try AuditRows.append(
                    db, key, event: "enqueued", from: .done, to: .queued, detail: "to be judged by other rules",
                    now: now)
            }
            let lease = try Self.lease(db, try row(), worker: worker, leaseSeconds: leaseSeconds, now: now)
            return (lease, try Self.insert(db, result, of: try row(), now: now))
        }
    }
}
