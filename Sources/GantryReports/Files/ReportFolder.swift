import GantryCore
import GantryGround
import Glibc

/// An open folder into which reports are written; closed at the end of its life.
///
/// Folders are made with mode 0700 and files with 0600: a umask can only take away from that.
package struct ReportFolder: ~Copyable {
    private let descriptor: Int32
    /// What faults name: a path without patient identity.
    let name: String

    private init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    deinit { _ = close(descriptor) }

    /// Opens the folder at `path`, made where it does not exist, its missing parents too; each made one is on disk with
    /// its name before this returns. `sync` does that for an open folder, as `fsync` does.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`.
    package static func opening(
        path: String, sync: (Int32) -> Int32 = { fsync($0) }
    ) throws(ReportFault) -> ReportFolder {
        let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if opened >= 0 { return ReportFolder(descriptor: opened, name: path) }
        guard errno == ENOENT else { throw ReportFault.writing(path, status: errno, "the folder cannot be opened") }
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            let prefix = String(path[..<end])
            if mkdir(prefix, 0o700) == 0 {
                try syncParent(of: prefix, named: path, sync)
            } else if errno != EEXIST {
                throw ReportFault.writing(path, status: errno, "the folder cannot be made")
            }
        }
        let made = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard made >= 0 else { throw ReportFault.writing(path, status: errno, "the folder cannot be opened") }
        return ReportFolder(descriptor: made, name: path)
    }

    /// Brings the entry of a folder that was just made to disk. **Throws** `.cannotWrite`, `.diskFull`.
    private static func syncParent(
        of folder: String, named path: String, _ sync: (Int32) -> Int32
    ) throws(ReportFault) {
        // A name after the last slash is never empty here, since a made folder has one.
        let opened = open(RelativePath.enclosingFolder(of: folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw ReportFault.writing(path, status: errno, "the folder cannot be opened") }
        defer { _ = close(opened) }
        guard sync(opened) == 0 else {
            throw ReportFault.writing(path, status: errno, "the folder cannot be synced to disk")
        }
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

    /// Does `body` while this folder is locked. **Throws** `.cannotWrite`.
    func holding<Value>(_ body: () -> Value) throws(ReportFault) -> Value {
        try lock()
        return body()
    }

    /// What `file` holds; nil where it is not there, is no regular file, cannot be read, or has more than 64 MiB.
    func contents(of file: String) -> [UInt8]? {
        let opened = openat(descriptor, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        defer { _ = close(opened) }
        var facts = stat()
        guard fstat(opened, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= 64 << 20 else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                read(opened, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return nil }
            done += count
        }
        return bytes
    }

    /// Writes `bytes` as `file`, whole or not at all: a file beside it is written, synced and renamed, and the folder
    /// synced. What an earlier, killed attempt left is replaced.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`; `path` is what they name.
    func write(_ bytes: [UInt8], as file: String, path: String) throws(ReportFault) {
        let temporary = "." + file + ".tmp"
        _ = unlinkat(descriptor, temporary, 0)
        do {
            var made = try AtomicFile(file, writtenAs: temporary, in: descriptor, permissions: 0o600)
            try made.write(bytes)
            try made.commit()
        } catch {
            throw ReportFault(writing: error, path: path)
        }
    }

    /// A new `file`, which takes its name when it is committed, in place of what is there; to be done with before this
    /// folder goes. What an earlier, killed attempt left is removed; who may come at the same time is kept out by
    /// `lock`.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`.
    func beginning(_ file: String) throws(ReportFault) -> AtomicFile {
        let temporary = "." + file + ".partial"
        _ = unlinkat(descriptor, temporary, 0)
        do {
            return try AtomicFile(file, writtenAs: temporary, in: descriptor, permissions: 0o600)
        } catch {
            throw ReportFault(writing: error, path: file)
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
}

// MARK: - Taking away

extension ReportFolder {
    /// Whether a folder or file lies at `path` below this one.
    func has(_ path: String) -> Bool { faccessat(descriptor, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 }

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
    /// The fault of a file that the system refused; `path` is what it names.
    init(writing failure: FileFailure, path: String) {
        let what =
            switch failure.step {
            case .create: "no file can be made here"
            case .openFolder, .synchroniseFolder: "the folder cannot be synced to disk"
            case .write, .synchronise, .close, .rename: "the file cannot be written"
            }
        self = ReportFault.writing(path, status: failure.status, what)
    }

    /// The fault of a system call that ended with error number `status` while writing `subject`; a full disk or an
    /// exhausted quota is `.diskFull`.
    package static func writing(_ subject: String, status: Int32, _ what: String) -> ReportFault {
        let isFull = status == ENOSPC || status == EDQUOT
        let why = String(cString: strerror(status))
        return ReportFault(
            isFull ? .diskFull : .cannotWrite, subject: subject, status: Int(status), explanation: "\(what): \(why)")
    }
}
