/// The instances of one Series Instance UID within one study, in the order they were found.
public struct Series: Sendable, Equatable {
    /// (0020,000E)
    public var seriesInstanceUID: UID
    /// At least one instance; no SOP Instance UID twice.
    public var instances: [SOPInstance]

    /// A series of these instances.
    public init(seriesInstanceUID: UID, instances: [SOPInstance]) {
        self.seriesInstanceUID = seriesInstanceUID
        self.instances = instances
    }
}

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
    /// Files of this study that already have their outcome (duplicates).
    public var outcomes: [FileOutcome]

    /// A study of these parts.
    public init(
        studyInstanceUID: UID, patient: Patient, attributes: StudyAttributes, series: [Series], outcomes: [FileOutcome]
    ) {
        self.studyInstanceUID = studyInstanceUID
        self.patient = patient
        self.attributes = attributes
        self.series = series
        self.outcomes = outcomes
    }
}
