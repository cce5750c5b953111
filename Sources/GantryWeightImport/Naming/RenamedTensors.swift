import GantryTensors

/// The tensors of another collection under other names. Faults of reading name a tensor as the file does.
struct RenamedTensors: TensorCollection {
    /// Every tensor's shape by its new name.
    let shapes: [String: TensorShape]

    private let tensors: any TensorCollection
    /// The collection's own name by the new one.
    private let sources: [String: String]

    /// The tensors of which `sources` has the names, new to old.
    init(_ tensors: any TensorCollection, sources: [String: String]) {
        let shapes = tensors.shapes
        self.shapes = sources.compactMapValues { shapes[$0] }
        self.tensors = tensors
        self.sources = sources
    }

    var origin: String { tensors.origin }
    var conventions: NetworkConventions? { tensors.conventions }

    func elementType(of name: String) -> ElementType? { sources[name].flatMap { tensors.elementType(of: $0) } }

    func values(of name: String) throws(WeightsError) -> [Float] { try tensors.values(of: source(of: name)) }

    func signedBytes(of name: String) throws(WeightsError) -> [Int8] { try tensors.signedBytes(of: source(of: name)) }

    private func source(of name: String) throws(WeightsError) -> String {
        guard let source = sources[name] else { throw .noSuchTensor(name, in: origin) }
        return source
    }
}
