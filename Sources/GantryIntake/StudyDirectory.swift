import GantryCore
import Glibc

/// A folder, or a single file, that a person named: lists what is below it. Nothing is opened but folders.
public struct StudyDirectory: Sendable {
    private let path: String

    /// The folder or file at `path` (see `PathText`). The path itself may be, or lead through, a symbolic link: the
    /// person named it.
    public init(_ path: String) { self.path = path }

    /// Lists everything below the path.
    ///
    /// Links are never followed and have an outcome. Names that begin with a dot are what systems put beside data
    /// (`.DS_Store`, a transfer's temporary file): such files and folders have one outcome each, skipped, and hidden
    /// folders are not entered. **Throws** `.unreadable` where the path is absent, or a folder that cannot be listed.
    public func list() throws(DropFolderFault) -> FileListing {
        let resolved = try resolve(path)
        var status = stat()
        guard stat(PathText.systemPath(resolved), &status) == 0 else { throw Self.fault(path, errno) }
        if status.st_mode & S_IFMT == S_IFDIR {
            var tree = FolderTree(resolved, shown: path)
            let found = try tree.look(at: nil)
            return FileListing(root: resolved, shown: trimmed(path), files: found.files, outcomes: found.outcomes)
        }
        let (folder, name) = (RelativePath.enclosingFolder(of: resolved), RelativePath.name(of: resolved))
        let shown = RelativePath.enclosingFolder(of: path)
        guard status.st_mode & S_IFMT == S_IFREG else {
            let outcome = FolderEntry.notRegular(name, mode: status.st_mode)
            return FileListing(root: folder, shown: shown, files: [], outcomes: [outcome])
        }
        return FileListing(root: folder, shown: shown, files: [name], outcomes: [])
    }

    private func resolve(_ path: String) throws(DropFolderFault) -> String {
        guard let resolved = realpath(PathText.systemPath(path), nil) else { throw Self.fault(path, errno) }
        defer { free(resolved) }
        return PathText.text(ofBytes: UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
    }

    static func fault(_ path: String, _ status: Int32) -> DropFolderFault {
        let sentence =
            switch status {
            case ENOENT: "there is no such file or folder"
            case EACCES, EPERM: "permission denied"
            case ENOTDIR: "a part of the path is no folder"
            default: String(cString: strerror(status))
            }
        return DropFolderFault(.unreadable, subject: path, status: Int(status), explanation: sentence)
    }

    private func trimmed(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
