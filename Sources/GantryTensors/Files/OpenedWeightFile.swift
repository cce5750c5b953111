import Foundation

/// A weight file, opened once: its digest is that of the bytes from which its tensors are then read, whatever its path
/// leads to by then.
public struct OpenedWeightFile: Sendable {
    /// When its content was changed last, and how large it is.
    private struct Mark: Equatable {
        var byteCount: Int
        var seconds: Int
        var nanoseconds: Int
    }

    let file: FileDescriptor
    private let mark: Mark

    /// Opens the file. **Throws** `cannotOpen`, `cannotRead`.
    public init(path: String) throws(WeightsError) {
        file = try FileDescriptor(readingFrom: path)
        _ = try file.byteCount()  // refuses what is not a regular file
        mark = try Self.mark(file)
    }

    /// The digest of its content. **Throws** `cannotRead`.
    public func digest() throws(WeightsError) -> SHA256Digest { try SHA256Digest(of: file) }

    /// Refuses a file that was written to since it was opened: what was hashed may not be what was read.
    ///
    /// **Throws** `damagedContent`, `cannotRead`.
    public func requireUnchanged() throws(WeightsError) {
        guard try Self.mark(file) == mark else {
            throw WeightsError(
                .damagedContent, subject: file.path,
                explanation: "the file was written to while it was read; replace models by renaming, and try again.")
        }
    }

    private static func mark(_ file: FileDescriptor) throws(WeightsError) -> Mark {
        var facts = stat()
        guard fstat(file.number, &facts) == 0 else { throw .system(.cannotRead, "inspect", file.path) }
        return Mark(
            byteCount: Int(facts.st_size), seconds: facts.st_mtim.tv_sec, nanoseconds: facts.st_mtim.tv_nsec)
    }
}
