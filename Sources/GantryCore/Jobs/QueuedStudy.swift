/// Where a study stands after it was put in the queue.
public struct QueuedStudy: Sendable, Hashable {
    /// Pseudonym of the study.
    public var studyKey: StudyKey
    /// Why it was put into quarantine, where it stays; nil where it will be worked on.
    public var quarantine: String?

    /// A study of this key.
    public init(studyKey: StudyKey, quarantine: String? = nil) {
        self.studyKey = studyKey
        self.quarantine = quarantine
    }
}
