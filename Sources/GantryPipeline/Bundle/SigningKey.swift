import Crypto
import Foundation

/// The private Ed25519 key that bundles are signed with, in PEM as `openssl genpkey -algorithm ed25519` writes it.
///
/// **Source**: RFC 8410, PKCS #8 and SubjectPublicKeyInfo of Ed25519, which are a fixed head before 32 bytes.
public struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// A new key.
    public init() { key = Curve25519.Signing.PrivateKey() }

    /// Reads a key. **Throws** `keyInvalid`, `fileUnreadable`.
    public init(path: String) throws(BundleFault) {
        let blocks = try PEM.blocks(of: path, label: "PRIVATE KEY", head: PEM.privateHead)
        guard blocks.count == 1, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: blocks[0]) else {
            throw PEM.fault(path, "private")
        }
        self.key = key
    }

    /// The private key in PEM.
    public var pem: String { PEM.text(label: "PRIVATE KEY", head: PEM.privateHead, key.rawRepresentation) }
    /// The public key, which others trust, in PEM.
    public var publicPEM: String {
        PEM.text(label: "PUBLIC KEY", head: PEM.publicHead, key.publicKey.rawRepresentation)
    }

    /// 64 bytes. **Throws** `keyInvalid` where the key cannot sign.
    func signature(of data: Data) throws(BundleFault) -> Data {
        guard let signature = try? key.signature(for: data) else { throw PEM.fault("the key", "private") }
        return signature
    }
}
