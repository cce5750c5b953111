import Foundation
import GantryTensors

/// A tensor of a graph, or one that stands for what an exporter left out.
struct ONNXTensor: Sendable {
    private enum Content: Sendable {
        case stored(Onnx_TensorProto)
        case constant(Float)
    }

    let shape: TensorShape
    let elementType: ElementType
    private let content: Content
    /// Whether the stored matrix is this one's transpose.
    private let isTransposed: Bool

    /// A tensor of one number.
    init(_ value: Float, shape: TensorShape) {
        self.shape = shape
        elementType = .f32
        content = .constant(value)
        isTransposed = false
    }

    /// An initialiser. Its data must be floats, as many as its shape says.
    ///
    /// Those of 64 bits are rounded to Float32; they must lie in its range, and stand in `raw_data`, where exporters
    /// put them.
    ///
    /// **Throws** `unsupportedElementType`, `inconsistentTensor`, `unusableValue`.
    init(_ stored: Onnx_TensorProto, origin: String) throws(WeightsError) {
        let shape = TensorShape(stored.dims.map { Int($0) })
        guard let count = shape.elementCount, shape.dimensions.count <= StridedLayout.largestRank else {
            throw .tensor(.inconsistentTensor, stored.name, in: origin, "nothing can have its shape \(shape).")
        }
        guard let elementType = Self.floatTypes[stored.dataType] else {
            throw .tensor(
                .unsupportedElementType, stored.name, in: origin,
                "it is stored as ONNX's element type \(stored.dataType); FLOAT, DOUBLE, FLOAT16 or BFLOAT16 is needed.")
        }
        let found =
            stored.rawData.isEmpty
            ? (elementType == .f32 ? stored.floatData.count : elementType == .f64 ? 0 : stored.int32Data.count)
            : stored.rawData.count / elementType.byteCount
        guard found == count, stored.rawData.isEmpty || stored.rawData.count == found * elementType.byteCount else {
            throw .tensor(
                .inconsistentTensor, stored.name, in: origin, "its data do not fill its shape \(shape).")
        }
        if elementType == .f64,
            let index = Self.doubles(stored).firstIndex(where: { $0.isFinite && !Float($0).isFinite })
        {
            throw .tensor(
                .unusableValue, stored.name, in: origin,
                "element \(index) is \(Self.doubles(stored)[index]), which is beyond Float32.")
        }
        self.shape = shape
        self.elementType = elementType
        content = .stored(stored)
        isTransposed = false
    }

    /// TensorProto.DataType's FLOAT, FLOAT16, DOUBLE and BFLOAT16.
    private static let floatTypes: [Int32: ElementType] = [1: .f32, 10: .f16, 11: .f64, 16: .bf16]

    /// The elements of a tensor of 64-bit floats.
    private static func doubles(_ stored: Onnx_TensorProto) -> [Double] {
        stored.rawData.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
        }
    }

    private init(_ other: ONNXTensor, shape: [Int], isTransposed: Bool) {
        self.shape = TensorShape(shape)
        elementType = other.elementType
        content = other.content
        self.isTransposed = isTransposed
    }

    /// The matrix with rows and columns exchanged.
    var transposed: ONNXTensor {
        ONNXTensor(self, shape: shape.dimensions.reversed(), isTransposed: !isTransposed)
    }

    /// The same elements in one row, of a tensor that is stored as it is.
    var flattened: ONNXTensor { ONNXTensor(self, shape: [shape.elementCount ?? 0], isTransposed: false) }

    /// The elements in row-major order.
    var values: [Float] {
        switch content {
        case .constant(let value): return [Float](repeating: value, count: shape.elementCount ?? 0)
        case .stored(let stored):
            let values = storedValues(stored)
            guard isTransposed, shape.dimensions.count == 2,
                let layout = StridedLayout(
                    shape: shape, strides: [1, shape.dimensions[0]], offset: 0, within: values.indices)
            else { return values }
            return layout.gathered(from: values)
        }
    }

    private func storedValues(_ stored: Onnx_TensorProto) -> [Float] {
        if stored.rawData.isEmpty {
            switch elementType {
            case .f16: return stored.int32Data.map { Float(halfBitPattern: UInt16(truncatingIfNeeded: $0)) }
            case .bf16: return stored.int32Data.map { Float(brainBitPattern: UInt16(truncatingIfNeeded: $0)) }
            default: return stored.floatData
            }
        }
        if elementType == .f64 { return Self.doubles(stored).map { Float($0) } }
        return stored.rawData.withUnsafeBytes { bytes in
            let step = elementType.byteCount
            return stride(from: 0, to: bytes.count - bytes.count % step, by: step).map { place in
                switch elementType {
                case .f16: Float(halfBitPattern: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self))
                case .bf16: Float(brainBitPattern: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self))
                default: bytes.loadUnaligned(fromByteOffset: place, as: Float.self)
                }
            }
        }
    }

    /// The whole numbers of an INT64 tensor, or nil for another type or another number of them than `shape` says.
    static func integers(_ stored: Onnx_TensorProto) -> [Int]? {
        guard stored.dataType == 7, let count = TensorShape(stored.dims.map { Int($0) }).elementCount
        else { return nil }
        let integers =
            stored.rawData.isEmpty
            ? stored.int64Data.map { Int($0) }
            : stored.rawData.withUnsafeBytes { bytes in
                (0..<bytes.count / 8).map { Int(bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)) }
            }
        return integers.count == count ? integers : nil
    }
}
