import GantryCore

/// Who and what a printed page is about, at the top of every sheet: sheets get separated. It is not shown on a screen.
struct RunningHead {
    /// The patient, or the bundle.
    let name: String
    /// ID and birth date; of a bundle what is trained.
    let identity: String
    /// The study, or what else the page shows.
    let subject: String
    let notice = Notice.text

    init(_ patient: Patient, subject: String) {
        name = IdentityText.name(patient.patientName)
        let facts = [
            IdentityText.filled(patient.patientID).map { "ID \($0)" },
            IdentityText.date(patient.patientBirthDate).map { "born \($0)" },
        ].compactMap(\.self)
        identity = facts.isEmpty ? "no patient ID" : facts.joined(separator: ", ")
        self.subject = subject
    }

    /// The head of a page that is about no patient.
    init(name: String, identity: String, subject: String) {
        self.name = name
        self.identity = identity
        self.subject = subject
    }

    /// The head of a study's report.
    init(_ record: StudyRecord) {
        let when = [IdentityText.date(record.study.studyDate), IdentityText.time(record.study.studyTime)]
            .compactMap(\.self).joined(separator: " ")
        let accession = IdentityText.filled(record.study.accessionNumber).map { ", accession number \($0)" } ?? ""
        self.init(
            record.patient,
            subject: "CT study \(when.isEmpty ? "undated" : when)\(accession), revision \(record.revision)"
                + (record.failedSince == nil ? "" : ", the study failed since"))
    }
}
