import GantryGround

/// The SHA-256 of some bytes, as weight files and bundles are sealed with.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let hexadecimal: String

    /// The digits.
    public var description: String { hexadecimal }

    /// The digest of these bytes.
    public init(of bytes: [UInt8]) {
        hexadecimal = SHA256.hash(bytes).hexadecimal
    }

    /// The digest of a file's content, read in pieces. **Throws** `cannotOpen`, `cannotRead`.
    public init(ofFile path: String) throws(WeightsError) {
        let file = try FileDescriptor(readingFrom: path)
        _ = try file.byteCount()  // refuses what is not a regular file
        try self.init(of: file)
    }

    /// The digest of an open file's content.
    init(of file: FileDescriptor) throws(WeightsError) {
        var hash = SHA256()
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        while true {
            let result = piece.withUnsafeMutableBytes { buffer -> Result<Int, WeightsError> in
                Result { () throws(WeightsError) in try file.read(into: buffer, at: offset) }
            }
            let count = try result.get()
            piece.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += count
            if count < piece.count { break }
        }
        hexadecimal = hash.finalize().hexadecimal
    }
}
