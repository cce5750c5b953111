/// The right to work on a study until a moment; fenced by the attempt's number.
public struct StudyLease: Sendable, Hashable {
    /// Whose.
    public var studyKey: StudyKey
    /// Pseudonym of the patient.
    public var patientKey: PatientKey
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Name of the worker.
    public var worker: String
    /// Fencing number, grows with each claim.
    public var attempt: Int
    /// Failed attempts before this one, since the study was last queued.
    public var failedAttempts: Int
    /// State before the claim: `judged` means that only the reports are outstanding.
    public var previousState: StudyState
    /// When it lapses.
    public var leaseUntil: Timestamp

    /// A lease.
    public init(
        studyKey: StudyKey, patientKey: PatientKey, studyInstanceUID: UID, worker: String, attempt: Int,
        failedAttempts: Int, previousState: StudyState, leaseUntil: Timestamp
    ) {
        self.studyKey = studyKey
        self.patientKey = patientKey
        self.studyInstanceUID = studyInstanceUID
        self.worker = worker
        self.attempt = attempt
        self.failedAttempts = failedAttempts
        self.previousState = previousState
        self.leaseUntil = leaseUntil
    }
}
