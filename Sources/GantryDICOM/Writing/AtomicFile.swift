import GantryCore
import Glibc

/// A file that appears under its name only when it is complete and on the disk.
struct AtomicFile {
    /// The name it will have.
    let path: String
    /// The name it is written under: hidden, in the same folder.
    let temporaryPath: String

    /// A file to be written to `path`.
    init(_ path: String) {
        self.path = path
        let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let mark = UInt64.random(in: 0...UInt64.max)
        temporaryPath = path[..<cut] + "." + path[cut...] + "." + String(mark, radix: 36) + ".partial"
    }

    /// Brings the written file to its name and to the disk. **Throws** `.notWritten`.
    func commit() throws(DICOMFault) {
        try synchronise(temporaryPath, flags: O_RDONLY)
        guard rename(temporaryPath, path) == 0 else { throw fault("cannot be renamed") }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        try synchronise(folder, flags: O_RDONLY | O_DIRECTORY)
    }

    /// Removes what was written; nothing where nothing was.
    func discard() { unlink(temporaryPath) }

    private func synchronise(_ name: String, flags: Int32) throws(DICOMFault) {
        let descriptor = open(name, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault("cannot be opened") }
        let result = fsync(descriptor)
        let failure = result == 0 ? nil : fault("does not reach the disk")
        close(descriptor)
        if let failure { throw failure }
    }

    private func fault(_ what: String) -> DICOMFault {
        let code = errno
        return DICOMFault(
            .notWritten, subject: path, status: Int(code), explanation: "\(what): \(String(cString: strerror(code)))")
    }
}
