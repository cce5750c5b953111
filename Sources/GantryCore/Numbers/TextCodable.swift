/// A value that stands in JSON as its text: `"2.25.1"`, not an object with one member.
public protocol TextCodable: Codable, CustomStringConvertible {
    /// The value that `text` names; nil where it names none.
    init?(_ text: String)
}

extension TextCodable {
    /// Decodes a string. **Throws** `DecodingError.dataCorrupted` where it names no value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a \(Self.self)")
        }
        self = value
    }

    /// Encodes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
