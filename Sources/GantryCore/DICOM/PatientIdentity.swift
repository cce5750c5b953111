/// What tells patients apart: Patient ID and its issuer, without the spaces around them, which mean nothing.
///
/// The one definition: by it the files of a study are held together, and studies are given to patients. Texts are the
/// same where their bytes are.
///
/// **Source** PS3.5 6.2 (VR LO: leading and trailing spaces are not significant).
public struct PatientIdentity: Sendable, Hashable {
    /// (0010,0020); nil where absent or blank.
    public let patientID: String?
    /// (0010,0021); nil where absent or blank, or without a Patient ID.
    public let issuer: String?

    /// Identity of a patient.
    public init(_ patient: Patient) {
        self.init(
            patientID: Self.significant(patient.patientID), issuer: Self.significant(patient.issuerOfPatientID))
    }

    private init(patientID: String?, issuer: String?) {
        self.patientID = patientID
        self.issuer = patientID == nil ? nil : issuer
    }

    /// The text without surrounding padding, with U+FFFD for each NUL inside; nil where nothing is left.
    public static func significant(_ text: String?) -> String? {
        guard let text else { return nil }
        func isPadding(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\0" }
        var scalars = Substring(text).unicodeScalars.drop(while: isPadding)
        while let last = scalars.last, isPadding(last) { scalars.removeLast() }
        guard !scalars.isEmpty else { return nil }
        return String(String.UnicodeScalarView(scalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }

    /// Whether nobody can be both: the Patient IDs differ, or they are the same and of different issuers. What is
    /// absent contradicts nothing.
    public func contradicts(_ other: PatientIdentity) -> Bool {
        guard let patientID, let otherID = other.patientID else { return false }
        guard Self.isSame(patientID, otherID) else { return true }
        guard let issuer, let otherIssuer = other.issuer else { return false }
        return !Self.isSame(issuer, otherIssuer)
    }

    /// The identity that most of `files` name: the Patient ID of most, then the issuer of most of those with it; among
    /// equals the first. Nil where none names a Patient ID.
    static func ofMost(_ files: [PatientIdentity]) -> PatientIdentity? {
        let named = files.filter { $0.patientID != nil }.map { PatientIdentity(patientID: $0.patientID, issuer: nil) }
        guard let most = mostFrequent(named) else { return nil }
        let issued = files.filter { $0.issuer != nil && !$0.contradicts(most) }
        return mostFrequent(issued) ?? most
    }

    private static func mostFrequent(_ identities: [PatientIdentity]) -> PatientIdentity? {
        var counts: [PatientIdentity: Int] = [:]
        for identity in identities { counts[identity, default: 0] += 1 }
        let most = counts.values.max()
        return identities.first { counts[$0] == most }
    }

    /// Equality by bytes: `String`'s own takes what Unicode calls equivalent for the same.
    public static func == (left: PatientIdentity, right: PatientIdentity) -> Bool {
        isSame(left.patientID, right.patientID) && isSame(left.issuer, right.issuer)
    }

    /// Hash of the bytes.
    public func hash(into hasher: inout Hasher) {
        for text in [patientID, issuer] {
            hasher.combine(text.map { Array($0.utf8) })
        }
    }

    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }
}
