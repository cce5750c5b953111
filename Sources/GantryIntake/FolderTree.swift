import GantryCore
import Glibc

/// Everything below a folder at one moment.
struct FolderTree {
    /// A regular file.
    struct File {
        /// Path below the folder, as text (`PathText`).
        var path: String
        /// What tells whether it has changed.
        var mark: Mark
    }

    /// Size, modification time and identity of a file.
    struct Mark: Equatable {
        var size: Int64
        var modifiedSeconds: Int
        var modifiedNanoseconds: Int
        var inode: UInt64
    }

    /// Regular files, sorted by path.
    var files: [File] = []
    /// Everything else, sorted by path.
    var outcomes: [FileOutcome] = []
    /// Folders that were entered, below the root; the root is empty.
    var folders: [String] = []

    /// Walks the folder at `root`, absolute or relative, without following links below it. Folders are kept in a list,
    /// not on the stack, so depth is no matter. `named` is how a fault names it.
    ///
    /// The folder may change while it is walked: what vanishes between being listed and being looked at is left out.
    /// **Throws** `.unreadable` where the root cannot be listed.
    static func walk(_ root: String, named: String) throws(DropFolderFault) -> FolderTree {
        let rootDescriptor = open(PathText.systemPath(root), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard rootDescriptor >= 0 else { throw StudyDirectory.fault(named, errno) }
        defer { close(rootDescriptor) }
        var tree = FolderTree()
        var pending = [""]
        while let folder = pending.popLast() {
            let descriptor = openat(
                rootDescriptor, PathText.systemPath(folder.isEmpty ? "." : folder),
                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0, let stream = fdopendir(descriptor) else {
                let status = errno
                if descriptor >= 0 { close(descriptor) }
                if folder.isEmpty { throw StudyDirectory.fault(named, status) }
                if status != ENOENT { tree.outcomes.append(unlistable(folder, status)) }
                continue
            }
            defer { closedir(stream) }
            tree.folders.append(folder)
            let status = tree.enter(stream, descriptor: descriptor, folder: folder, pending: &pending)
            if status != 0 {
                if folder.isEmpty { throw StudyDirectory.fault(named, status) }
                tree.outcomes.append(unlistable(folder, status))
            }
        }
        tree.files.sort { precedes($0.path, $1.path) }
        tree.outcomes.sort { precedes($0.file, $1.file) }
        tree.folders.sort(by: precedes)
        return tree
    }

    /// Enters what one folder holds. Returns 0, or the errno at which listing broke off.
    private mutating func enter(
        _ stream: OpaquePointer, descriptor: Int32, folder: String, pending: inout [String]
    ) -> Int32 {
        while true {
            errno = 0
            guard let entry = readdir(stream) else { return errno }
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return EINVAL }
            // The name ends with a NUL inside the entry, which may be shorter than the type: it is read in place.
            let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            let bytes = Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
            if bytes == [46, 0] || bytes == [46, 46, 0] { continue }
            let name = PathText.text(ofBytes: bytes.dropLast().map { UInt8(bitPattern: $0) })
            enter(name, bytes: bytes, descriptor: descriptor, path: Self.joined(folder, name), pending: &pending)
        }
    }

    private mutating func enter(
        _ name: String, bytes: [CChar], descriptor: Int32, path: String, pending: inout [String]
    ) {
        var status = stat()
        guard fstatat(descriptor, bytes, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            let error = errno
            if error != ENOENT {
                let detail = "Cannot be looked at: \(String(cString: strerror(error)))."
                outcomes.append(FileOutcome(file: path, reason: .unreadable, detail: detail))
            }
            return
        }
        let kind = status.st_mode & S_IFMT
        if name.hasPrefix("."), kind == S_IFDIR || kind == S_IFREG {
            outcomes.append(Self.hidden(path, isFolder: kind == S_IFDIR))
        } else if let problem = PathText.problemOfLength(path), kind == S_IFDIR || kind == S_IFREG {
            outcomes.append(Self.tooDeep(path, isFolder: kind == S_IFDIR, problem))
        } else if kind == S_IFDIR {
            pending.append(path)
        } else if kind == S_IFREG {
            let mark = Mark(
                size: Int64(status.st_size), modifiedSeconds: status.st_mtim.tv_sec,
                modifiedNanoseconds: status.st_mtim.tv_nsec, inode: UInt64(status.st_ino))
            files.append(File(path: path, mark: mark))
        } else {
            outcomes.append(Self.notRegular(path, mode: status.st_mode))
        }
    }

    private static func joined(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : folder + "/" + name
    }

    private static func hidden(_ path: String, isFolder: Bool) -> FileOutcome {
        isFolder
            ? FileOutcome(
                file: path + "/", reason: .notCTImage,
                detail: "A hidden folder: its name begins with a dot. Not entered.")
            : FileOutcome(
                file: path, reason: .notCTImage, detail: "A hidden file: its name begins with a dot. Not read.")
    }

    /// A path that cannot be opened: a file is one, and so is a folder, into which nobody can look.
    private static func tooDeep(_ path: String, isFolder: Bool, _ problem: String) -> FileOutcome {
        isFolder
            ? FileOutcome(file: path + "/", reason: .unreadable, detail: "A folder that is not entered. " + problem)
            : FileOutcome(file: path, reason: .unreadable, detail: problem)
    }

    private static func unlistable(_ folder: String, _ status: Int32) -> FileOutcome {
        FileOutcome(
            file: folder + "/", reason: .unreadable,
            detail: "The folder cannot be listed: \(String(cString: strerror(status))).")
    }

    static func notRegular(_ path: String, mode: mode_t) -> FileOutcome {
        switch mode & S_IFMT {
        case S_IFLNK:
            FileOutcome(file: path, reason: .symbolicLink, detail: "A symbolic link: never followed.")
        case S_IFIFO: FileOutcome(file: path, reason: .notRegularFile, detail: "A FIFO, no regular file.")
        case S_IFSOCK: FileOutcome(file: path, reason: .notRegularFile, detail: "A socket, no regular file.")
        default: FileOutcome(file: path, reason: .notRegularFile, detail: "A device, no regular file.")
        }
    }
}

/// Order of paths by their bytes.
func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
