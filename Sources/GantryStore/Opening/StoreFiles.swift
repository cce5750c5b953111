import Foundation
import GantryCore
import Glibc

/// The store's folder and file on disk: created for the owner alone, whatever the umask.
enum StoreFiles {
    /// Creates the folder of `path`, and those above it, with mode 0700 where absent.
    ///
    /// **Throws** `.cannotOpen`, `.diskFull`.
    static func createFolder(of path: String) throws(StoreFault) {
        let components = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
        var folder = path.hasPrefix("/") ? "" : "."
        for component in components {
            folder += "/" + component
            guard mkdir(folder, 0o700) != 0 else { continue }
            let status = errno
            // An existing folder may also answer with a refusal to write above it.
            if status != EEXIST && !isFolder(folder) { throw fault(folder, status) }
        }
    }

    /// Creates an empty file with mode 0600; leaves an existing one as it is.
    ///
    /// **Throws** `.cannotOpen`, `.diskFull`.
    static func createIfAbsent(_ path: String) throws(StoreFault) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw fault(path, errno)
        }
    }

    /// **Throws** `.cannotOpen` where there is no file.
    static func requireFile(_ path: String) throws(StoreFault) {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            let status = errno
            let explanation = status == ENOENT ? "there is no store" : sentence(status)
            throw StoreFault(.cannotOpen, subject: path, status: Int(status), explanation: explanation)
        }
    }

    /// The system's words for an error number.
    static func sentence(_ status: Int32) -> String { String(cString: strerror(status)) }

    private static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    private static func fault(_ path: String, _ status: Int32) -> StoreFault {
        StoreFault(
            status == ENOSPC ? .diskFull : .cannotOpen, subject: path, status: Int(status),
            explanation: sentence(status))
    }
}
