import GantryCore
import GantryTensors

/// How two networks' weights differ: tensor by tensor, and in what is computed with them.
///
/// Two files can hold the same network in other tensors: an exporter that folds batch norms into the convolutions
/// changes them all. So convolutions are compared once more with their batch norms folded in, which is what an image
/// meets.
public struct WeightDifference: Sendable {
    /// A tensor, or a folded layer, that both have.
    public struct Entry: Hashable, Sendable {
        /// The checkpoint's key.
        public let name: String
        /// The largest difference between two elements; infinite where a value is not finite.
        public let largest: Float
        /// `largest` over the largest magnitude of the first one's elements; 0 where nothing differs.
        public let relative: Float
        /// Whether every element has the same bits: no difference, and no zero of another sign.
        public let hasSameBits: Bool
    }

    /// Tensors of the first that the second does not have, and the other way round.
    public let onlyInFirst: [String], onlyInSecond: [String]
    /// Tensors of different shapes: the name and both shapes.
    public let misshapen: [(name: String, first: TensorShape, second: TensorShape)]
    /// Tensors of the same name and shape, in depth order of the first's architecture.
    public let tensors: [Entry]
    /// Convolutions with their batch norms folded in, and the last layer, in depth order; nil where the networks are
    /// not the same but for conventions of their files (a bias beside the batch norm, the epsilon).
    public let folded: [Entry]?

    /// Compares the tensors of two networks. **Throws** what reading them throws, and `unusableValue` in folding.
    public init(
        _ first: (architecture: ResidualArchitecture, weights: any TensorCollection),
        _ second: (architecture: ResidualArchitecture, weights: any TensorCollection)
    ) throws(WeightsError) {
        let shapes = (Self.shapes(first.weights), Self.shapes(second.weights))
        onlyInFirst = shapes.0.keys.filter { shapes.1[$0] == nil }.sorted()
        onlyInSecond = shapes.1.keys.filter { shapes.0[$0] == nil }.sorted()
        var misshapen: [(name: String, first: TensorShape, second: TensorShape)] = []
        var tensors: [Entry] = []
        for (name, shape) in first.architecture.tensors {
            guard let other = shapes.1[name] else { continue }
            if other != shape {
                misshapen.append((name, shape, other))
            } else {
                tensors.append(
                    Self.entry(name, try first.weights.values(of: name), try second.weights.values(of: name)))
            }
        }
        self.misshapen = misshapen
        self.tensors = tensors
        var comparable = second.architecture
        comparable.hasConvolutionBias = first.architecture.hasConvolutionBias
        comparable.hasShortcutBias = first.architecture.hasShortcutBias
        comparable.batchNormEpsilon = first.architecture.batchNormEpsilon
        guard comparable.isEquivalent(to: first.architecture) else {
            folded = nil
            return
        }
        var folded: [Entry] = []
        // The same units, but for a bias that one of them may have.
        for (unit, other) in zip(first.architecture.units, second.architecture.units) {
            let a = try FoldedWeights(unit: unit, architecture: first.architecture, tensors: first.weights)
            let b = try FoldedWeights(unit: other, architecture: second.architecture, tensors: second.weights)
            folded.append(Self.entry(unit.name, a.numbers, b.numbers))
        }
        if first.architecture.classes > 0 {
            let a = try FoldedWeights(lastLayerOf: first.architecture, tensors: first.weights)
            let b = try FoldedWeights(lastLayerOf: second.architecture, tensors: second.weights)
            folded.append(Self.entry("fc", a.numbers, b.numbers))
        }
        self.folded = folded
    }

    /// Whether every tensor is there in both, with the same bits.
    public var isSame: Bool {
        onlyInFirst.isEmpty && onlyInSecond.isEmpty && misshapen.isEmpty && tensors.allSatisfy(\.hasSameBits)
    }

    private static func shapes(_ weights: any TensorCollection) -> [String: TensorShape] {
        weights.shapes.filter { !ResidualArchitecture.isTrainingOnly($0.key) }
    }

    private static func entry(_ name: String, _ first: [Float], _ second: [Float]) -> Entry {
        var (largest, magnitude): (Float, Float) = (0, 0)
        for (a, b) in zip(first, second) where a.bitPattern != b.bitPattern {
            // Infinite where one of them is no number: nothing is near that.
            let difference = a.isFinite && b.isFinite ? abs(a - b) : .infinity
            largest = max(largest, difference)
        }
        for value in first { magnitude = max(magnitude, abs(value)) }
        let relative = largest == 0 ? 0 : magnitude > 0 && magnitude.isFinite ? largest / magnitude : .infinity
        return Entry(
            name: name, largest: largest, relative: relative,
            hasSameBits: zip(first, second).allSatisfy { $0.bitPattern == $1.bitPattern })
    }
}
