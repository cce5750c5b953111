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
        var facts = stat()
        let isThere = stat(path, &facts) == 0
        var file = try AtomicFile(path, permissions: permissions)
        try file.write(Array(bytes))
        if isThere { try file.setPermissions(facts.st_mode & 0o7777) }
        try file.commit()
    }

    /// Brings the entries of a folder to the disk. **Throws** where it cannot be opened, or the disk fails.
    package static func synchronise(folder: String) throws(FileFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(path: folder, step: .openFolder, status: errno) }
        let failure = fsync(descriptor) == 0 ? 0 : errno
        close(descriptor)
        guard failure == 0 else { throw FileFailure(path: folder, step: .synchroniseFolder, status: failure) }
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
}
