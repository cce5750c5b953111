import Crypto
import Foundation

/// SHA-256 of files.
public enum FileDigest {
    /// SHA-256 of the file at `path`, 64 lower-case hexadecimal digits; read a quarter of a mebibyte at a time.
    ///
    /// **Throws** `.fileUnreadable`.
    public static func sha256(of path: String) throws(BundleFault) -> String {
        // Foundation's FileHandle takes as long for reading as the digest itself.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var hash = SHA256()
        var part = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { return hexadecimal(hash.finalize()) }
            part.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// Whether this is a digest as it is written here: 64 lower-case hexadecimal digits.
    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    /// The bytes of a small file. **Throws** `notSealed` with the sentence where it is absent, `fileUnreadable` where it is larger or cannot be read.
    static func bytes(of path: String, atMost limit: Int, ifAbsent: () -> String) throws(BundleFault) -> Data {
        guard FileManager.default.fileExists(atPath: path) else {
            throw BundleFault(.notSealed, subject: path, explanation: ifAbsent())
        }
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let data = try file.read(upToCount: limit + 1) ?? Data()
            if data.count <= limit { return data }
        } catch {
            throw BundleFault(.fileUnreadable, subject: path, explanation: "cannot be read")
        }
        throw BundleFault(.fileUnreadable, subject: path, explanation: "is larger than \(limit) bytes")
    }

    /// SHA-256 of bytes, 64 lower-case hexadecimal digits.
    static func sha256(_ data: Data) -> String { hexadecimal(SHA256.hash(data: data)) }

    /// The fault of the system call that failed last.
    private static func unreadable(_ path: String) -> BundleFault {
        BundleFault(.fileUnreadable, subject: path, status: Int(errno), explanation: "cannot be read")
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
