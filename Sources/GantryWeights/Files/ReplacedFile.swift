import Foundation

/// A file that takes its place only when it is complete: written beside it, synchronised, renamed, the directory synchronised.
final class ReplacedFile {
    private let path: String
    private let temporaryPath: String
    private var number: Int32

    /// **Throws** `cannotWrite`.
    init(path: String) throws(WeightsError) {
        self.path = path
        temporaryPath = "\(path).\(getpid()).partial"
        number = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw .system(.cannotWrite, "create", temporaryPath) }
    }

    func write<Element: BitwiseCopyable>(_ elements: [Element]) throws(WeightsError) {
        let number = number
        let complete = elements.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return true }
            var done = 0
            while done < buffer.count {
                let count = Foundation.write(number, base + done, buffer.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { return false }
                done += count
            }
            return true
        }
        guard complete else { throw .system(.cannotWrite, "write", temporaryPath) }
    }

    func commit() throws(WeightsError) {
        guard fsync(number) == 0 else { throw .system(.cannotWrite, "synchronise", temporaryPath) }
        let closed = close(number)
        number = -1
        guard closed == 0 else { throw .system(.cannotWrite, "close", temporaryPath) }
        guard rename(temporaryPath, path) == 0 else { throw .system(.cannotWrite, "rename to", path) }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .system(.cannotWrite, "open the directory", parent) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .system(.cannotWrite, "synchronise the directory", parent) }
    }

    /// Removes what was written. After `commit` has renamed the file there is nothing left to remove.
    func discard() {
        if number >= 0 { close(number) }
        number = -1
        unlink(temporaryPath)
    }
}
