import GantryCore
import GantryInference
import GantryTensors

/// A network of one block for images of 8x8, whose numbers do not matter.
enum SmallNetwork {
    static let architecture = ResidualArchitecture(
        block: .basic, blocksPerStage: [1], baseWidth: 8, stem: .cifar, classes: 2)
    static let inputSize = 8

    /// Its scores depend on the image unless `bias` is given: then the logits are that, whatever the image.
    static func make(bias: [Float]? = nil) throws -> ResidualNetwork {
        try network(architecture, bias: bias)
    }

    /// Another network of the same tensors.
    static func network(_ architecture: ResidualArchitecture, bias: [Float]? = nil) throws -> ResidualNetwork {
        let tensors = try architecture.tensors.map { name, shape in
            let count = shape.elementCount ?? 0
            let values: [Float] =
                if name == "fc.bias", let bias {
                    bias
                } else if name == "fc.weight", bias != nil {
                    [Float](repeating: 0, count: count)
                } else if name.hasSuffix("running_var") {
                    [Float](repeating: 1, count: count)
                } else {
                    SeededNumbers(seed: 7, name: name).values(count, scale: 0.5)
                }
            return try NamedTensor(name: name, shape: shape, values: values)
        }
        return try ResidualNetwork(
            architecture: architecture, weights: TensorDictionary(origin: "the integer hash", tensors))
    }

    /// The values of `count` images, all different.
    static func images(_ count: Int) -> [Float] {
        SeededNumbers(seed: 7, name: "images").values(count * 3 * inputSize * inputSize, scale: 2)
    }

    static let description = ModelDescription(
        file: "model.safetensors", sha256: String(repeating: "a", count: 64), architecture: architecture,
        classes: ["negative", "covid19"], positiveClass: "covid19")
}
