import GantrySandbox

/// Puts numbers and texts one after the other: the body of a message. Numbers are little endian, texts UTF-8 after
/// their length in four bytes, and what may be absent stands after a byte that is 1, or is a byte that is 0.
struct MessageWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: UInt8) { bytes.append(value) }

    mutating func put(_ value: Int) {
        withUnsafeBytes(of: Int64(value).littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ value: Double) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ value: String) { put(value.utf8) }

    mutating func put(_ value: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt32(clamping: value.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: value)
    }

    /// `value` by `write`, where there is one.
    mutating func put<Value>(_ value: Value?, by write: (inout MessageWriter, Value) -> Void) {
        put(value == nil ? 0 as UInt8 : 1)
        if let value { write(&self, value) }
    }
}

/// Takes apart what a `MessageWriter` put together. The bytes may come from a child that was taken over: every length
/// is checked.
struct MessageReader {
    private let bytes: [UInt8]
    private var position = 0

    /// The body of a message.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func take(_ count: Int) throws(SandboxFault) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw .malformed }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func byte() throws(SandboxFault) -> UInt8 {
        guard let byte = try take(1).first else { throw .malformed }
        return byte
    }

    private mutating func bits() throws(SandboxFault) -> UInt64 {
        try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func integer() throws(SandboxFault) -> Int { Int(Int64(bitPattern: try bits())) }

    /// A finite number.
    mutating func decimal() throws(SandboxFault) -> Double {
        let number = Double(bitPattern: try bits())
        guard number.isFinite else { throw .malformed }
        return number
    }

    mutating func data() throws(SandboxFault) -> ArraySlice<UInt8> {
        let count = try take(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return try take(count)
    }

    mutating func text() throws(SandboxFault) -> String {
        guard let text = String(validating: try data(), as: UTF8.self) else { throw .malformed }
        return text
    }

    /// What `read` takes, where there is something.
    mutating func optional<Value>(
        _ read: (inout MessageReader) throws(SandboxFault) -> Value
    ) throws(SandboxFault) -> Value? {
        switch try byte() {
        case 0: return nil
        case 1: return try read(&self)
        default: throw .malformed
        }
    }

    /// **Throws** where something is left over.
    func finish() throws(SandboxFault) {
        guard position == bytes.count else { throw .malformed }
    }
}

extension SandboxFault {
    /// The bytes are no message of this protocol.
    static let malformed = SandboxFault(
        .malformedMessage, subject: "", explanation: "a message does not fit the protocol")
}
