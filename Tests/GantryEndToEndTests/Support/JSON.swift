import Foundation

/// A JSON value whose members can be asked for without knowing the whole; what is absent is `null`.
enum JSON: Equatable, Decodable, Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case members([String: JSON])

    /// The value in `data`.
    init(parsing data: Data) throws { self = try JSONDecoder().decode(JSON.self, from: data) }

    /// The value in a file.
    init(contentsOf url: URL) throws { try self.init(parsing: Data(contentsOf: url)) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .list(value)
        } else {
            self = .members(try container.decode([String: JSON].self))
        }
    }

    subscript(_ name: String) -> JSON {
        if case .members(let members) = self { members[name] ?? .null } else { .null }
    }

    /// The text; nil for anything else.
    var text: String? { if case .text(let value) = self { value } else { nil } }
    /// The number; nil for anything else.
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    /// The whole number; nil for anything else.
    var integer: Int? { number.flatMap { Int(exactly: $0) } }
    /// The truth value; nil for anything else.
    var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
    /// The elements; none for anything else.
    var list: [JSON] { if case .list(let values) = self { values } else { [] } }
    /// A pseudonym: the text itself, or the only member of an object around it.
    var key: String { text ?? self["value"].text ?? "" }

    /// The value without the members of these names, at any depth.
    func without(_ names: Set<String>) -> JSON {
        switch self {
        case .members(let members):
            .members(members.filter { !names.contains($0.key) }.mapValues { $0.without(names) })
        case .list(let values): .list(values.map { $0.without(names) })
        default: self
        }
    }
}
