import GantryCore
import GantrySandbox

/// The fields of a value, one after the other, on their way into a message or out of one: one list of them serves both.
///
/// A field that may be absent stands as in `MessageWriter`. **Throws**, each: `.malformedMessage` where a number is not
/// finite, or where bytes that are read are no such field.
protocol MessageFields {
    mutating func field(_ value: inout Bool) throws(SandboxFault)
    mutating func field(_ value: inout Int) throws(SandboxFault)
    mutating func field(_ value: inout Double) throws(SandboxFault)
    mutating func field(_ value: inout String) throws(SandboxFault)
    mutating func field(_ value: inout UID) throws(SandboxFault)
    /// A value that may be absent, of the type of `empty`, with its own `fields`.
    mutating func field<Value>(
        _ value: inout Value?, empty: Value,
        _ fields: (inout Self, inout Value) throws(SandboxFault) -> Void
    ) throws(SandboxFault)
    /// Any number of values.
    mutating func field<Value>(
        _ values: inout [Value], empty: Value,
        _ fields: (inout Self, inout Value) throws(SandboxFault) -> Void
    ) throws(SandboxFault)
}

extension MessageFields {
    mutating func field(_ value: inout Int?) throws(SandboxFault) {
        try field(&value, empty: 0) { (message, value) throws(SandboxFault) in try message.field(&value) }
    }

    mutating func field(_ value: inout Double?) throws(SandboxFault) {
        try field(&value, empty: 0) { (message, value) throws(SandboxFault) in try message.field(&value) }
    }

    mutating func field(_ value: inout String?) throws(SandboxFault) {
        try field(&value, empty: "") { (message, value) throws(SandboxFault) in try message.field(&value) }
    }

    /// `placeholder` stands in for the value until it is read.
    mutating func field(_ value: inout UID?, placeholder: UID) throws(SandboxFault) {
        try field(&value, empty: placeholder) { (message, value) throws(SandboxFault) in try message.field(&value) }
    }
}

/// Fields into a message.
struct FieldWriter: MessageFields {
    var message = MessageWriter()

    mutating func field(_ value: inout Bool) { message.put(value ? 1 as UInt8 : 0) }

    mutating func field(_ value: inout Int) { message.put(value) }

    mutating func field(_ value: inout Double) throws(SandboxFault) {
        guard value.isFinite else { throw .malformed }
        message.put(value)
    }

    mutating func field(_ value: inout String) { message.put(value) }

    mutating func field(_ value: inout UID) { message.put(value.value) }

    mutating func field<Value>(
        _ value: inout Value?, empty: Value,
        _ fields: (inout Self, inout Value) throws(SandboxFault) -> Void
    ) throws(SandboxFault) {
        message.put(value == nil ? 0 as UInt8 : 1)
        if var some = value { try fields(&self, &some) }
    }

    mutating func field<Value>(
        _ values: inout [Value], empty: Value,
        _ fields: (inout Self, inout Value) throws(SandboxFault) -> Void
    ) throws(SandboxFault) {
        message.put(values.count)
        for var value in values { try fields(&self, &value) }
    }
}

/// Fields out of a message, which may come from a child that was taken over.
struct FieldReader: MessageFields {
    var message: MessageReader

    mutating func field(_ value: inout Bool) throws(SandboxFault) {
        switch try message.byte() {
        case 0: value = false
        case 1: value = true
        default: throw .malformed
        }
    }

    mutating func field(_ value: inout Int) throws(SandboxFault) { value = try message.integer() }

    mutating func field(_ value: inout Double) throws(SandboxFault) { value = try message.decimal() }

    mutating func field(_ value: inout String) throws(SandboxFault) { value = try message.text() }

    mutating func field(_ value: inout UID) throws(SandboxFault) {
        guard let uid = UID(try message.text()) else { throw .malformed }
        value = uid
    }

    mutating func field<Value>(
        _ value: inout Value?, empty: Value,
        _ fields: (inout Self, inout Value) throws(SandboxFault) -> Void
    ) throws(SandboxFault) {
        var isThere = false
        try field(&isThere)
        guard isThere else { return value = nil }
        var some = empty
        try fields(&self, &some)
        value = some
    }

    mutating func field<Value>(
        _ values: inout [Value], empty: Value,
        _ fields: (inout Self, inout Value) throws(SandboxFault) -> Void
    ) throws(SandboxFault) {
        values = []
        // Nothing is made for a number alone: each value takes bytes of the message, which has so many.
        for _ in 0..<max(0, try message.integer()) {
            var value = empty
            try fields(&self, &value)
            values.append(value)
        }
    }
}
