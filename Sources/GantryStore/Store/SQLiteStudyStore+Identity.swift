import GRDB
import GantryCore

/// Whose a study is.
extension SQLiteStudyStore {
    /// Pseudonym of the patient whose study this is.
    func patientKey(of identity: StudyIdentity, studyInstanceUID: UID) throws(StoreFault) -> PatientKey {
        try keys.patientKey(of: PatientIdentity(identity.patient), studyInstanceUID: studyInstanceUID)
    }

    /// Adds a patient, where it is new.
    ///
    /// **Throws** `.illegalMove` where the key already belongs to another.
    static func insertPatient(_ db: Database, _ key: PatientKey, _ patient: Patient) throws {
        let identity = PatientIdentity(patient)
        try db.execute(
            sql: """
                INSERT INTO patient (patient_key, patient_id, issuer_of_patient_id) VALUES (?, ?, ?)
                ON CONFLICT (patient_key) DO NOTHING
                """, arguments: [key.value, identity.patientID, identity.issuer])
        let isSame = try Bool.fetchOne(
            db,
            sql: "SELECT patient_id IS ? AND issuer_of_patient_id IS ? FROM patient WHERE patient_key = ?",
            arguments: [identity.patientID, identity.issuer, key.value])
        guard isSame == true else { throw collision(key.value, "patient") }
    }

    /// Gives a study this identity, and its patient this key. Another patient that the study was taken for is kept in
    /// mind, so that its reports are taken away there.
    static func identify(
        _ db: Database, _ key: StudyKey, _ patientKey: PatientKey, _ identity: StudyIdentity
    ) throws {
        try insertPatient(db, patientKey, identity.patient)
        try db.execute(
            sql: """
                INSERT INTO former_patient (study_key, patient_key)
                SELECT study_key, patient_key FROM study WHERE study_key = ? AND patient_key <> ?
                ON CONFLICT DO NOTHING
                """, arguments: [key.value, patientKey.value])
        try db.execute(
            sql: "UPDATE study SET patient_key = ?, patient = ?, attributes = ? WHERE study_key = ?",
            arguments: [
                patientKey.value, try JSONColumn.text(identity.patient), try JSONColumn.text(identity.attributes),
                key.value,
            ])
    }

    /// The fault that a key stands for two things.
    static func collision(_ key: String, _ what: String) -> StoreFault {
        StoreFault(
            .illegalMove, subject: key,
            explanation: "this key already belongs to another \(what); keep this one in a store of its own")
    }
}
