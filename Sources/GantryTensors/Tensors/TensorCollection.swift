/// Named tensors that can be read one at a time: a weight file, or tensors in memory.
public protocol TensorCollection: Sendable {
    /// Where the tensors come from, for messages: a path, or what made them.
    var origin: String { get }
    /// Every tensor's shape by its name.
    var shapes: [String: TensorShape] { get }
    /// The elements of one tensor as Float32, in row-major order.
    ///
    /// **Throws** `noSuchTensor`, `unsupportedElementType`, and the faults of reading.
    func values(of name: String) throws(WeightsError) -> [Float]
    /// The element type a tensor is stored as, or nil where there is no such tensor.
    func elementType(of name: String) -> ElementType?
    /// The elements of a tensor that is stored as I8, without a scale, in row-major order.
    ///
    /// **Throws** `noSuchTensor`, `unsupportedElementType` for any other type, and the faults of reading.
    func signedBytes(of name: String) throws(WeightsError) -> [Int8]
    /// What the file says of its network beyond names and shapes; nil for files that hold tensors alone.
    var conventions: NetworkConventions? { get }
    /// What was decided or made up when the file's tensors were taken for a network's.
    var remarks: [WeightRemark] { get }
}

extension TensorCollection {
    /// Most files hold tensors alone.
    public var conventions: NetworkConventions? { nil }

    /// Most files' tensors are taken as they are.
    public var remarks: [WeightRemark] { [] }

    /// Most collections hold no integers. **Throws** `noSuchTensor`, `unsupportedElementType`.
    public func signedBytes(of name: String) throws(WeightsError) -> [Int8] {
        guard let type = elementType(of: name) else { throw .noSuchTensor(name, in: origin) }
        throw .notSignedBytes(name, in: origin, type)
    }
}

/// Named tensors in memory.
public struct TensorDictionary: TensorCollection {
    /// What made the tensors, for messages.
    public let origin: String
    private var tensors: [String: NamedTensor]

    /// A collection of these tensors; of two with one name, the later stays.
    public init(origin: String, _ tensors: [NamedTensor] = []) {
        self.origin = origin
        self.tensors = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// Every tensor's shape by its name.
    public var shapes: [String: TensorShape] { tensors.mapValues(\.shape) }

    /// The tensors, in the order of their names.
    public var all: [NamedTensor] { tensors.values.sorted { $0.name < $1.name } }

    /// The tensor of that name, or nil.
    public subscript(name: String) -> NamedTensor? {
        get { tensors[name] }
        set { tensors[name] = newValue }
    }

    /// The elements of one tensor. **Throws** `noSuchTensor`.
    public func values(of name: String) throws(WeightsError) -> [Float] {
        guard let tensor = tensors[name] else { throw .noSuchTensor(name, in: origin) }
        return tensor.values
    }

    /// F32, or nil where there is no such tensor.
    public func elementType(of name: String) -> ElementType? { tensors[name] == nil ? nil : .f32 }
}
