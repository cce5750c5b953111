import GantryCore
import Glibc

/// An open folder into which reports are written; closed at the end of its life.
///
/// Folders are made with mode 0700 and files with 0600: a umask can only take away from that.
struct ReportFolder: ~Copyable {
    private let descriptor: Int32
    /// What faults name: a path without patient identity.
    private let name: String

    private init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    deinit { _ = close(descriptor) }

    /// Opens the folder at `path`, made where it does not exist, its missing parents too.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`.
    static func opening(path: String) throws(ReportFault) -> ReportFolder {
        let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if opened >= 0 { return ReportFolder(descriptor: opened, name: path) }
        guard errno == ENOENT else { throw ReportFault.writing(path, status: errno, "the folder cannot be opened") }
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            let prefix = String(path[..<end])
            guard mkdir(prefix, 0o700) == 0 || errno == EEXIST else {
                throw ReportFault.writing(path, status: errno, "the folder cannot be made")
            }
        }
        let made = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard made >= 0 else { throw ReportFault.writing(path, status: errno, "the folder cannot be opened") }
        return ReportFolder(descriptor: made, name: path)
    }

    /// The folder `component` inside this one, made where it does not exist; `path` is what faults call it.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`.
    func subfolder(_ component: String, path: String) throws(ReportFault) -> ReportFolder {
        if mkdirat(descriptor, component, 0o700) == 0 {
            guard fsync(descriptor) == 0 else {
                throw ReportFault.writing(path, status: errno, "the folder cannot be synced to disk")
            }
        } else if errno != EEXIST {
            throw ReportFault.writing(path, status: errno, "the folder cannot be made")
        }
        let opened = openat(descriptor, component, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw ReportFault.writing(path, status: errno, "the folder cannot be opened") }
        return ReportFolder(descriptor: opened, name: path)
    }

    /// Waits until no other writer holds this folder, and holds it until the end of this value's life.
    ///
    /// **Throws** `.cannotWrite`.
    func lock() throws(ReportFault) {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw ReportFault.writing(name, status: errno, "the folder cannot be locked") }
        }
    }

    /// Writes `bytes` as `file`, whole or not at all: a file beside it is written, synced and renamed, and the folder
    /// synced. What an earlier, killed attempt left is replaced.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`; `path` is what they name.
    func write(_ bytes: [UInt8], as file: String, path: String) throws(ReportFault) {
        let temporary = "." + file + ".tmp"
        _ = unlinkat(descriptor, temporary, 0)
        let opened = openat(
            descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
        guard opened >= 0 else { throw ReportFault.writing(path, status: errno, "the file cannot be made") }
        var failure = Self.fill(opened, with: bytes)
        if failure == 0, fsync(opened) != 0 { failure = errno }
        if close(opened) != 0, failure == 0 { failure = errno }
        if failure == 0, renameat(descriptor, temporary, descriptor, file) != 0 { failure = errno }
        guard failure == 0 else {
            _ = unlinkat(descriptor, temporary, 0)
            throw ReportFault.writing(path, status: failure, "the file cannot be written")
        }
        guard fsync(descriptor) == 0 else {
            throw ReportFault.writing(path, status: errno, "the folder cannot be synced to disk")
        }
    }

    /// Writes and removes a small file: whether reports can be written here at all.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`.
    func probe() throws(ReportFault) {
        let file = "." + "gantry-probe"
        try write([0x0A], as: file, path: name)
        _ = unlinkat(descriptor, file, 0)
    }

    /// Zero, or the error number with which writing ended.
    private static func fill(_ file: Int32, with bytes: [UInt8]) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if count > 0 { done += count } else if count == 0 { return EIO } else if errno != EINTR { return errno }
            }
            return 0
        }
    }
}

// MARK: - Taking away

extension ReportFolder {
    /// Whether a folder or file lies at `path` below this one.
    func has(_ path: String) -> Bool { faccessat(descriptor, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 }

    /// Names of everything in the folder, in no order.
    ///
    /// **Throws** `.cannotWrite`.
    func names() throws(ReportFault) -> [String] {
        let opened = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0, let stream = fdopendir(opened) else {
            let status = errno
            if opened >= 0 { _ = close(opened) }
            throw ReportFault.writing(name, status: status, "the folder cannot be listed")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        guard errno == 0 else { throw ReportFault.writing(name, status: errno, "the folder cannot be listed") }
        return names
    }

    /// Removes `file`, where it is there, and syncs the folder.
    ///
    /// **Throws** `.cannotWrite`.
    func remove(_ file: String, path: String) throws(ReportFault) {
        guard unlinkat(descriptor, file, 0) == 0 || errno == ENOENT else {
            throw ReportFault.writing(path, status: errno, "the file cannot be removed")
        }
        guard fsync(descriptor) == 0 else {
            throw ReportFault.writing(path, status: errno, "the folder cannot be synced to disk")
        }
    }

    /// Removes the folder `component` where it is there and empty, and syncs this one.
    ///
    /// **Throws** `.cannotWrite`.
    func removeIfEmpty(_ component: String, path: String) throws(ReportFault) {
        guard
            unlinkat(descriptor, component, AT_REMOVEDIR) == 0 || errno == ENOENT || errno == ENOTEMPTY
                || errno == EEXIST
        else { throw ReportFault.writing(path, status: errno, "the folder cannot be removed") }
        guard fsync(descriptor) == 0 else {
            throw ReportFault.writing(path, status: errno, "the folder cannot be synced to disk")
        }
    }
}

extension ReportFault {
    /// The fault of a system call that ended with error number `status` while writing `subject`; a full disk or an
    /// exhausted quota is `.diskFull`.
    package static func writing(_ subject: String, status: Int32, _ what: String) -> ReportFault {
        let isFull = status == ENOSPC || status == EDQUOT
        let why = String(cString: strerror(status))
        return ReportFault(
            isFull ? .diskFull : .cannotWrite, subject: subject, status: Int(status), explanation: "\(what): \(why)")
    }
}
