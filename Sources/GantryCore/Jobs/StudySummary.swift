/// A study as a line of `status`.
public struct StudySummary: Sendable, Equatable, Codable {
    /// Pseudonym.
    public var studyKey: StudyKey
    /// Pseudonym.
    public var patientKey: PatientKey
    /// State.
    public var state: StudyState
    /// Claims so far.
    public var attempts: Int
    /// Latest revision, 0 where none.
    public var revision: Int
    /// Latest finding.
    public var finding: Finding?
    /// Latest probability.
    public var probability: Double?
    /// Scored slices of the latest revision.
    public var scoredSlices: Int
    /// Slices of the chosen series in the latest revision.
    public var slices: Int
    /// Code of the latest failure, where the state tells of one.
    public var failureCode: StudyFailure.Code?
    /// Its sentence.
    public var failureDetail: String?
    /// First quality failure of the latest verdict, as a sentence.
    public var doubt: String?
    /// When it is tried again, for `waiting`.
    public var retryAt: Timestamp?
    /// When it was first queued.
    public var queuedAt: Timestamp
    /// When anything last changed.
    public var updatedAt: Timestamp
    /// When the latest revision was judged.
    public var judgedAt: Timestamp?
    /// The failure for good that came after the latest revision, whose verdict is then not the last word.
    public var failedSince: StudyFailureSince?

    /// A summary.
    public init(
        studyKey: StudyKey, patientKey: PatientKey, state: StudyState, attempts: Int, revision: Int,
        finding: Finding?, probability: Double?, scoredSlices: Int, slices: Int, failureCode: StudyFailure.Code?,
        failureDetail: String?, doubt: String?, retryAt: Timestamp?, queuedAt: Timestamp, updatedAt: Timestamp,
        judgedAt: Timestamp? = nil, failedSince: StudyFailureSince? = nil
    ) {
        self.studyKey = studyKey
        self.patientKey = patientKey
        self.state = state
        self.attempts = attempts
        self.revision = revision
        self.finding = finding
        self.probability = probability
        self.scoredSlices = scoredSlices
        self.slices = slices
        self.failureCode = failureCode
        self.failureDetail = failureDetail
        self.doubt = doubt
        self.retryAt = retryAt
        self.queuedAt = queuedAt
        self.updatedAt = updatedAt
        self.judgedAt = judgedAt
        self.failedSince = failedSince
    }
}
