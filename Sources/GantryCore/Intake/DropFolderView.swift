/// What one look at a drop folder has to tell.
public struct DropFolderView: Sendable, Equatable {
    /// Paths below the folder of regular files that have come to rest, sorted; each is told once, until it changes.
    public var settled: [String]
    /// Paths of regular files that are new or have changed and are not at rest yet, sorted; they are told at each look.
    public var unsettled: [String]
    /// Links, FIFOs, sockets, devices, and folders that cannot be listed; each is told once.
    public var outcomes: [FileOutcome]
    /// Paths that were told before, files or others, and are not there any more, sorted.
    public var gone: [String]

    /// A view of these files.
    public init(settled: [String], unsettled: [String], outcomes: [FileOutcome], gone: [String] = []) {
        self.settled = settled
        self.unsettled = unsettled
        self.outcomes = outcomes
        self.gone = gone
    }
}
