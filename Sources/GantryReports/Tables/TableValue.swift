import GantryCore

/// What stands in a cell of a table; with nil an empty cell, `null`: nothing is known.
package enum TableValue: Sendable, Equatable {
    case text(String?)
    case integer(Int?)
    /// Written with the fewest digits that give it back to the last bit.
    case number(Double?)
    case flag(Bool?)
    case texts([String]?)
    case numbers([Double]?)

    /// Nothing.
    static let absent = TableValue.text(nil)
}

extension TableValue {
    static func code(_ code: (some RawRepresentable<String>)?) -> TableValue { .text(code?.rawValue) }
    static func codes(_ codes: [some RawRepresentable<String>]?) -> TableValue { .texts(codes?.map(\.rawValue)) }
    static func moment(_ moment: Timestamp?) -> TableValue { .text(moment?.description) }
}
