import Foundation
import GantryCore
import GantryGround

/// Makes the pseudonyms of one store: the first 16 hexadecimal digits of HMAC-SHA256 under the store's salt.
///
/// Without the salt a key says nothing; with another store's salt the same study has another key.
///
/// **Source** RFC 2104, FIPS 180-4.
package struct PseudonymKeys: Sendable {
    private let salt: [UInt8]

    /// Keys under this salt of 32 random bytes.
    package init(salt: Data) { self.salt = Array(salt) }

    /// Of `"study" NUL StudyInstanceUID`.
    func studyKey(of studyInstanceUID: UID) throws(StoreFault) -> StudyKey {
        guard let key = StudyKey(digits("study\0" + studyInstanceUID.value)) else { throw Self.unusable }
        return key
    }

    /// Of `"patient" NUL issuer NUL patientID`; of `"patient of study" NUL StudyInstanceUID` where there is no Patient
    /// ID, so that strangers without one are not merged.
    func patientKey(of identity: PatientIdentity, studyInstanceUID: UID) throws(StoreFault) -> PatientKey {
        let message =
            if let patientID = identity.patientID {
                "patient\0" + (identity.issuer ?? "") + "\0" + patientID
            } else {
                "patient of study\0" + studyInstanceUID.value
            }
        guard let key = PatientKey(digits(message)) else { throw Self.unusable }
        return key
    }

    private func digits(_ message: String) -> String { code(of: message).prefix(8).hexadecimal }

    private func code(of message: String) -> [UInt8] { SHA256.authenticationCode(of: message.utf8, key: salt) }

    private static let unusable = StoreFault(.damaged, subject: "salt", explanation: "no key can be made from it")
}

extension PseudonymKeys: Pseudonyms {
    /// Of `"text" NUL text`.
    package func digits(for text: String) -> String { digits("text\0" + text) }

    /// `2.25.` and a UUID in decimal, of `"uid" NUL uid`: version 8, whose bits are whoever's makes it.
    ///
    /// **Source** PS3.5 B.2; RFC 9562 5.8.
    package func uid(for uid: String) -> String {
        var bytes = Array(code(of: "uid\0" + uid).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return "2.25.\(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })"
    }
}
