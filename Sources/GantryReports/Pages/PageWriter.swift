import GantryCore

/// `report.html`, and `index.html` over all the patient's studies.
struct PageWriter: ReportFormatWriter {
    private let pages: ReportPages
    private let texts: ReportTexts

    /// **Throws** `.cannotEncode` where a compiled-in template does not parse.
    init(_ language: ReportLanguage) throws(ReportFault) {
        pages = try ReportPages()
        texts = ReportTexts(language)
    }

    /// See `ReportFormatWriter`.
    var format: ReportFormat { .html }

    /// See `ReportFormatWriter`. The index page comes last, so that it never links to a report that is not there.
    func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
        let history = PatientHistory(record, among: patientRecords)
        let patient = "patients/\(record.patientKey)"
        return [
            ReportFile(
                path: "\(patient)/\(record.studyKey)/report.html",
                bytes: try pages.study(try StudyPage(record, history: history, texts))),
            ReportFile(path: "\(patient)/index.html", bytes: try index(history)),
        ]
    }

    /// `index.html` of a patient. **Throws** `.cannotEncode`.
    func index(_ history: PatientHistory) throws(ReportFault) -> [UInt8] {
        try pages.patient(PatientPage(history, texts))
    }
}
