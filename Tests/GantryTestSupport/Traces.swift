import Foundation

/// What is left in a file of texts that must not be there, however they may be written.
package enum Traces {
    /// Those of `secrets`, plain ASCII of six characters or more, that are in `bytes`, and how: as text, in UTF-16, in
    /// base64, in hexadecimal digits, percent-escaped or as numbers of characters in markup.
    package static func found(_ secrets: [String], in bytes: some Collection<UInt8>) -> [String] {
        let data = Data(bytes)
        return secrets.flatMap { secret in
            forms(of: secret).filter { data.range(of: $0.bytes) != nil }.map { "\(secret) \($0.name)" }
        }
    }

    private struct Form {
        var name: String
        var bytes: Data
    }

    private static func forms(of secret: String) -> [Form] {
        let plain = Array(secret.utf8)
        func form(_ name: String, _ write: (UInt8) -> String) -> Form {
            Form(name: name, bytes: Data(plain.map(write).joined().utf8))
        }
        func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        var forms = [Form(name: "as text", bytes: Data(plain))]
        forms.append(Form(name: "in small letters", bytes: Data(secret.lowercased().utf8)))
        forms.append(Form(name: "in UTF-16, little end first", bytes: Data(plain.flatMap { [$0, 0] })))
        forms.append(Form(name: "in UTF-16, big end first", bytes: Data(plain.flatMap { [0, $0] })))
        forms.append(form("in hexadecimal digits") { hex($0) })
        forms.append(form("in hexadecimal digits") { hex($0).uppercased() })
        forms.append(form("percent-escaped") { "%" + hex($0) })
        forms.append(form("percent-escaped") { "%" + hex($0).uppercased() })
        forms.append(form("in markup") { "&#\($0);" })
        forms.append(form("in markup") { "&#x" + hex($0) + ";" })
        for offset in 0..<3 { forms.append(Form(name: "in base64", bytes: base64(plain, behind: offset))) }
        return forms
    }

    /// The characters that `plain` alone decides where it stands `offset` bytes behind a beginning of three.
    private static func base64(_ plain: [UInt8], behind offset: Int) -> Data {
        let text = (Data(count: offset) + Data(plain)).base64EncodedData()
        let (first, last) = ((offset * 8 + 5) / 6, (offset + plain.count) * 8 / 6)
        return text.subdata(in: first..<last)
    }
}
