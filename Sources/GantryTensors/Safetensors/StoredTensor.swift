/// What a tensor's entry in a safetensors header says of it, before its elements are written.
public struct StoredTensor: Hashable, Sendable {
    /// The checkpoint's key, as `layer1.0.conv2.weight`.
    public let name: String
    /// Sizes, outermost first.
    public let shape: TensorShape
    /// How its elements are stored: F32, F16, BF16 or I8.
    public let elementType: ElementType

    /// An entry of a header to be written.
    public init(name: String, shape: TensorShape, elementType: ElementType = .f32) {
        self.name = name
        self.shape = shape
        self.elementType = elementType
    }
}

/// The elements of a tensor to be stored, in row-major order.
public enum TensorElements: Hashable, Sendable {
    /// For F32, F16 and BF16: rounded to the nearest, of two the even one.
    case floats([Float])
    /// For I8.
    case signedBytes([Int8])

    /// How many there are.
    public var count: Int {
        switch self {
        case .floats(let values): values.count
        case .signedBytes(let values): values.count
        }
    }
}
