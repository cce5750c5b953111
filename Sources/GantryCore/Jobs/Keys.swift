/// Pseudonym of a study in one store: a salted hash, safe in file names and logs. 16 lower-case hexadecimal digits.
public struct StudyKey: TextCodable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The digits.
    public let value: String
    /// A key of these digits; nil where they are not 16 lower-case hexadecimal digits.
    public init?(_ value: String) {
        guard Hexadecimal.isLowerCase(value, digits: 16) else { return nil }
        self.value = value
    }
    /// The digits.
    public var description: String { value }
    /// Order of the digits.
    public static func < (left: StudyKey, right: StudyKey) -> Bool { left.value < right.value }
}

/// Pseudonym of a patient in one store: a salted hash, safe in file names and logs. 16 lower-case hexadecimal digits.
public struct PatientKey: TextCodable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The digits.
    public let value: String
    /// A key of these digits; nil where they are not 16 lower-case hexadecimal digits.
    public init?(_ value: String) {
        guard Hexadecimal.isLowerCase(value, digits: 16) else { return nil }
        self.value = value
    }
    /// The digits.
    public var description: String { value }
    /// Order of the digits.
    public static func < (left: PatientKey, right: PatientKey) -> Bool { left.value < right.value }
}
