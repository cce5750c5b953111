import Foundation
import GRDB
import GantryCore

/// A value that is only shown, never searched, as JSON text with sorted keys.
///
/// Doubles come back to the last bit: Swift writes the shortest digits that do so.
enum JSONColumn {
    /// The text of a value.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "+inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The value of a text.
    static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "+inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(type, from: Data(text.utf8))
    }

    /// A list of numbers as `text` writes it. Most of what is read are such lists: the general way takes ten times as
    /// long.
    static func numbers(_ text: String) throws -> [Double] {
        let inner = text.dropFirst().dropLast()
        var numbers: [Double] = []
        for part in inner.split(separator: ",") {
            guard let number = Double(part) else { return try value([Double].self, text) }
            numbers.append(number)
        }
        return numbers
    }
}

/// A stored text is not what its column may hold.
struct UnknownValue: Error {}

extension Row {
    /// The column's value; throws, and never traps, where it is absent or of another type.
    func value<Value: DatabaseValueConvertible>(_ column: String, _ type: Value.Type = Value.self) throws -> Value {
        try decode(Value.self, forColumn: column)
    }

    /// The column's value; nil where it is NULL, or absent in an older store that is read as it is.
    func optional<Value: DatabaseValueConvertible>(_ column: String, _ type: Value.Type = Value.self) throws -> Value? {
        guard hasColumn(column) else { return nil }
        return try decode(Value?.self, forColumn: column)
    }

    /// The case whose raw value is in the column.
    func code<Value: RawRepresentable<String>>(_ column: String, _ type: Value.Type = Value.self) throws -> Value {
        guard let value = Value(rawValue: try value(column)) else { throw UnknownValue() }
        return value
    }

    /// The case whose raw value is in the column; nil where it is NULL.
    func optionalCode<Value: RawRepresentable<String>>(
        _ column: String, _ type: Value.Type = Value.self
    ) throws -> Value? {
        guard let text = try optional(column, String.self) else { return nil }
        guard let value = Value(rawValue: text) else { throw UnknownValue() }
        return value
    }

    /// The JSON value of the column.
    func json<Value: Decodable>(_ column: String, _ type: Value.Type = Value.self) throws -> Value {
        try JSONColumn.value(Value.self, try value(column))
    }

    /// The list of numbers in the column.
    func numbers(_ column: String) throws -> [Double] { try JSONColumn.numbers(try value(column)) }

    /// The moment in the column.
    func moment(_ column: String) throws -> Timestamp { Timestamp(millisecondsSince1970: try value(column)) }

    /// The moment in the column; nil where it is NULL.
    func optionalMoment(_ column: String) throws -> Timestamp? {
        try optional(column, Int64.self).map(Timestamp.init(millisecondsSince1970:))
    }

    /// The UID in the column.
    func uid(_ column: String) throws -> UID {
        guard let uid = UID(try value(column, String.self)) else { throw UnknownValue() }
        return uid
    }

    /// The study key in the column.
    func studyKey(_ column: String = "study_key") throws -> StudyKey {
        guard let key = StudyKey(try value(column, String.self)) else { throw UnknownValue() }
        return key
    }

    /// The patient key in the column.
    func patientKey(_ column: String = "patient_key") throws -> PatientKey {
        guard let key = PatientKey(try value(column, String.self)) else { throw UnknownValue() }
        return key
    }
}

extension String {
    /// The text with U+FFFD for NUL, at which SQLite's text functions end.
    var withoutNUL: String { contains("\0") ? String(map { $0 == "\0" ? "\u{FFFD}" : $0 }) : self }
}
