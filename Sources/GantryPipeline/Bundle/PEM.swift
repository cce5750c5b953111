import Foundation
import GantryGround

/// Textual keys. **Source**: RFC 7468.
enum PEM {
    static let privateHead: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    static let publicHead: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

    static func text(label: String, head: [UInt8], _ key: [UInt8]) -> String {
        "-----BEGIN \(label)-----\n\(Data(head + key).base64EncodedString())\n-----END \(label)-----\n"
    }

    /// The keys in the blocks of this label; at least one.
    static func blocks(of path: String, label: String, head: [UInt8]) throws(BundleFault) -> [[UInt8]] {
        let kind = label.hasPrefix("PUBLIC") ? "public" : "private"
        let data = try BundleFile.bytes(of: path, atMost: 64 << 10)
        let text = String(decoding: data, as: UTF8.self)
        var keys: [[UInt8]] = []
        for part in text.components(separatedBy: "-----BEGIN \(label)-----").dropFirst() {
            let body = part.components(separatedBy: "-----END \(label)-----")
            guard body.count == 2,
                let der = Data(base64Encoded: body[0].filter { !$0.isWhitespace }),
                der.count == head.count + Ed25519.keyBytes,
                der.starts(with: head)
            else { throw fault(path, kind) }
            keys.append(Array(der.suffix(Ed25519.keyBytes)))
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
