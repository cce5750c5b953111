/// Why a study has no verdict.
public struct StudyFailure: Sendable, Equatable, Codable {
    /// What, as a code that programs can rely on.
    public var code: Code
    /// A sentence for a person. No patient identity.
    public var detail: String
    /// Decisions known so far.
    public var seriesDecisions: [SeriesDecision]
    /// File outcomes known so far.
    public var files: [FileOutcome]

    /// A failure.
    public init(code: Code, detail: String, seriesDecisions: [SeriesDecision] = [], files: [FileOutcome] = []) {
        self.code = code
        self.detail = detail
        self.seriesDecisions = seriesDecisions
        self.files = files
    }

    /// Codes of failures.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// No series passes the rules.
        case noSuitableSeries
        /// No file of the study could be read.
        case nothingReadable
        /// Values cannot be Hounsfield units.
        case notHounsfield
        /// The reader died twice.
        case quarantined
        /// The reader could not be started, or the folder was gone.
        case readerFault
        /// The reader took too long on too many of its files.
        case readerTimedOut
        /// The scorer failed.
        case scorerFault
        /// Reports could not be written.
        case reportFault
        /// The study's wall clock ran out.
        case timedOut
    }
}
