/// The files below one path that a person named.
public struct FileListing: Sendable, Equatable {
    /// Absolute folder without links in it; the files are below it.
    public var root: String
    /// The folder as the person named it.
    public var shown: String
    /// Paths of regular files below `root`, as text (`PathText`), sorted.
    public var files: [String]
    /// What is not read, sorted likewise: links, FIFOs, sockets, devices, hidden files and folders, folders that cannot
    /// be listed, paths longer than the system takes. Folders end in `/`.
    public var outcomes: [FileOutcome]

    /// A listing of these parts.
    public init(root: String, shown: String, files: [String], outcomes: [FileOutcome]) {
        self.root = root
        self.shown = shown
        self.files = files
        self.outcomes = outcomes
    }
}
