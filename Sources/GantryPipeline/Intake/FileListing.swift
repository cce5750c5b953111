import GantryCore

/// The files below one path that a person named.
public struct FileListing: Sendable, Equatable {
    /// Absolute folder without links in it; the files are below it.
    public var root: String
    /// The folder as the person named it.
    public var shown: String
    /// Paths of regular files below `root`, sorted.
    public var files: [String]
    /// Links, FIFOs, hidden files and the like; folders end in `/`.
    public var outcomes: [FileOutcome]

    /// A listing of these parts.
    public init(root: String, shown: String, files: [String], outcomes: [FileOutcome]) {
        self.root = root
        self.shown = shown
        self.files = files
        self.outcomes = outcomes
    }
}

/// Lists what is below a path: `StudyDirectory` of GantryIntake, or a test's.
public typealias FileLister = @Sendable (_ path: String) throws(DropFolderFault) -> FileListing
