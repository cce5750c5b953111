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

/// A fault of the drop folder.
public typealias DropFolderFault = Fault<DropFolderFaultCode>

/// Codes of `DropFolderFault`.
public enum DropFolderFaultCode: String, FaultCode {
    /// The folder is absent or cannot be listed.
    case unreadable

    /// Whether trying again can help.
    public var disposition: FaultDisposition { .retryable }
}
