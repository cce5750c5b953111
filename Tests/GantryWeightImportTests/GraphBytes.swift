/// ONNX models as bytes, written by hand so that they can be wrong. Field numbers: Scripts/onnx/onnx.proto.
enum GraphBytes {
    /// A field of bytes: a string, a message, packed numbers.
    static func field(_ number: Int, _ bytes: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        return varint(number << 3 | 2) + varint(bytes.count) + bytes
    }

    static func field(_ number: Int, _ value: Int) -> [UInt8] { varint(number << 3) + varint(value) }

    private static func varint(_ value: Int) -> [UInt8] {
        var rest = UInt64(bitPattern: Int64(value))
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// An attribute of whole numbers, of one where there is one.
    static func attribute(_ name: String, _ values: [Int]) -> [UInt8] {
        let numbers = values.count == 1 ? field(3, values[0]) : values.flatMap { field(8, $0) }
        return field(5, field(1, name.utf8) + numbers)
    }

    /// An attribute that is a text.
    static func attribute(_ name: String, _ text: String) -> [UInt8] {
        field(5, field(1, name.utf8) + field(4, text.utf8))
    }

    static func tensor(_ name: String, _ shape: [Int], values: [Float]) -> [UInt8] {
        let zeros = tensor(name, shape)
        return zeros.dropLast(4 * values.count) + values.withUnsafeBytes { Array($0) }
    }

    /// A tensor of whole numbers.
    static func integers(_ name: String, _ values: [Int]) -> [UInt8] {
        let bytes = values.flatMap { value in withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) } }
        return field(5, field(1, values.count) + field(2, 7) + field(8, name.utf8) + field(9, bytes))
    }

    static func node(_ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [UInt8] = [])
        -> [UInt8]
    {
        let names = inputs.flatMap { field(1, $0.utf8) } + outputs.flatMap { field(2, $0.utf8) }
        return field(1, names + field(4, operation.utf8) + field(3, "the \(outputs.first ?? "")".utf8) + attributes)
    }

    static func convolution(
        _ input: String, _ weight: String, _ output: String, kernel: Int = 3, stride: Int = 1, pad: Int? = nil,
        _ more: [UInt8] = []
    ) -> [UInt8] {
        let pads = attribute("pads", [Int](repeating: pad ?? kernel / 2, count: 4))
        return node("Conv", [input, weight], [output], attribute("strides", [stride, stride]) + pads + more)
    }

    /// A tensor of zeros.
    static func tensor(_ name: String, _ shape: [Int], type: Int = 1, byteCount: Int? = nil) -> [UInt8] {
        let bytes = [UInt8](repeating: 0, count: byteCount ?? 4 * shape.reduce(1, *))
        return field(5, shape.flatMap { field(1, $0) } + field(2, type) + field(8, name.utf8) + field(9, bytes))
    }

    static func model(_ parts: [[UInt8]]) -> [UInt8] {
        let ends = field(11, field(1, "x".utf8)) + field(12, field(1, "y".utf8))
        return field(1, 8) + field(7, parts.flatMap { $0 } + ends) + field(8, field(2, 20))
    }

    static let stem = convolution("x", "w1", "a") + node("Relu", ["a"], ["b"])
    static let firstHalf = convolution("b", "w2", "c") + node("Relu", ["c"], ["d"])
    static let secondHalf = convolution("d", "w2", "e")
    static let sum = node("Add", ["e", "b"], ["f"]) + node("Relu", ["f"], ["g"])
    static let mean = node("GlobalAveragePool", ["g"], ["h"]) + node("Flatten", ["h"], ["i"])
    static let last = node("Gemm", ["i", "fw", "fb"], ["y"])
    static let tensors =
        tensor("w1", [4, 3, 3, 3]) + tensor("w2", [4, 4, 3, 3]) + tensor("fw", [4, 2]) + tensor("fb", [2])
}
