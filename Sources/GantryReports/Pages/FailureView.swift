import GantryCore

/// That a study failed after it was judged, on top of a page that shows the last revision that stands.
struct FailureView {
    let subject: String
    /// Description of the study, where the page is about several.
    let description: String?
    let when: String
    let why: String
    /// What the page shows nevertheless.
    let stands: String

    /// The failure of the only study of a page; nil where there is none.
    init?(ofPage record: StudyRecord) {
        self.init(record, subject: "This study", description: nil, stands: "What follows is")
    }

    /// The failure of one study of several; nil where there is none.
    init?(amongOthers record: StudyRecord) {
        let date = IdentityText.date(record.study.studyDate)
        self.init(
            record, subject: date.map { "The study of \($0)" } ?? "The undated study",
            description: IdentityText.filled(record.study.studyDescription), stands: "What is shown of it below is")
    }

    private init?(_ record: StudyRecord, subject: String, description: String?, stands: String) {
        guard let failure = record.failedSince else { return nil }
        self.subject = subject
        self.description = description
        when = IdentityText.minute(failure.at)
        let detail = IdentityText.filled(failure.detail) ?? failure.code.rawValue
        why = detail + (detail.last.map { ".!?".contains($0) } == true ? "" : ".")
        self.stands =
            "\(stands) revision \(record.revision), judged on \(IdentityText.minute(record.judgedAt)), from what lay "
            + "there then."
    }
}
