import Glibc

/// A file that takes its name only when it is whole and on the disk: until then it has another in the same folder, and
/// goes with this value.
package struct AtomicFile: ~Copyable {
    /// The name it will have.
    package let path: String
    /// The name it is written under.
    package let temporaryPath: String
    /// The open folder below which both names are; `AT_FDCWD` where they are paths like any other.
    private let folder: Int32
    /// -1 before what others wrote is opened, and once it is closed.
    private var descriptor: Int32
    private var isInPlace = false

    /// A new empty file, which `commit` brings to `path`, in place of what is there. It has `permissions`, less the
    /// umask.
    ///
    /// `temporaryPath` is in the same folder; nil for a name that no other process has. Where `folder` is an open
    /// folder, both are names in it. **Throws** where the system refuses.
    package init(
        _ path: String, writtenAs temporaryPath: String? = nil, in folder: Int32 = AT_FDCWD, permissions: mode_t = 0o666
    ) throws(FileFailure) {
        let temporary = temporaryPath ?? "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
        let number = openat(
            folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
        guard number >= 0 else { throw FileFailure(path: path, step: .create, status: errno) }
        self.path = path
        self.temporaryPath = temporary
        self.folder = folder
        descriptor = number
    }

    /// A file that others write, under the name `temporaryPath` in the folder of `path`, which `commit` brings to
    /// `path`, in place of what is there.
    package init(_ path: String, writtenByOthersAs temporaryPath: String) {
        self.path = path
        self.temporaryPath = temporaryPath
        folder = AT_FDCWD
        descriptor = -1
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isInPlace { unlinkat(folder, temporaryPath, 0) }
    }

    /// Writes what follows. **Throws** where the system refuses.
    package func write<Element: BitwiseCopyable>(_ elements: [Element]) throws(FileFailure) {
        let status: Int32 = elements.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : EIO }
                done += count
            }
            return 0
        }
        guard status == 0 else { throw failure(.write, status) }
    }

    /// Gives it exactly these permissions, whatever the umask. **Throws** where the system refuses.
    package func setPermissions(_ permissions: mode_t) throws(FileFailure) {
        guard fchmod(descriptor, permissions) == 0 else { throw failure(.write, errno) }
    }

    /// Brings what was written to the disk and to its name, and the folder's entries to the disk. **Throws** where the
    /// system refuses; before the name is taken nothing is changed then.
    package mutating func commit() throws(FileFailure) {
        if descriptor < 0 { descriptor = openat(folder, temporaryPath, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) }
        guard descriptor >= 0 else { throw failure(.create, errno) }
        guard fsync(descriptor) == 0 else { throw failure(.synchronise, errno) }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw failure(.close, errno) }
        guard renameat(folder, temporaryPath, folder, path) == 0 else { throw failure(.rename, errno) }
        isInPlace = true
        if folder == AT_FDCWD { return try DurableFile.synchroniseFolder(of: path) }
        guard fsync(folder) == 0 else { throw failure(.synchroniseFolder, errno) }
    }

    private func failure(_ step: FileFailure.Step, _ status: Int32) -> FileFailure {
        FileFailure(path: path, step: step, status: status)
    }
}
