/// Everything known about one revision of one study's verdict: what the store returns and every report is made from,
/// also when the input is gone.
public struct StudyRecord: Sendable, Equatable {
    /// Pseudonym of the study.
    public var studyKey: StudyKey
    /// Pseudonym of the patient.
    public var patientKey: PatientKey
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Identity; reports and store only.
    public var patient: Patient
    /// Study date, description, accession.
    public var study: StudyAttributes
    /// From 1; late slices or changed rules make the next.
    public var revision: Int
    /// When this revision was judged.
    public var judgedAt: Timestamp
    /// What, when and with which digests.
    public var result: StudyResult
    /// The revision before it, where objects of that one can be named; nil where there is none, or an earlier version
    /// judged it.
    public var preceding: PrecedingRevision?
    /// What came after it, where the study failed since; nil where this revision is the last word.
    public var failedSince: StudyFailureSince?
    /// That it names nobody, and what that took from it; nil where it is as the store has it.
    public var deidentification: Deidentification?

    /// A record of these parts.
    public init(
        studyKey: StudyKey, patientKey: PatientKey, studyInstanceUID: UID, patient: Patient, study: StudyAttributes,
        revision: Int, judgedAt: Timestamp, result: StudyResult, preceding: PrecedingRevision? = nil,
        failedSince: StudyFailureSince? = nil
    ) {
        self.studyKey = studyKey
        self.patientKey = patientKey
        self.studyInstanceUID = studyInstanceUID
        self.patient = patient
        self.study = study
        self.revision = revision
        self.judgedAt = judgedAt
        self.result = result
        self.preceding = preceding
        self.failedSince = failedSince
    }
}
