import GantryCore

/// That a study failed after it was judged, on top of a page that shows the last revision that stands.
struct FailureView {
    /// Which study failed, and when; markup.
    let heading: String
    let why: String
    /// What the page shows nevertheless.
    let stands: String

    /// The failure of the only study of a page; nil where there is none.
    init?(ofPage record: StudyRecord, _ texts: ReportTexts) {
        self.init(record, heading: .failedThis, [:], stands: .standsHere, texts)
    }

    /// The failure of one study of several; nil where there is none.
    init?(amongOthers record: StudyRecord, _ texts: ReportTexts) {
        let date = IdentityText.date(record.study.studyDate).map(MarkupEscaping.escaped)
        let description = IdentityText.filled(record.study.studyDescription).map {
            "<bdi>\(MarkupEscaping.escaped($0))</bdi>"
        }
        let heading: ReportText =
            description == nil
            ? date == nil ? .failedUndated : .failedOf
            : date == nil ? .failedUndatedDescribed : .failedOfDescribed
        let values = ["date": date, "description": description].compactMapValues(\.self)
        self.init(record, heading: heading, values, stands: .standsBelow, texts)
    }

    /// `values` are markup.
    private init?(
        _ record: StudyRecord, heading: ReportText, _ values: [String: String], stands: ReportText,
        _ texts: ReportTexts
    ) {
        guard let failure = record.failedSince else { return nil }
        let when = IdentityText.minute(failure.at, texts)
        self.heading = texts.markup(heading, values.merging(["when": MarkupEscaping.escaped(when)]) { one, _ in one })
        let detail = IdentityText.filled(failure.detail) ?? failure.code.rawValue
        why = detail + (detail.last.map { ".!?".contains($0) } == true ? "" : ".")
        self.stands = texts(
            stands, ["revision": String(record.revision), "when": IdentityText.minute(record.judgedAt, texts)])
    }
}
