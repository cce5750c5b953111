import GantryCore
import GantryInference
import GantryTensors
import Testing

@Suite struct WeightDifferenceTests {
    private let architecture = ResidualNetworkTests.small

    private func difference(
        _ edit: (inout TensorDictionary) throws -> Void, _ change: (inout ResidualArchitecture) -> Void = { _ in }
    ) throws -> WeightDifference {
        var (other, tensors) = (architecture, try GoldenNetwork.tensors(architecture))
        change(&other)
        let first = tensors
        try edit(&tensors)
        return try WeightDifference((architecture, first), (other, tensors))
    }

    /// The tensor with one of its elements changed.
    private func changing(_ name: String, _ tensors: TensorDictionary, _ value: (Float) -> Float) throws -> NamedTensor
    {
        let tensor = try #require(tensors[name])
        var values = tensor.values
        values[1] = value(values[1])
        return try NamedTensor(name: name, shape: tensor.shape, values: values)
    }

    @Test func `the same tensors are the same`() throws {
        let found = try difference { _ in }
        #expect(found.isSame && found.tensors.count == architecture.tensors.count)
        #expect(found.folded?.allSatisfy { $0.largest == 0 && $0.hasSameBits } == true)
    }

    @Test func `the largest difference of a tensor is found, and in the layer that it belongs to`() throws {
        let found = try difference { tensors in
            tensors["layer1.0.bn2.weight"] = try changing("layer1.0.bn2.weight", tensors) { $0 + 0.5 }
        }
        #expect(!found.isSame)
        #expect(found.tensors.filter { $0.largest > 0 }.map(\.name) == ["layer1.0.bn2.weight"])
        #expect(found.tensors.first { $0.largest > 0 }.map { abs($0.largest - 0.5) < 1e-6 } == true)
        #expect(found.folded?.filter { $0.largest > 0 }.map(\.name) == ["layer1.0.conv2"])
    }

    @Test func `what is no number is infinitely far from one, wherever it stands, and the same as itself`() throws {
        let name = "conv1.weight"
        let other: (inout ResidualArchitecture) -> Void = { $0.stridePosition = .firstConvolution }
        let found = try difference({ $0[name] = try changing(name, $0) { _ in .nan } }, other)
        #expect(found.tensors.first { $0.name == name }?.largest == .infinity)
        #expect(found.folded == nil, "another stride is another network")
        let zero = try difference({ $0[name] = try changing(name, $0) { _ in -0.0 } }, other)
        #expect(!zero.isSame)
        var tensors = try GoldenNetwork.tensors(architecture)
        tensors[name] = try changing(name, tensors) { _ in .nan }
        var second = architecture
        second.stridePosition = .firstConvolution
        #expect(try WeightDifference((architecture, tensors), (second, tensors)).isSame)
    }

    @Test func `tensors of one side and of other shapes are named`() throws {
        let found = try difference(
            { tensors in
                tensors["fc.bias"] = nil
                tensors["extra"] = try NamedTensor(name: "extra", shape: [1], values: [0])
                tensors["bn1.num_batches_tracked"] = try NamedTensor(
                    name: "bn1.num_batches_tracked", shape: [], values: [0])
                tensors["bn1.weight"] = try NamedTensor(name: "bn1.weight", shape: [2], values: [0, 0])
            }, { $0.stridePosition = .firstConvolution })
        #expect(found.onlyInFirst == ["fc.bias"] && found.onlyInSecond == ["extra"])
        #expect(found.misshapen.map(\.name) == ["bn1.weight"])
    }
}
