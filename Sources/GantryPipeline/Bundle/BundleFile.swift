import Foundation

/// A file of a bundle, or a key, open for reading: a regular file, so that reading it ends.
final class BundleFile {
    private let path: String
    private let descriptor: Int32

    /// Opens a file. **Throws** `fileUnreadable`.
    init(_ path: String) throws(BundleFault) {
        self.path = path
        // A pipe that nobody writes to must not hold the opening up.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw Self.unreadable(path) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw BundleFault(.fileUnreadable, subject: path, explanation: "is no regular file")
        }
    }

    deinit { close(descriptor) }

    /// Reads on to the end of the file, or to `limit` bytes, a quarter of a mebibyte at a time. **Throws**
    /// `fileUnreadable`.
    func forEachPart(atMost limit: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws(BundleFault) {
        // Foundation's FileHandle takes as long for reading as a digest of the bytes.
        var part = [UInt8](repeating: 0, count: 256 << 10)
        var left = limit
        while left > 0 {
            let count = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, min($0.count, left)) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable(path) }
            if count == 0 { return }
            part.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            left -= count
        }
    }

    /// All bytes of a small file. **Throws** `fileUnreadable`, also where it is larger than `limit`.
    static func bytes(of path: String, atMost limit: Int) throws(BundleFault) -> Data {
        var data = Data()
        try BundleFile(path).forEachPart(atMost: limit + 1) { data.append(contentsOf: $0) }
        guard data.count <= limit else {
            throw BundleFault(.fileUnreadable, subject: path, explanation: "is larger than \(limit) bytes")
        }
        return data
    }

    /// The fault of the system call that failed last.
    private static func unreadable(_ path: String) -> BundleFault {
        let status = errno
        return BundleFault(
            .fileUnreadable, subject: path, status: Int(status),
            explanation: "cannot be read: \(String(cString: strerror(status)))")
    }
}
