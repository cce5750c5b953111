/// Where a study lies.
public struct StudyPlace: Sendable, Hashable {
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Folder that its files lie below, absolute.
    public var root: String

    /// This study below this folder.
    public init(studyInstanceUID: UID, root: String) {
        self.studyInstanceUID = studyInstanceUID
        self.root = root
    }
}
