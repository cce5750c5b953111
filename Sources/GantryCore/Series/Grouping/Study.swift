/// A study as found below a folder: its series, and the files that fell away while grouping.
public struct Study: Sendable, Equatable {
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Patient of the first instance that names one.
    public var patient: Patient
    /// Study attributes of the first instance.
    public var attributes: StudyAttributes
    /// Series in the order of their UIDs.
    public var series: [Series]
    /// Files of this study that already have their outcome: copies, files of other patients.
    public var outcomes: [FileOutcome]
    /// Further files of instances in `series`, alike in what scoring reads of a header; their outcomes are among
    /// `outcomes`. Whether their pixels are the same too, nobody has looked yet (`comparing(copies:)`).
    public var copies: [SOPInstance]

    /// A study of these parts.
    public init(
        studyInstanceUID: UID, patient: Patient, attributes: StudyAttributes, series: [Series], outcomes: [FileOutcome],
        copies: [SOPInstance] = []
    ) {
        self.studyInstanceUID = studyInstanceUID
        self.patient = patient
        self.attributes = attributes
        self.series = series
        self.outcomes = outcomes
        self.copies = copies
    }

    /// Number of its files that do not name another patient than it has.
    public var filesOfPatient: Int {
        series.reduce(0) { $0 + $1.instances.count } + outcomes.count { $0.reason != .patientConflict }
    }
}
