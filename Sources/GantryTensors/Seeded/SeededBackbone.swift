/// A network whose convolutions are He-uniform from a seed, to be completed by fitted parts.
///
/// A hundred megabytes of random numbers do not belong in version control: they are made where they are needed, with
/// the same bytes everywhere, and only what was fitted to data (batch-norm statistics, the last layer) is kept.
///
/// **Source**: He et al., "Delving deep into rectifiers" (2015), equation 10: variance 2 / fan-in, hence uniform in
/// +-sqrt(6 / fan-in).
public struct SeededBackbone: Sendable {
    /// How a tensor comes to be.
    public enum Rule: Hashable, Sendable {
        /// Uniform in +-sqrt(6 / fanIn), where fan-in is input channels x kernel area.
        case heUniform(fanIn: Int)
        /// Every element the same.
        case constant(Float)
        /// Taken from the fitted parts.
        case fitted
    }

    /// One tensor of the network.
    public struct Part: Hashable, Sendable {
        /// The checkpoint's key.
        public let name: String
        /// Sizes, outermost first.
        public let shape: TensorShape
        /// How its values come to be.
        public let rule: Rule

        /// A tensor made by `rule`.
        public init(name: String, shape: TensorShape, rule: Rule) {
            self.name = name
            self.shape = shape
            self.rule = rule
        }
    }

    /// The seed of the random parts.
    public let seed: UInt64
    /// Every tensor of the network.
    public let parts: [Part]

    /// A backbone of these parts. `GantryInference` gives the parts of each residual architecture.
    public init(seed: UInt64, parts: [Part]) {
        self.seed = seed
        self.parts = parts
    }

    /// The parts that do not have to be fitted, as tensors in memory.
    public func unfittedTensors() throws(WeightsError) -> TensorDictionary {
        var tensors = TensorDictionary(origin: "the backbone of seed \(seed)")
        for part in parts where part.rule != .fitted {
            tensors[part.name] = try NamedTensor(
                name: part.name, shape: part.shape, values: try values(of: part, fitted: nil))
        }
        return tensors
    }

    /// Writes the complete network to `path` as safetensors, one tensor in memory at a time, the same bytes on every
    /// machine.
    ///
    /// **Throws** `architectureMismatch` naming every fitted tensor that is missing, extra or misshapen; faults of
    /// reading and writing.
    public func write(
        fitted: some TensorCollection, metadata: [String: String] = [:], to path: String
    ) throws(WeightsError) {
        let expected = parts.filter { $0.rule == .fitted }.map { (name: $0.name, shape: $0.shape) }
        try fitted.requireExactly(expected, what: "the fitted parts")
        let partsByName = Dictionary(parts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let own = [
            "format": "pt",
            "gantry.backbone": "He-uniform convolutions from an integer hash, not trained",
            "gantry.seed": String(seed),
            "gantry.fitted": "batch-norm running statistics and the last layer",
        ]
        let writer = SafetensorsWriter(metadata: own.merging(metadata) { $1 })
        try writer.write(parts.map { (name: $0.name, shape: $0.shape) }, to: path) { name throws(WeightsError) in
            guard let part = partsByName[name] else { throw .noSuchTensor(name, in: path) }
            return try values(of: part, fitted: fitted)
        }
    }

    /// Whether `tensors` are those of such a network, and those that are not fitted have the seed's values, all of
    /// them.
    ///
    /// **Throws** `unsupportedElementType`; faults of reading.
    public func isBackbone(of tensors: some TensorCollection) throws(WeightsError) -> Bool {
        guard tensors.shapes == Dictionary(parts.map { ($0.name, $0.shape) }, uniquingKeysWith: { $1 }) else {
            return false
        }
        for part in parts where part.rule != .fitted {
            guard try tensors.values(of: part.name) == values(of: part, fitted: nil) else { return false }
        }
        return true
    }

    private func values(of part: Part, fitted: (any TensorCollection)?) throws(WeightsError) -> [Float] {
        guard let count = part.shape.elementCount else {
            throw WeightsError(
                .inconsistentTensor, subject: "tensor \(part.name)", explanation: "it cannot have shape \(part.shape).")
        }
        switch part.rule {
        case .heUniform(let fanIn):
            // Division and square root are correctly rounded by IEEE 754, so the bound is the same everywhere.
            let bound = (Float(6) / Float(max(fanIn, 1))).squareRoot()
            return SeededNumbers(seed: seed, name: part.name).values(count, scale: bound)
        case .constant(let value):
            return [Float](repeating: value, count: count)
        case .fitted:
            guard let fitted else { throw .noSuchTensor(part.name, in: "the backbone of seed \(seed)") }
            return try fitted.values(of: part.name)
        }
    }
}
