/// What a watched drop folder waits for: studies that have not come to rest, and files that are still coming in.
public struct Settling: Sendable, Equatable, Codable {
    /// Most studies that are named.
    public static let mostNamed = 20

    /// Number of studies that wait.
    public var studies: Int
    /// Number of files that are new or changing: their headers are not read yet, so nobody knows whose they are.
    public var unreadFiles: Int
    /// The studies that have waited longest, at most `mostNamed`.
    public var longest: [Study]

    /// What is waited for.
    public init(studies: Int, unreadFiles: Int, longest: [Study]) {
        self.studies = studies
        self.unreadFiles = unreadFiles
        self.longest = longest
    }

    /// A study that waits.
    public struct Study: Sendable, Equatable, Codable {
        /// Pseudonym; the study need not be in the store yet.
        public var studyKey: StudyKey
        /// Number of its files that lie there.
        public var files: Int
        /// When the first file was seen that it has not been judged with.
        public var since: Timestamp
        /// When it is taken if nothing more comes; nil while a file in its folder is still coming in.
        public var takenAt: Timestamp?
        /// When it is taken in any case, and is then indeterminate.
        public var latestAt: Timestamp

        /// A study.
        public init(studyKey: StudyKey, files: Int, since: Timestamp, takenAt: Timestamp?, latestAt: Timestamp) {
            self.studyKey = studyKey
            self.files = files
            self.since = since
            self.takenAt = takenAt
            self.latestAt = latestAt
        }
    }
}
