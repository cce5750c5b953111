import Foundation

/// `--json`: one object a line on standard output, each with its schema's name and version.
enum JSONLines {
    /// Prints `value` as one line, with `"schema": "gantry.<name>/1"` in front of its own members.
    static func print(_ name: String, _ value: some Encodable) throws {
        Terminal.output.line(try text(name, value))
    }

    /// The object as text: of one line, or for a file, with a line a member.
    static func text(_ name: String, _ value: some Encodable, isIndented: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(Line(schema: "gantry.\(name)/1", value: value)), as: UTF8.self)
    }

    private struct Line<Value: Encodable>: Encodable {
        let schema: String
        let value: Value

        enum Keys: String, CodingKey { case schema }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(schema, forKey: .schema)
            try value.encode(to: encoder)
        }
    }
}
