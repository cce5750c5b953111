import GantryTensors

/// The tensors of another collection under other names, and tensors that follow from them. Faults of reading name a
/// tensor as the file does.
struct AdaptedTensors: TensorCollection {
    /// Where a tensor comes from.
    enum Source: Hashable {
        /// A tensor of the collection, by the collection's own name.
        case stored(String)
        /// One number, as often as another tensor of the collection has rows.
        case constant(Float, rowsOf: String)
    }

    /// Every tensor's shape by its new name.
    let shapes: [String: TensorShape]
    let conventions: NetworkConventions?
    let remarks: [WeightRemark]

    private let tensors: any TensorCollection
    private let sources: [String: Source]

    /// The tensors that `sources` has, by their new names, with what is said of them beside what the collection says
    /// itself. A convention that is given replaces the collection's.
    init(
        _ tensors: any TensorCollection, sources: [String: Source], conventions: NetworkConventions? = nil,
        remarks: [WeightRemark] = []
    ) {
        let shapes = tensors.shapes
        self.shapes = sources.compactMapValues { source in
            switch source {
            case .stored(let name): shapes[name]
            case .constant(_, let name): shapes[name].map { TensorShape(Array($0.dimensions.prefix(1))) }
            }
        }
        self.tensors = tensors
        self.sources = sources
        self.conventions = conventions ?? tensors.conventions
        self.remarks = tensors.remarks + remarks
    }

    var origin: String { tensors.origin }

    func elementType(of name: String) -> ElementType? {
        switch sources[name] {
        case .stored(let source): tensors.elementType(of: source)
        case .constant: .f32
        case nil: nil
        }
    }

    func values(of name: String) throws(WeightsError) -> [Float] {
        switch sources[name] {
        case .stored(let source): return try tensors.values(of: source)
        case .constant(let value, _): return [Float](repeating: value, count: shapes[name]?.elementCount ?? 0)
        case nil: throw .noSuchTensor(name, in: origin)
        }
    }

    func signedBytes(of name: String) throws(WeightsError) -> [Int8] {
        switch sources[name] {
        case .stored(let source): return try tensors.signedBytes(of: source)
        case .constant: throw .notSignedBytes(name, in: origin, .f32)
        case nil: throw .noSuchTensor(name, in: origin)
        }
    }
}
