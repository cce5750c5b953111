/// A failure for good that came after a study was judged: its latest revision stands, but is no longer the last word.
///
/// The next revision overtakes it, and so does a look that finds nothing new.
public struct StudyFailureSince: Sendable, Hashable, Codable {
    /// When the study failed; the last time, where it failed again and again.
    public var at: Timestamp
    /// What, as a code that programs can rely on.
    public var code: StudyFailure.Code
    /// A sentence for a person. No patient identity.
    public var detail: String

    /// A failure.
    public init(at: Timestamp, code: StudyFailure.Code, detail: String) {
        self.at = at
        self.code = code
        self.detail = detail
    }
}
