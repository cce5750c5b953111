import GantryCore
import Glibc

/// Size, modification time and identity of a file or folder: what tells whether it has changed.
struct FileMark: Equatable {
    var size: Int64
    var modifiedSeconds: Int
    var modifiedNanoseconds: Int
    var inode: UInt64

    init(_ status: stat) {
        size = Int64(status.st_size)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
        inode = UInt64(status.st_ino)
    }
}

/// What lies at a path below a folder.
enum FolderEntry: Equatable {
    /// A regular file.
    case file(FileMark)
    /// A folder that is entered.
    case folder(FileMark)
    /// What is neither read nor entered; the path of a folder ends in `/`.
    case outcome(FileOutcome)

    /// What lies at `path` (`PathText`), which the system finds at `systemPath` below the folder of `descriptor`; nil
    /// where nothing does. Links are not followed.
    init?(_ path: String, at systemPath: [CChar], below descriptor: Int32) {
        var status = stat()
        guard fstatat(descriptor, systemPath, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            let error = errno
            if error == ENOENT || error == ENOTDIR { return nil }
            let detail = "Cannot be looked at: \(String(cString: strerror(error)))."
            self = .outcome(FileOutcome(file: path, reason: .unreadable, detail: detail))
            return
        }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFDIR || kind == S_IFREG else {
            self = .outcome(Self.notRegular(path, mode: status.st_mode))
            return
        }
        if RelativePath.name(of: path).hasPrefix(".") {
            self = .outcome(Self.hidden(path, isFolder: kind == S_IFDIR))
        } else if let problem = PathText.problemOfLength(path) {
            self = .outcome(Self.tooDeep(path, isFolder: kind == S_IFDIR, problem))
        } else {
            self = kind == S_IFDIR ? .folder(FileMark(status)) : .file(FileMark(status))
        }
    }

    /// Whether it is a regular file.
    var isFile: Bool { if case .file = self { true } else { false } }

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

    static func unlistable(_ folder: String, _ status: Int32) -> FileOutcome {
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
