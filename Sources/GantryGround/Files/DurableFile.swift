import Glibc

/// Files that are whole under their name and on the disk, or not there at all, whenever the power fails.
package enum DurableFile {
    /// Writes `bytes` as the file at `path`, in place of what is there: a file beside it is written, synchronised and
    /// renamed, and its folder synchronised.
    ///
    /// What there was keeps its permissions; a new file has `permissions`, less the umask. **Throws** where the system
    /// refuses; nothing is changed then.
    package static func write(
        _ bytes: some Sequence<UInt8>, to path: String, permissions: mode_t = 0o666
    ) throws(FileFailure) {
        // A link stays one: what it leads to is replaced.
        let path = resolved(path)
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
        var facts = stat()
        let isThere = stat(path, &facts) == 0
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
        guard descriptor >= 0 else { throw FileFailure(path: path, status: errno) }
        var failure = fill(descriptor, with: Array(bytes))
        if failure == 0, isThere, fchmod(descriptor, facts.st_mode & 0o7777) != 0 { failure = errno }
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(temporary, path) != 0 { failure = errno }
        guard failure == 0 else {
            unlink(temporary)
            throw FileFailure(path: path, status: failure)
        }
        try synchroniseFolder(of: path)
    }

    /// Brings the entries of a folder to the disk. **Throws** where it cannot be opened, or the disk fails.
    package static func synchronise(folder: String) throws(FileFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(path: folder, status: errno) }
        let failure = fsync(descriptor) == 0 ? 0 : errno
        close(descriptor)
        guard failure == 0 else { throw FileFailure(path: folder, status: failure) }
    }

    /// Brings the entries of the folder in which the file or folder at `path` lies to the disk: it is found there under
    /// its name then. **Throws** as above.
    package static func synchroniseFolder(of path: String) throws(FileFailure) {
        var trimmed = Substring(path)
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return try synchronise(folder: ".") }
        try synchronise(folder: slash == trimmed.startIndex ? "/" : String(trimmed[..<slash]))
    }

    private static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    /// 0, or the error number.
    private static func fill(_ descriptor: Int32, with bytes: [UInt8]) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : EIO }
                done += count
            }
            return 0
        }
    }
}

/// The system refused to write a file.
package struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of what.
    package let path: String
    /// The system's error number.
    package let status: Int32

    /// A failure of this kind.
    package init(path: String, status: Int32) {
        self.path = path
        self.status = status
    }

    /// What the system says.
    package var reason: String { String(cString: strerror(status)) }

    /// One sentence for a person.
    package var description: String { "\(path): cannot be written: \(reason)." }
}
