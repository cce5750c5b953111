/// A first walk over an ONNX file's bytes, which counts what decoding it would make: a message of two bytes becomes an
/// object of a hundred.
///
/// **Source**: the Protocol Buffers encoding (varints, tags, length-delimited fields); field numbers as in
/// Scripts/onnx/onnx.proto.
struct ProtobufBudget {
    /// The most messages and strings that are decoded. The graph of a ResNet-152 has about 5,000.
    static let mostParts = 500_000
    /// The most bytes of numbers that are packed as varints, which grow up to eightfold: only small tensors and half
    /// precision lie so.
    static let mostVarintBytes = 256 << 20

    private enum Message {
        case model, graph, operatorSet, node, attribute, tensor, valueInfo, entry

        /// The message in a field, for the fields that hold one.
        func child(_ field: Int) -> Message? {
            switch (self, field) {
            case (.model, 7): .graph
            case (.model, 8): .operatorSet
            case (.graph, 1): .node
            case (.graph, 5): .tensor
            case (.graph, 11), (.graph, 12): .valueInfo
            case (.node, 5): .attribute
            case (.attribute, 5): .tensor
            case (.tensor, 13): .entry
            default: nil
            }
        }
    }

    private var parts = 0
    private var varintBytes = 0

    /// Whether the bytes are a sequence of fields that may be decoded without growing out of bounds.
    static func allows(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var budget = ProtobufBudget()
        return budget.walk(bytes, .model)
    }

    /// Recursion ends where `Message` does: a model's graph's node's attribute's tensor.
    private mutating func walk(_ bytes: UnsafeRawBufferPointer, _ message: Message) -> Bool {
        var position = 0
        while position < bytes.count {
            parts += 1
            guard parts <= Self.mostParts, let tag = Self.varint(bytes, &position) else { return false }
            var length: Int
            switch tag & 7 {
            case 0:
                guard Self.varint(bytes, &position) != nil else { return false }
                length = 0
            case 1: length = 8
            case 2:
                guard let found = Self.varint(bytes, &position), let count = Int(exactly: found) else { return false }
                length = count
            case 5: length = 4
            default: return false
            }
            guard length <= bytes.count - position else { return false }
            let field = Int(truncatingIfNeeded: tag >> 3)
            if tag & 7 == 2 {
                if let child = message.child(field) {
                    guard walk(UnsafeRawBufferPointer(rebasing: bytes[position..<position + length]), child) else {
                        return false
                    }
                } else if Self.isVarints(message, field) {
                    varintBytes += length
                    guard varintBytes <= Self.mostVarintBytes else { return false }
                }
            }
            position += length
        }
        return true
    }

    private static func isVarints(_ message: Message, _ field: Int) -> Bool {
        switch (message, field) {
        case (.tensor, 1), (.tensor, 5), (.tensor, 7), (.attribute, 8): true
        default: false
        }
    }

    private static func varint(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}
