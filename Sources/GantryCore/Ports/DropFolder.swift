/// A folder into which other systems put files: says which regular files lie there and which have come to rest.
///
/// Calls block. Nothing is deleted, moved or written.
public protocol DropFolder: Sendable {
    /// Looks once, and tells what is not known from the looks before: a folder in which nothing happens has nothing to
    /// tell, however much lies there. A file is `settled` when its size and modification time were the same at the look
    /// before.
    ///
    /// **Throws** `.unreadable` where the folder itself cannot be listed.
    func look() throws(DropFolderFault) -> DropFolderView

    /// Waits until something may have changed in the folder, `seconds` have passed or `wake` was called; returns at
    /// once when a change is already known.
    func wait(seconds: Double)

    /// Ends a `wait` from another thread.
    func wake()
}

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

/// A fault of the drop folder.
public typealias DropFolderFault = Fault<DropFolderFaultCode>

/// Codes of `DropFolderFault`.
public enum DropFolderFaultCode: String, FaultCode {
    /// The folder is absent or cannot be listed.
    case unreadable

    /// Whether trying again can help.
    public var disposition: FaultDisposition { .retryable }
}
