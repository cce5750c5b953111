/// What stands in place of what would lead back to a patient: the same for the same value of one store, and nothing
/// that anybody could make, or take back, without the store's salt.
public protocol Pseudonyms: Sendable {
    /// A UID in place of this one.
    func uid(for uid: String) -> String

    /// 16 lower-case hexadecimal digits in place of a text.
    func digits(for text: String) -> String
}

extension Pseudonyms {
    /// A UID in place of this one.
    package func uid(for uid: UID) -> UID {
        guard let other = UID(self.uid(for: uid.value)) else { preconditionFailure("a pseudonym is no UID") }
        return other
    }

    /// A key in place of a study's: that one stands in the reports that name the patient, and in logs.
    package func key(for study: StudyKey) -> StudyKey {
        guard let other = StudyKey(digits(for: study.value)) else { preconditionFailure("a pseudonym is no key") }
        return other
    }

    /// A key in place of a patient's, likewise.
    package func key(for patient: PatientKey) -> PatientKey {
        guard let other = PatientKey(digits(for: patient.value)) else { preconditionFailure("a pseudonym is no key") }
        return other
    }
}
