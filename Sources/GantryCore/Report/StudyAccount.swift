/// What the store knows of a study and of one of its revisions: a row of a table of studies, and all that hangs on it.
public struct StudyAccount: Sendable, Equatable {
    /// State, attempts, failures, moments; of verdicts the latest.
    public var summary: StudySummary
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Whose it is, and what it says of itself. Kept once: that of an earlier revision is that of the latest.
    public var identity: StudyIdentity
    /// The revision, without its pictures; nil where the study was never judged.
    public var record: StudyRecord?
    /// The series that were decided on before a study failed that was never judged; empty for every other.
    public var seriesOfFailure: [SeriesDecision]
    /// The files that are known of such a study.
    public var filesOfFailure: [FileOutcome]

    /// An account of these parts.
    public init(
        summary: StudySummary, studyInstanceUID: UID, identity: StudyIdentity, record: StudyRecord?,
        seriesOfFailure: [SeriesDecision] = [], filesOfFailure: [FileOutcome] = []
    ) {
        self.summary = summary
        self.studyInstanceUID = studyInstanceUID
        self.identity = identity
        self.record = record
        self.seriesOfFailure = seriesOfFailure
        self.filesOfFailure = filesOfFailure
    }

    /// Whether this is the latest revision, which stands; nil where there is none.
    public var isStanding: Bool? { record.map { $0.revision == summary.revision } }

    /// Every series with its decision.
    public var series: [SeriesDecision] { record?.result.seriesDecisions ?? seriesOfFailure }

    /// Every slice of the chosen series; none where the study was never judged.
    public var slices: [SliceRecord] { record?.result.slices ?? [] }

    /// The end of every file that is known.
    public var files: [FileOutcome] { record?.result.files ?? filesOfFailure }
}
