import GRDB
import GantryCore

/// The failure for good that came after a study's latest revision, as parts of a query on `study`.
enum FailureSinceRows {
    /// What `value` reads.
    static let columns = """
        failure.ended_at AS failed_at, failure.failure_code AS failed_code, failure.detail AS failed_detail
        """

    /// The latest attempt that ended as `done`, `failed` or `quarantined`, where it failed. One that was handed back,
    /// abandoned, or waits to be tried again leaves it in force. Where reports are owed, it has been overtaken.
    static let join = """
        LEFT JOIN attempt AS failure
            ON study.revision >= 1 AND study.reports_outstanding = 0 AND failure.study_key = study.study_key
            AND failure.outcome IN ('failed', 'quarantined')
            AND failure.attempt = (
                SELECT ended.attempt FROM attempt AS ended
                WHERE ended.study_key = study.study_key AND ended.outcome IN ('done', 'failed', 'quarantined')
                ORDER BY ended.attempt DESC LIMIT 1)
        """

    /// The failure in a row of such a query; nil where there is none.
    static func value(_ row: Row) throws -> StudyFailureSince? {
        guard let at = try row.optionalMoment("failed_at") else { return nil }
        return StudyFailureSince(at: at, code: try row.code("failed_code"), detail: try row.value("failed_detail"))
    }
}
