/// A format that a study's report is written in, by the name that pipeline files and commands give it.
public enum ReportFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// A page for people, and one over all the patient's studies.
    case html
    /// For programs.
    case json
    /// A DICOM Comprehensive 3D SR document.
    case sr
    /// A DICOM Secondary Capture image of each key slice.
    case secondaryCapture = "secondary-capture"
    /// A DICOM Key Object Selection of the key slices.
    case keyObjects = "key-objects"
    /// One to three pages to print.
    case pdf
    /// The same as a DICOM Encapsulated PDF.
    case encapsulatedPDF = "encapsulated-pdf"
    /// A Bundle of FHIR R4.
    case fhir

    /// Those that are written unless others are asked for.
    public static let usual: [ReportFormat] = [.html, .json]

    /// Whether its files are objects for the outbox; the others lie in the study's folder.
    public var isSent: Bool {
        switch self {
        case .html, .json, .pdf, .fhir: false
        case .sr, .secondaryCapture, .keyObjects, .encapsulatedPDF: true
        }
    }
}

/// A file of a report, made and not yet written.
public struct ReportFile: Sendable, Equatable {
    /// Below the output folder; pseudonyms and plain words, no patient identity.
    public var path: String
    /// What it holds.
    public var bytes: [UInt8]
    /// What whoever has it written should know, a sentence without patient identity; nil where there is nothing.
    public var remark: String?

    /// A file.
    public init(path: String, bytes: [UInt8], remark: String? = nil) {
        self.path = path
        self.bytes = bytes
        self.remark = remark
    }
}

/// What became of the reports of one study.
public struct WrittenReports: Sendable, Equatable {
    /// Files that are there now, below the output folder, in the order in which they were written.
    public var paths: [String]
    /// Formats that were asked for and are not, or not wholly, among them.
    public var missing: [MissingFormat]
    /// What whoever has them written should know of those that are there, a sentence each.
    public var remarks: [String]

    /// Reports of these files.
    public init(paths: [String] = [], missing: [MissingFormat] = [], remarks: [String] = []) {
        self.paths = paths
        self.missing = missing
        self.remarks = remarks
    }
}

/// A format that was asked for and not written, and why.
public struct MissingFormat: Sendable, Equatable {
    /// Which.
    public var format: ReportFormat
    /// Why: `.notApplicable` where the study has nothing to show in it.
    public var fault: ReportFault

    /// A format that `fault` kept from being written.
    public init(_ format: ReportFormat, _ fault: ReportFault) {
        self.format = format
        self.fault = fault
    }

    /// `sr: not available: judged by version 0.9`.
    public var sentence: String { "\(format.rawValue): \(fault.explanation)" }
}
