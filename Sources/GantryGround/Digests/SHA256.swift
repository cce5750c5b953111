import COpenSSL

/// The SHA-256 of bytes that come piece by piece.
///
/// **Source** FIPS 180-4; OpenSSL computes it.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// The digest of nothing yet.
    public init() {
        OpenSSL.start()
        guard let context = EVP_MD_CTX_new() else { fatalError("OpenSSL: no memory for a digest") }
        self.context = context
        OpenSSL.require(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "SHA-256")
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        OpenSSL.require(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256")
    }

    /// Takes the next bytes.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
        if isDone == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }

    /// The digest of all that came: 32 bytes.
    public consuming func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        OpenSSL.require(EVP_DigestFinal_ex(context, &digest, nil) == 1, "SHA-256")
        return digest
    }

    /// The digest of these bytes.
    public static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// HMAC-SHA256 of `message` under `key`: 32 bytes. **Source** RFC 2104.
    public static func authenticationCode(of message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
        OpenSSL.start()
        let message = Array(message)
        var code = [UInt8](repeating: 0, count: 32)
        OpenSSL.require(
            HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil) != nil, "HMAC-SHA256")
        return code
    }
}

extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal digits.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
