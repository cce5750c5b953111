import Foundation
import GantryGround

/// Writes a bundle's `SHA256SUMS` and its signature.
public enum BundleSeal {
    /// Lists the bundle's files as they are now, signed with `key` where one is given; a former signature goes
    /// otherwise. Returns the list.
    ///
    /// **Throws** `fileUnreadable`, `manifestInvalid`, `notWritable`.
    @discardableResult
    public static func seal(_ folder: String, with key: SigningKey? = nil) throws(BundleFault) -> BundleManifest {
        let manifest = try BundleManifest(of: folder)
        let bytes = Data(manifest.text.utf8)
        let signaturePath = folder + "/" + BundleManifest.signatureFile
        // The old signature goes first: an interruption leaves a bundle that is not signed, not one that looks altered.
        if unlink(signaturePath) != 0, errno != ENOENT {
            throw BundleFault(
                .notWritable, subject: signaturePath, status: Int(errno), explanation: "cannot be removed")
        }
        try write(bytes, to: folder + "/" + BundleManifest.file)
        if let key { try write(key.signature(of: bytes), to: signaturePath) }
        return manifest
    }

    /// What a command does that has changed a bundle: lists the files anew where they were listed. Returns whether a
    /// signature is gone by that.
    public static func renew(_ folder: String) throws(BundleFault) -> Bool {
        guard FileManager.default.fileExists(atPath: folder + "/" + BundleManifest.file) else { return false }
        let wasSigned = FileManager.default.fileExists(atPath: folder + "/" + BundleManifest.signatureFile)
        try seal(folder)
        return wasSigned
    }

    private static func write(_ data: Data, to path: String) throws(BundleFault) {
        do {
            try DurableFile.write(data, to: path)
        } catch {
            throw BundleFault(
                .notWritable, subject: path, status: Int(error.status),
                explanation: "cannot be written: \(error.reason)")
        }
    }
}
