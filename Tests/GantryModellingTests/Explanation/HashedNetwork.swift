import GantryCore
import GantryInference
import GantryTensors

/// Weights and an image from the integer hash, by the rules of GantryInferenceTests' `make_golden.py`.
enum HashedNetwork {
    private static let seed: UInt64 = 20

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

    struct NoBatch: Error {}

    static func image(channels: Int, height: Int, width: Int, name: String = "input") throws -> ImageBatch {
        let values = SeededNumbers(seed: seed, name: name).values(channels * height * width, scale: 2)
        guard let batch = ImageBatch(count: 1, channels: channels, height: height, width: width, values: values) else {
            throw NoBatch()
        }
        return batch
    }

    private static func rule(_ name: String, _ shape: TensorShape) -> (scale: Float, offset: Float) {
        if shape.dimensions.count == 4 {
            return ((Float(6) / Float(shape.dimensions.dropFirst().reduce(1, *))).squareRoot(), 0)
        }
        if name.hasSuffix("running_var") { return (0.5, 1) }
        if name.hasSuffix("running_mean") { return (0.25, 0) }
        if name == "fc.weight" { return (0.0625, 0) }
        return name.hasSuffix(".weight") ? (0.25, 0.5) : (0.125, 0)
    }
}
