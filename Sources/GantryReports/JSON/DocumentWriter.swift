import GantryCore

/// `report.json`.
struct DocumentWriter: ReportFormatWriter {
    /// See `ReportFormatWriter`.
    var format: ReportFormat { .json }

    /// See `ReportFormatWriter`.
    func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
        let history = PatientHistory(record, among: patientRecords)
        return [
            ReportFile(
                path: "patients/\(record.patientKey)/\(record.studyKey)/report.json",
                bytes: try ReportDocument(record, history.progression(of: record)).json())
        ]
    }
}
