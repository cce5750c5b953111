import GantryCore

/// Reports that are to be written, and when they are tried again where that failed.
struct OwedReports: Sendable {
    /// The end of a study with a verdict, which is entered once its reports are written.
    struct Ending: Sendable {
        var lease: StudyLease
        var record: StudyRecord
        var files: [FileOutcome]
        var isUnchanged: Bool
    }

    let studyKey: StudyKey
    /// Nil where the study failed after it was judged: its end hangs on no report, and no lease holds it.
    let ending: Ending?
    /// Number of the attempt to write them that comes next.
    private(set) var attempt = 1
    private(set) var due: Timestamp
    /// Why they could not be written at the last attempt.
    private(set) var fault: ReportFault?

    /// Reports of a verdict that are due at once.
    init(_ lease: StudyLease, _ record: StudyRecord, files: [FileOutcome], isUnchanged: Bool, now: Timestamp) {
        studyKey = lease.studyKey
        ending = Ending(lease: lease, record: record, files: files, isUnchanged: isUnchanged)
        due = now
    }

    /// Reports of a study that failed after it was judged, if it was, due at once: they say so.
    init(ofFailed key: StudyKey, now: Timestamp) {
        studyKey = key
        ending = nil
        due = now
    }

    /// The same, to be tried again at `moment`, since `fault` kept them from being written.
    func postponed(until moment: Timestamp, after fault: ReportFault) -> OwedReports {
        var next = self
        next.attempt += 1
        next.due = moment
        next.fault = fault
        return next
    }
}
