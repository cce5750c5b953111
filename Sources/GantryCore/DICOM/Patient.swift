/// Identity of a patient. Only the store and the reports may hold it.
public struct Patient: Sendable, Hashable, Codable {
    /// (0010,0020)
    public var patientID: String?
    /// (0010,0021)
    public var issuerOfPatientID: String?
    /// (0010,0010), as DICOM writes it: `Family^Given^Middle^Prefix^Suffix`.
    public var patientName: String?
    /// (0010,0030), `YYYYMMDD`.
    public var patientBirthDate: String?
    /// (0010,0040), `M`, `F` or `O`.
    public var patientSex: String?

    /// A patient of whom nothing is known yet.
    public init() {}
}
