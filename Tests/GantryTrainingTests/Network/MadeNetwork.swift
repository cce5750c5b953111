import GantryCore
import GantryInference
import GantryTensors

/// Weights from the integer hash, by the rules of `Golden/make_training_golden.py`.
enum MadeNetwork {
    static let seed: UInt64 = 20

    static func tensors(_ architecture: ResidualArchitecture) throws -> TensorDictionary {
        TensorDictionary(
            origin: "the integer hash",
            try architecture.tensors.map { name, shape in
                let (scale, offset) = rule(name, shape)
                return try NamedTensor(
                    name: name, shape: shape,
                    values: SeededNumbers(seed: seed, name: name).values(
                        shape.elementCount ?? 0, scale: scale, offset: offset))
            })
    }

    private static func rule(_ name: String, _ shape: TensorShape) -> (scale: Float, offset: Float) {
        if shape.dimensions.count == 4 {
            return ((Float(6) / Float(shape.dimensions.dropFirst().reduce(1, *))).squareRoot(), 0)
        }
        if name.hasSuffix("running_var") { return (0.5, 1) }
        if name.hasSuffix("running_mean") { return (0.25, 0) }
        if name == "fc.weight" { return (0.0625, 0) }
        if name.hasSuffix("bn3.weight") { return (0.0625, 0.125) }
        return name.hasSuffix(".weight") ? (0.25, 0.5) : (0.125, 0)
    }
}
