/// Whose a study is, and what it says of itself, by one set of its files.
///
/// Files that came at different times may differ in it, where a Patient ID was corrected, say. So it goes with what is
/// queued, and with the verdict on what was analysed.
public struct StudyIdentity: Sendable, Equatable {
    /// Identity of the patient.
    public var patient: Patient
    /// Study date, description, accession.
    public var attributes: StudyAttributes

    /// An identity of these parts.
    public init(patient: Patient, attributes: StudyAttributes) {
        self.patient = patient
        self.attributes = attributes
    }
}

extension EnqueuedStudy {
    /// By the files that are queued.
    public var identity: StudyIdentity { StudyIdentity(patient: patient, attributes: study) }
}

extension Study {
    /// By its files.
    public var identity: StudyIdentity { StudyIdentity(patient: patient, attributes: attributes) }
}

extension StudyRecord {
    /// By the files that it was judged, or confirmed, on.
    public var identity: StudyIdentity { StudyIdentity(patient: patient, attributes: study) }
}
