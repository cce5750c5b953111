import GantryCore
import GantryTensors

/// A residual network in 8 bits: its folded convolutions quantised, its last layer in Float32.
///
/// **File**: safetensors with, for each convolution, `NAME.weight` (I8, OIHW), `NAME.weight_scale` and `NAME.bias`
/// (F32, [output channels]), `NAME.input_scale` and `NAME.input_zero_point` (F32, [1]); and `fc.weight`, `fc.bias`
/// (F32).
public struct QuantizedNetwork: Sendable {
    /// What the network is.
    public let architecture: ResidualArchitecture
    private let convolutions: [String: QuantizedWeights]
    let last: FoldedWeights

    /// A network of these convolutions, one for each of the architecture's units.
    ///
    /// **Throws** `architectureMismatch` naming each that is missing; `unusableValue` where a scale is not a number
    /// above 0, or two layers that read the same maps disagree on their scale.
    package init(
        architecture: ResidualArchitecture, convolutions: [QuantizedWeights], last: FoldedWeights, origin: String
    ) throws(WeightsError) {
        self.architecture = architecture
        self.convolutions = Dictionary(convolutions.map { ($0.unit.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.last = last
        try check(origin: origin)
    }

    /// Reads a network from a file of `gantry model quantize`.
    ///
    /// **Throws** `architectureMismatch` naming every missing, extra or misshapen tensor; `unsupportedElementType`;
    /// `unusableValue`; faults of reading.
    public init(architecture: ResidualArchitecture, file: SafetensorsFile) throws(WeightsError) {
        try file.requireExactly(Self.tensors(of: architecture), what: "the network's architecture in 8 bits")
        var convolutions: [String: QuantizedWeights] = [:]
        for unit in architecture.units {
            convolutions[unit.name] = QuantizedWeights(
                unit: unit, weights: try file.signedBytes(of: unit.name + ".weight"),
                weightScales: try file.finiteValues(of: unit.name + ".weight_scale"),
                bias: try file.finiteValues(of: unit.name + ".bias"),
                inputScale: try file.finiteValues(of: unit.name + ".input_scale").first ?? 0,
                inputZeroPoint: try Self.zeroPoint(unit.name + ".input_zero_point", of: file))
        }
        self.architecture = architecture
        self.convolutions = convolutions
        last = try FoldedWeights(lastLayerOf: architecture, tensors: file)
        try check(origin: file.origin)
    }

    /// Writes the network as safetensors, the same bytes for the same network. **Throws** `cannotWrite`.
    public func write(to path: String, metadata: [String: String] = [:]) throws(WeightsError) {
        var elements: [String: TensorElements] = [
            "fc.weight": .floats(last.weights), "fc.bias": .floats(last.bias),
        ]
        for (name, weights) in convolutions {
            elements[name + ".weight"] = .signedBytes(weights.weights)
            elements[name + ".weight_scale"] = .floats(weights.weightScales)
            elements[name + ".bias"] = .floats(weights.bias)
            elements[name + ".input_scale"] = .floats([weights.inputScale])
            elements[name + ".input_zero_point"] = .floats([Float(weights.inputZeroPoint)])
        }
        let tensors = Self.tensors(of: architecture).map { name, shape in
            let isBytes = if case .signedBytes = elements[name] { true } else { false }
            return StoredTensor(name: name, shape: shape, elementType: isBytes ? .i8 : .f32)
        }
        try SafetensorsWriter(metadata: metadata).write(tensors, to: path) { tensor throws(WeightsError) in
            guard let found = elements[tensor.name] else { throw .noSuchTensor(tensor.name, in: "the network") }
            return found
        }
    }

    /// The whole number that a tensor holds. **Throws** `unusableValue` where it is none, or larger than any zero
    /// point.
    private static func zeroPoint(_ name: String, of file: SafetensorsFile) throws(WeightsError) -> Int32 {
        let value = try file.finiteValues(of: name).first ?? 0
        guard let whole = Int32(exactly: value) else {
            throw .tensor(.unusableValue, name, in: file.origin, "it is \(value); expected a whole number of 0 to 255.")
        }
        return whole
    }

    private static func tensors(of architecture: ResidualArchitecture) -> [(name: String, shape: TensorShape)] {
        architecture.units.flatMap { unit -> [(name: String, shape: TensorShape)] in
            let channels: TensorShape = [unit.outputChannels]
            return [
                (unit.name + ".weight", unit.weightShape), (unit.name + ".weight_scale", channels),
                (unit.name + ".bias", channels), (unit.name + ".input_scale", [1]),
                (unit.name + ".input_zero_point", [1]),
            ]
        } + [("fc.weight", [architecture.classes, architecture.featureCount]), ("fc.bias", [architecture.classes])]
    }

    /// Why a network whose batch norms stand behind ReLUs has no form in 8 bits.
    package static func unfolded(_ origin: String) -> WeightsError {
        WeightsError(
            .architectureMismatch, subject: origin,
            explanation: "its batch norms stand behind the ReLUs (relu-norm), which no network in 8 bits has: "
                + "score it in f32.")
    }

    /// The convolution of a unit. **Throws** `architectureMismatch` where there is none.
    package func weights(of unit: ConvolutionUnit) throws(WeightsError) -> QuantizedWeights {
        guard let weights = convolutions[unit.name] else {
            throw WeightsError(
                .architectureMismatch, subject: unit.name, explanation: "the network in 8 bits lacks this convolution.")
        }
        return weights
    }

    /// What a unit of each convolution's output is worth: the scale of the layer that reads it, or 1 where the output
    /// is real numbers (shortcuts, and what is pooled at the end).
    var outputScales: [String: Float] {
        let blocks = Array(architecture.stages.joined())
        func inputScale(_ unit: ConvolutionUnit?) -> Float { unit.flatMap { convolutions[$0.name]?.inputScale } ?? 1 }
        var scales = [architecture.stemUnit.name: inputScale(blocks.first?.convolutions.first)]
        for (index, block) in blocks.enumerated() {
            let following = index + 1 < blocks.count ? blocks[index + 1].convolutions.first : nil
            let readers = block.convolutions.dropFirst().map(Optional.some) + [following]
            for (unit, reader) in zip(block.convolutions, readers) { scales[unit.name] = inputScale(reader) }
        }
        return scales
    }

    private func check(origin: String) throws(WeightsError) {
        guard architecture.activationOrder == .normFirst else { throw Self.unfolded(origin) }
        for unit in architecture.units {
            let weights = try weights(of: unit)
            guard weights.inputScale > 0, weights.weightScales.allSatisfy({ $0 > 0 }) else {
                throw .tensor(.unusableValue, unit.name + ".weight_scale", in: origin, "a scale is not above zero.")
            }
            let zeroPoints: ClosedRange<Int32> = unit == architecture.stemUnit ? 0...255 : 0...0
            guard zeroPoints.contains(weights.inputZeroPoint) else {
                throw .tensor(
                    .unusableValue, unit.name + ".input_zero_point", in: origin,
                    "it is \(weights.inputZeroPoint); expected \(zeroPoints.lowerBound) to \(zeroPoints.upperBound).")
            }
        }
        for block in architecture.stages.joined() {
            guard let projection = block.projection, let first = block.convolutions.first else { continue }
            guard try weights(of: projection).inputScale == weights(of: first).inputScale else {
                throw .tensor(
                    .unusableValue, projection.name + ".input_scale", in: origin,
                    "it is not that of \(first.name), which reads the same maps.")
            }
        }
    }
}
