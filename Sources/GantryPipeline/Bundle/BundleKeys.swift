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

/// The public Ed25519 keys whose signatures are trusted.
public struct TrustedKeys: Sendable {
    private let keys: [Curve25519.Signing.PublicKey]

    /// Reads files of public keys, one or several in each. **Throws** `keyInvalid`, `fileUnreadable`.
    public init(paths: [String]) throws(BundleFault) {
        var keys: [Curve25519.Signing.PublicKey] = []
        for path in paths {
            let blocks = try PEM.blocks(of: path, label: "PUBLIC KEY", head: PEM.publicHead)
            for block in blocks {
                guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: block) else {
                    throw PEM.fault(path, "public")
                }
                keys.append(key)
            }
        }
        self.keys = keys
    }

    /// The bundle's list of files, signed by one of the keys. **Throws** `notSealed`, `signatureInvalid`, `manifestInvalid`, `fileUnreadable`.
    public func manifest(of folder: String) throws(BundleFault) -> BundleManifest {
        let bytes = try BundleManifest.bytes(of: folder)
        let path = folder + "/" + BundleManifest.signatureFile
        guard FileManager.default.fileExists(atPath: path) else {
            throw BundleFault(
                .notSealed, subject: path,
                explanation: "the bundle is not signed; `gantry bundle sign` does it with the key that is trusted")
        }
        let signature = try BundleFile.bytes(of: path, atMost: 64)
        guard keys.contains(where: { $0.isValidSignature(signature, for: bytes) }) else {
            throw BundleFault(
                .signatureInvalid, subject: path,
                explanation: "no trusted key has signed \(BundleManifest.file) as it is: the bundle was altered, or "
                    + "signed by somebody else")
        }
        return try BundleManifest(String(decoding: bytes, as: UTF8.self), folder: folder)
    }
}

/// Textual keys. **Source**: RFC 7468.
private enum PEM {
    static let privateHead: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    static let publicHead: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

    static func text(label: String, head: [UInt8], _ key: Data) -> String {
        "-----BEGIN \(label)-----\n\((Data(head) + key).base64EncodedString())\n-----END \(label)-----\n"
    }

    /// The keys in the blocks of this label; at least one.
    static func blocks(of path: String, label: String, head: [UInt8]) throws(BundleFault) -> [Data] {
        let kind = label.hasPrefix("PUBLIC") ? "public" : "private"
        let data = try BundleFile.bytes(of: path, atMost: 64 << 10)
        let text = String(decoding: data, as: UTF8.self)
        var keys: [Data] = []
        for part in text.components(separatedBy: "-----BEGIN \(label)-----").dropFirst() {
            let body = part.components(separatedBy: "-----END \(label)-----")
            guard body.count == 2,
                let der = Data(base64Encoded: body[0].filter { !$0.isWhitespace }), der.count == head.count + 32,
                der.starts(with: head)
            else { throw fault(path, kind) }
            keys.append(der.suffix(32))
        }
        guard !keys.isEmpty else { throw fault(path, kind) }
        return keys
    }

    static func fault(_ path: String, _ kind: String) -> BundleFault {
        BundleFault(
            .keyInvalid, subject: path,
            explanation:
                "is no \(kind) Ed25519 key in PEM, as `gantry bundle key` or `openssl genpkey -algorithm ed25519` "
                + "makes them")
    }
}
