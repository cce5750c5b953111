import Foundation
import GantryCore
import GantryGround

/// SHA-256 of files.
public enum FileDigest {
    /// SHA-256 of the file at `path`, 64 lower-case hexadecimal digits; read a quarter of a mebibyte at a time.
    ///
    /// **Throws** `.fileUnreadable`.
    public static func sha256(of path: String) throws(BundleFault) -> String {
        let file = try BundleFile(path)
        var hash = SHA256()
        try file.forEachPart(atMost: .max) { hash.update($0) }
        return hash.finalize().hexadecimal
    }

    /// SHA-256 of bytes, 64 lower-case hexadecimal digits.
    static func sha256(_ data: Data) -> String { SHA256.hash(data).hexadecimal }

    /// Whether this is a digest as it is written here: 64 lower-case hexadecimal digits.
    static func isDigest(_ text: String) -> Bool { Hexadecimal.isLowerCase(text, digits: 64) }
}
