import Foundation
import GantryGround

/// The private Ed25519 key that bundles are signed with, in PEM as `openssl genpkey -algorithm ed25519` writes it.
///
/// **Source**: RFC 8410, PKCS #8 and SubjectPublicKeyInfo of Ed25519, which are a fixed head before 32 bytes.
public struct SigningKey: Sendable {
    private let key: [UInt8]
    private let publicKey: [UInt8]

    /// A new key.
    public init() {
        let key = Ed25519.newPrivateKey()
        self.key = key
        publicKey = Ed25519.publicKey(to: key) ?? []
    }

    /// Reads a key. **Throws** `keyInvalid`, `fileUnreadable`.
    public init(path: String) throws(BundleFault) {
        let blocks = try PEM.blocks(of: path, label: "PRIVATE KEY", head: PEM.privateHead)
        guard blocks.count == 1, let publicKey = Ed25519.publicKey(to: blocks[0]) else {
            throw PEM.fault(path, "private")
        }
        key = blocks[0]
        self.publicKey = publicKey
    }

    /// The private key in PEM.
    public var pem: String { PEM.text(label: "PRIVATE KEY", head: PEM.privateHead, key) }
    /// The public key, which others trust, in PEM.
    public var publicPEM: String { PEM.text(label: "PUBLIC KEY", head: PEM.publicHead, publicKey) }

    /// 64 bytes. **Throws** `keyInvalid` where the key cannot sign.
    func signature(of data: Data) throws(BundleFault) -> Data {
        guard let signature = Ed25519.signature(of: data, by: key) else { throw PEM.fault("the key", "private") }
        return Data(signature)
    }
}
