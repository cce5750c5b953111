import COpenSSL

/// Signatures by Ed25519, over keys and signatures as the bytes they are.
///
/// **Source** RFC 8032; OpenSSL computes them.
public enum Ed25519 {
    /// Bytes of a private and of a public key.
    public static let keyBytes = 32
    private static let signatureBytes = 64

    /// A new private key, of the system's randomness.
    public static func newPrivateKey() -> [UInt8] { (0..<keyBytes).map { _ in .random(in: .min ... .max) } }

    /// The public key to a private one; nil where this is none.
    public static func publicKey(to privateKey: [UInt8]) -> [UInt8]? {
        guard let key = key(private: privateKey) else { return nil }
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: keyBytes)
        var count = keyBytes
        return EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 && count == keyBytes ? bytes : nil
    }

    /// The 64 bytes of a signature; nil where this is no private key.
    public static func signature(of message: some Sequence<UInt8>, by privateKey: [UInt8]) -> [UInt8]? {
        guard let key = key(private: privateKey) else { return nil }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        let message = Array(message)
        var signature = [UInt8](repeating: 0, count: signatureBytes)
        var count = signatureBytes
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signatureBytes
        else { return nil }
        return signature
    }

    /// Whether this is a signature of `message` by the private key to `publicKey`.
    public static func isValid(
        _ signature: some Sequence<UInt8>, of message: some Sequence<UInt8>, by publicKey: [UInt8]
    ) -> Bool {
        let (signature, message) = (Array(signature), Array(message))
        guard OpenSSL.isReady, publicKey.count == keyBytes, signature.count == signatureBytes,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private static func key(private bytes: [UInt8]) -> OpaquePointer? {
        guard OpenSSL.isReady, bytes.count == keyBytes else { return nil }
        return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
    }
}
