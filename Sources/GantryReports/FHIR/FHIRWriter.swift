import GantryCore

/// `report.fhir.json`: the verdict as a Bundle of FHIR R4.
public struct FHIRWriter: ReportFormatWriter {
    /// A writer.
    public init() {}

    /// See `ReportFormatWriter`.
    public var format: ReportFormat { .fhir }

    /// See `ReportFormatWriter`.
    public func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
        [
            ReportFile(
                path: "patients/\(record.patientKey)/\(record.studyKey)/report.fhir.json",
                bytes: try FHIRReport(record).json())
        ]
    }
}
