import Crypto
import Foundation

/// SHA-256 of files.
public enum FileDigest {
    /// SHA-256 of the file at `path`, 64 lower-case hexadecimal digits; read a quarter of a mebibyte at a time.
    ///
    /// **Throws** `.fileUnreadable`.
    public static func sha256(of path: String) throws(BundleFault) -> String {
        let file = try BundleFile(path)
        var hash = SHA256()
        try file.forEachPart(atMost: .max) { hash.update(bufferPointer: $0) }
        return hexadecimal(hash.finalize())
    }

    /// SHA-256 of bytes, 64 lower-case hexadecimal digits.
    static func sha256(_ data: Data) -> String { hexadecimal(SHA256.hash(data: data)) }

    /// Whether this is a digest as it is written here: 64 lower-case hexadecimal digits.
    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
