import GantryCore

/// Who and what a printed page is about, at the top of every sheet: sheets get separated. It is not shown on a screen.
struct RunningHead {
    /// The patient, or the bundle.
    let name: String
    /// ID and birth date; of a bundle what is trained.
    let identity: String
    /// The study, or what else the page shows.
    let subject: String
    let notice: String

    init(_ patient: Patient, subject: String, _ texts: ReportTexts) {
        name = IdentityText.name(patient.patientName, texts)
        let facts = [
            IdentityText.filled(patient.patientID).map { texts(.headID, ["id": $0]) },
            IdentityText.date(patient.patientBirthDate).map { texts(.headBorn, ["date": $0]) },
        ].compactMap(\.self)
        identity = facts.isEmpty ? texts(.headNoID) : facts.joined(separator: ", ")
        self.subject = subject
        notice = texts(.notice)
    }

    /// The head of a page that is about no patient.
    init(name: String, identity: String, subject: String) {
        self.name = name
        self.identity = identity
        self.subject = subject
        notice = Notice.text
    }

    /// The head of a study's report.
    init(_ record: StudyRecord, _ texts: ReportTexts) {
        let when = [IdentityText.date(record.study.studyDate), IdentityText.time(record.study.studyTime)]
            .compactMap(\.self).joined(separator: " ")
        let parts = [
            when.isEmpty ? texts(.headUndatedStudy) : texts(.headStudy, ["when": when]),
            IdentityText.filled(record.study.accessionNumber).map { texts(.headAccession, ["number": $0]) },
            texts(.headRevision, ["revision": String(record.revision)]),
            record.failedSince.map { _ in texts(.headFailed) },
        ]
        self.init(record.patient, subject: parts.compactMap(\.self).joined(separator: ", "), texts)
    }
}
