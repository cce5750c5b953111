import Foundation
import GantryCore
import GantryInference
import GantryTensors

/// The networks of `Golden/make_golden.py`: the same hash, the same rules.
enum GoldenNetwork {
    static let seed: UInt64 = 20

    static func tensors(_ architecture: ResidualArchitecture) throws -> TensorDictionary {
        let tensors = try architecture.tensors.map { name, shape in
            let (scale, offset) = rule(name, shape)
            let values = SeededNumbers(seed: seed, name: name).values(
                shape.elementCount ?? 0, scale: scale, offset: offset)
            return try NamedTensor(name: name, shape: shape, values: values)
        }
        return TensorDictionary(origin: "the integer hash", tensors)
    }

    static func network(
        _ architecture: ResidualArchitecture, kernels: ConvolutionKernels = .preferred
    ) throws -> ResidualNetwork {
        try ResidualNetwork(architecture: architecture, weights: tensors(architecture), kernels: kernels)
    }

    /// The golden input first, then other images.
    static func images(_ count: Int, channels: Int = 3, height: Int, width: Int) throws -> ImageBatch {
        let names = ["input"] + (1..<max(count, 1)).map { "input \($0)" }
        let values = names.prefix(count).flatMap {
            SeededNumbers(seed: seed, name: $0).values(channels * height * width, scale: 2)
        }
        guard
            let batch = ImageBatch(
                count: count, channels: channels, height: height, width: width, values: values)
        else {
            throw CocoaError(.coderInvalidValue)
        }
        return batch
    }

    private static func rule(_ name: String, _ shape: TensorShape) -> (scale: Float, offset: Float) {
        if shape.dimensions.count == 4 {
            let fanIn = shape.dimensions.dropFirst().reduce(1, *)
            return ((Float(6) / Float(fanIn)).squareRoot(), 0)
        }
        if name.hasSuffix("running_var") { return (0.5, 1) }
        if name.hasSuffix("running_mean") { return (0.25, 0) }
        if name == "fc.weight" { return (0.0625, 0) }
        return name.hasSuffix(".weight") ? (0.25, 0.5) : (0.125, 0)
    }
}

/// What `make_golden.py` wrote for one network.
struct Golden: Decodable {
    struct Sample: Decodable {
        let count: Int
        let step: Int
        let largest: Float
        let values: [Float]

        /// The largest difference at the sampled places over the largest magnitude of all.
        func relativeError(_ found: some Collection<Float>) -> Float {
            let found = Array(found)
            guard found.count == count else { return .infinity }
            let sampled = stride(from: 0, to: count, by: step).map { found[$0] }
            guard sampled.count == values.count else { return .infinity }
            return zip(sampled, values).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 } / largest
        }
    }

    let network: String
    let stages: [Sample]
    let early: Sample
    let pooled: Sample
    let logits: Sample

    static func read(_ name: String) throws -> Golden {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/\(name).json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}
