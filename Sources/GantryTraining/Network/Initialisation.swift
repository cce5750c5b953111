import Foundation
import GantryCore
import GantryInference
import GantryTensors

/// What a network begins with when nobody has trained it, or its last layer.
///
/// Numbers are functions of the seed and the tensor's name (`SeededNumbers`), by Box and Muller's transform where they
/// are normal, in double, rounded to Float32.
public enum Initialisation {
    /// A whole network from `seed`, as torchvision's begin: convolutions normal with variance 2 / (output channels x
    /// kernel area), batch norms 1 and 0 with running statistics 0 and 1, biases of convolutions 0, the last layer as
    /// `torch.nn.Linear`'s.
    ///
    /// **Source**: He et al., "Delving deep into rectifiers" (2015), equation 14; torchvision `resnet.py`.
    public static func he(_ architecture: ResidualArchitecture, seed: UInt64) throws(WeightsError) -> TensorDictionary {
        var tensors = TensorDictionary(origin: "He's normal weights of seed \(seed)")
        for (name, shape) in architecture.tensors where !name.hasPrefix("fc.") {
            let (sizes, count) = (shape.dimensions, shape.elementCount ?? 0)
            let values: [Float]
            if sizes.count == 4 {
                values = normal(
                    count, deviation: (2 / Double(sizes[0] * sizes[2] * sizes[3])).squareRoot(), seed: seed, name: name)
            } else {
                let isOne = name.hasSuffix(".running_var") || name.hasSuffix(".weight")
                values = [Float](repeating: isOne ? 1 : 0, count: count)
            }
            tensors[name] = try NamedTensor(name: name, shape: shape, values: values)
        }
        for tensor in try lastLayer(architecture, seed: seed) { tensors[tensor.name] = tensor }
        return tensors
    }

    /// `weights` for `architecture`, with the last layer drawn anew where the classes differ.
    ///
    /// `weights` are those of `architecture` but for the last layer, which may have other classes or be absent.
    /// `storedClasses` are the names of their classes, nil where nobody knows them: then the numbers alone are
    /// compared.
    /// **Throws** `architectureMismatch` where other tensors are missing or misshapen; faults of reading.
    public static func replacingLastLayer(
        of weights: some TensorCollection, architecture: ResidualArchitecture, classes: [String],
        storedClasses: [String]?, seed: UInt64
    ) throws(WeightsError) -> (weights: TensorDictionary, isReplaced: Bool) {
        precondition(classes.count == architecture.classes, "a name for each class")
        let expected = architecture.tensors
        try weights.requireExactly(
            expected.filter { !$0.name.hasPrefix("fc.") }, what: "a network of \(architecture.summary)",
            ignoring: { $0.hasPrefix("fc.") || ResidualArchitecture.isTrainingOnly($0) })
        let shapes = weights.shapes
        let fits = expected.allSatisfy { shapes[$0.name] == $0.shape }
        let keeps = fits && (storedClasses ?? classes) == classes
        var tensors = TensorDictionary(origin: weights.origin)
        for (name, shape) in expected where keeps || !name.hasPrefix("fc.") {
            tensors[name] = try NamedTensor(name: name, shape: shape, values: try weights.values(of: name))
        }
        if !keeps { for tensor in try lastLayer(architecture, seed: seed) { tensors[tensor.name] = tensor } }
        return (tensors, !keeps)
    }

    /// Uniform in +-1 / sqrt(features).
    private static func lastLayer(
        _ architecture: ResidualArchitecture, seed: UInt64
    ) throws(WeightsError) -> [NamedTensor] {
        let scale = Float(1 / Double(max(architecture.featureCount, 1)).squareRoot())
        return try architecture.tensors.filter { $0.name.hasPrefix("fc.") }.map { name, shape throws(WeightsError) in
            try NamedTensor(
                name: name, shape: shape,
                values: SeededNumbers(seed: seed, name: name).values(shape.elementCount ?? 0, scale: scale))
        }
    }

    private static func normal(_ count: Int, deviation: Double, seed: UInt64, name: String) -> [Float] {
        let numbers = SeededNumbers(seed: seed, name: name)
        return (0..<count).map { index in
            // Two uniform numbers of (0, 1) give two normal ones.
            let pair = index / 2 * 2
            let radius = (-2 * log((Double(numbers[pair]) + 1) / 2)).squareRoot()
            let angle = Double.pi * Double(numbers[pair + 1])
            return Float(deviation * radius * (index == pair ? cos(angle) : sin(angle)))
        }
    }
}
