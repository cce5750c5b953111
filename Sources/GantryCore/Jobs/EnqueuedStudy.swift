/// A study to be queued.
public struct EnqueuedStudy: Sendable, Equatable {
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Identity.
    public var patient: Patient
    /// Study attributes.
    public var study: StudyAttributes
    /// Folder the files lie below, absolute.
    public var root: String
    /// Number of files of the study.
    public var fileCount: Int
    /// A person asks for it: where it is in quarantine it is taken up again.
    public var leavesQuarantine: Bool

    /// A study to be queued.
    public init(
        studyInstanceUID: UID, patient: Patient, study: StudyAttributes, root: String, fileCount: Int,
        leavesQuarantine: Bool = false
    ) {
        self.studyInstanceUID = studyInstanceUID
        self.patient = patient
        self.study = study
        self.root = root
        self.fileCount = fileCount
        self.leavesQuarantine = leavesQuarantine
    }
}
