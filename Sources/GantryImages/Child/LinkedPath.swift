import GantryCore
import GantrySandbox
import Glibc

/// Where paths below a folder lead, links on them followed, as long as that is below the folder.
///
/// Only names are looked at here. What is opened, the child opens by the path without links, which the kernel keeps
/// below the folder whatever becomes of the names meanwhile.
struct LinkedPath {
    /// The folder's own path without links, as bytes.
    private let root: [UInt8]
    private let path: String

    /// Paths below the folder `path`. **Throws** `.unreadable`.
    init(root path: String) throws(ImageFault) {
        guard let root = Self.resolved(path.isEmpty ? "." : path) else {
            throw ImageFault(
                .unreadable, subject: path, status: Int(errno), explanation: Self.sentence(errno))
        }
        self.root = root.last == UInt8(ascii: "/") ? root : root + [UInt8(ascii: "/")]
        self.path = path.isEmpty ? "." : path
    }

    /// The path below the folder, without a link on it, that `path` leads to.
    ///
    /// **Throws** `.outsideFolder`, `.unreadable`.
    func leads(_ path: String) throws(ImageFault) -> String {
        do {
            try SafeFolder.check(path)
        } catch {
            let code: ImageFaultCode = error.code == .outsideFolder ? .outsideFolder : .unreadable
            throw ImageFault(code, subject: path, explanation: error.explanation)
        }
        guard let bytes = Self.resolved(RelativePath.joined(self.path, path)) else {
            throw ImageFault(.unreadable, subject: path, status: Int(errno), explanation: Self.sentence(errno))
        }
        guard bytes.starts(with: root), bytes.count > root.count else {
            throw ImageFault(
                .outsideFolder, subject: path,
                explanation: "a symbolic link that leads out of the folder; copy the file into it")
        }
        return PathText.text(ofBytes: bytes[root.count...])
    }

    /// The path without links, nil (and errno) where nothing is there.
    private static func resolved(_ path: String) -> [UInt8]? {
        guard let found = realpath(PathText.systemPath(path), nil) else { return nil }
        defer { free(found) }
        return Array(UnsafeRawBufferPointer(start: found, count: strlen(found)))
    }

    private static func sentence(_ number: Int32) -> String {
        switch number {
        case ENOENT: "it is not there, or a link leads nowhere"
        case ELOOP: "a symbolic link leads back to itself"
        case EACCES: "its permissions forbid it"
        default: "it cannot be looked up: error \(number)"
        }
    }
}
