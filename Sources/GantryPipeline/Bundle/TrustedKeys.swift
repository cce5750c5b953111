import Foundation
import GantryGround

/// The public Ed25519 keys whose signatures are trusted.
public struct TrustedKeys: Sendable {
    private let keys: [[UInt8]]

    /// Reads files of public keys, one or several in each. **Throws** `keyInvalid`, `fileUnreadable`.
    public init(paths: [String]) throws(BundleFault) {
        var keys: [[UInt8]] = []
        for path in paths { keys += try PEM.blocks(of: path, label: "PUBLIC KEY", head: PEM.publicHead) }
        self.keys = keys
    }

    /// The bundle's list of files, signed by one of the keys. **Throws** `notSealed`, `signatureInvalid`,
    /// `manifestInvalid`, `fileUnreadable`.
    public func manifest(of folder: String) throws(BundleFault) -> BundleManifest {
        let bytes = try BundleManifest.bytes(of: folder)
        let path = folder + "/" + BundleManifest.signatureFile
        guard FileManager.default.fileExists(atPath: path) else {
            throw BundleFault(
                .notSealed, subject: path,
                explanation: "the bundle is not signed; `gantry bundle sign` does it with the key that is trusted")
        }
        let signature = try BundleFile.bytes(of: path, atMost: 64)
        guard keys.contains(where: { Ed25519.isValid(signature, of: bytes, by: $0) }) else {
            throw BundleFault(
                .signatureInvalid, subject: path,
                explanation: "no trusted key has signed \(BundleManifest.file) as it is: the bundle was altered, or "
                    + "signed by somebody else")
        }
        return try BundleManifest(String(decoding: bytes, as: UTF8.self), folder: folder)
    }
}
