/// Writes the formats of a study's report that are asked for: one folder a patient, one a study inside it, and what is
/// to be sent in an outbox beside them.
///
/// Calls block. Each file is written aside, synced and renamed, so a reader sees the old one or the new one, whole.
public protocol ReportWriter: Sendable {
    /// An 8-bit greyscale PNG of `pixels`, row by row.
    ///
    /// **Throws** `.cannotEncode`.
    func png(pixels: [UInt8], rows: Int, columns: Int) throws(ReportFault) -> [UInt8]

    /// Holds the output while `body` runs: no other thread or process that asks likewise writes there meanwhile. What
    /// is read of the store inside is still the newest when its reports are written.
    ///
    /// **Throws** `.cannotWrite` where the output cannot be held.
    func exclusively<Value>(_ body: () -> Value) throws(ReportFault) -> Value

    /// Writes the reports of `record`, and with the pages the index page of its patient, whose studies (this one among
    /// them) are `patientRecords` in time order; with `report.json` renews that of the patient's other studies where it
    /// says something else of the study before (`Progression`). A format that cannot be written keeps no other from
    /// it: it is among what is missing.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull` where nothing could be written; `.newerThere` where the reports of a
    /// later revision lie there.
    func write(_ record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> WrittenReports

    /// Takes the reports of `study` away from `patient`, whose studies are now `patientRecords` in time order: writes
    /// the patient's index page without it first, or removes the page where no study is left, then the reports; what
    /// the other studies' reports say of the study before is renewed.
    /// A study that is not there is no fault.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`, `.cannotEncode`.
    func withdraw(
        _ study: StudyKey, from patient: PatientKey, patientRecords: [StudyRecord]
    ) throws(ReportFault)
}

/// A fault of the report writer.
public typealias ReportFault = Fault<ReportFaultCode>

/// Codes of `ReportFault`.
public enum ReportFaultCode: String, FaultCode {
    /// A folder or file cannot be written.
    case cannotWrite
    /// The disk is full.
    case diskFull
    /// A picture or page could not be made.
    case cannotEncode
    /// Reports of a later revision lie there: the store is older than they are.
    case newerThere
    /// The store does not know what the format needs: an earlier version judged the study.
    case notAvailable
    /// The study has nothing to show in the format.
    case notApplicable
    /// What names patients and what names nobody would lie in one folder.
    case otherIdentity
    /// A library or a font that the format needs is not installed.
    case notInstalled

    /// Whether trying again can help.
    public var disposition: FaultDisposition {
        switch self {
        case .cannotWrite, .diskFull: .retryable
        case .cannotEncode, .newerThere, .notAvailable, .notApplicable, .otherIdentity, .notInstalled: .permanent
        }
    }
}
