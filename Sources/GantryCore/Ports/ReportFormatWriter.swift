/// Makes one format of a study's report from what is stored. Nothing is written by it: where the files go, and that
/// each is there whole or not at all, is the `ReportWriter`'s.
///
/// The same records give the same bytes.
public protocol ReportFormatWriter: Sendable {
    /// Which.
    var format: ReportFormat { get }

    /// The files of `record`, whose patient has `patientRecords` (this one among them, in time order), in the order in
    /// which they are to be written.
    ///
    /// **Throws** `.cannotEncode`; `.notAvailable` where the store does not know what the format needs;
    /// `.notApplicable` where the study has nothing to show in it; `.notInstalled` where this machine lacks something.
    func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile]
}
