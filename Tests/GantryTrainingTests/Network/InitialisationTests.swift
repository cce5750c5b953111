import GantryCore
import GantryInference
import GantryTensors
import GantryTraining
import Testing

@Suite struct InitialisationTests {
    private static let architecture = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 32, stridePosition: .firstConvolution,
        hasConvolutionBias: true, classes: 4)

    @Test func `convolutions are normal with He's variance, batch norms do nothing yet`() throws {
        let tensors = try Initialisation.he(Self.architecture, seed: 3)
        try Self.architecture.requireTensors(of: tensors)
        for (name, shape) in Self.architecture.tensors {
            let values = try tensors.values(of: name).map(Double.init)
            let count = Double(values.count)
            let sizes = shape.dimensions
            if sizes.count == 4 {
                let deviation = (2 / Double(sizes[0] * sizes[2] * sizes[3])).squareRoot()
                let mean = values.reduce(0, +) / count
                let variance = values.reduce(0) { $0 + $1 * $1 } / count
                // Five standard errors.
                #expect(abs(mean) < 5 * deviation / count.squareRoot(), "\(name)")
                #expect(abs(variance / deviation / deviation - 1) < 5 * (2 / count).squareRoot(), "\(name)")
                // Two of three values lie within a deviation, and some beyond two: it is a normal distribution.
                let within = Double(values.count { abs($0) < deviation }) / count
                #expect(abs(within - 0.6827) < 5 * (0.2166 / count).squareRoot(), "\(name)")
                #expect(values.contains { abs($0) > 2 * deviation })
            } else if name == "fc.bias" {
                let bound = 1 / Double(Self.architecture.featureCount).squareRoot()
                #expect(values.allSatisfy { abs($0) < bound && $0 != 0 })
            } else if name != "fc.weight" {
                let expected = name.hasSuffix(".weight") || name.hasSuffix(".running_var") ? 1.0 : 0
                #expect(values.allSatisfy { $0 == expected }, "\(name)")
            }
        }
        #expect(
            try tensors.values(of: "conv1.weight")
                == Initialisation.he(Self.architecture, seed: 3).values(of: "conv1.weight"))
        #expect(
            try tensors.values(of: "conv1.weight")
                != Initialisation.he(Self.architecture, seed: 4).values(of: "conv1.weight"))
    }

    @Test func `the last layer is replaced where the classes differ, and nothing else is`() throws {
        let stored = try MadeNetwork.tensors(Self.architecture)
        func replaced(
            _ classes: [String], _ names: [String]?, of weights: TensorDictionary? = nil
        ) throws -> (weights: TensorDictionary, isReplaced: Bool) {
            var architecture = Self.architecture
            architecture.classes = classes.count
            let found = try Initialisation.replacingLastLayer(
                of: weights ?? stored, architecture: architecture, classes: classes, storedClasses: names, seed: 1)
            try architecture.requireTensors(of: found.weights)
            #expect(try found.weights.values(of: "conv1.weight") == stored.values(of: "conv1.weight"))
            return found
        }
        let four = ["a", "b", "c", "d"]
        #expect(try !replaced(four, four).isReplaced)
        #expect(try !replaced(four, nil).isReplaced)
        #expect(try replaced(four, four).weights.values(of: "fc.weight") == stored.values(of: "fc.weight"))
        #expect(try replaced(four, ["a", "b", "d", "c"]).isReplaced)
        #expect(try replaced(["a", "b"], nil).isReplaced)
        #expect(
            try replaced(four, ["a", "b", "d", "c"]).weights.values(of: "fc.weight") != stored.values(of: "fc.weight"))
        var headless = stored
        headless["fc.weight"] = nil
        headless["fc.bias"] = nil
        #expect(try replaced(four, nil, of: headless).isReplaced)
        var broken = stored
        broken["layer2.0.conv2.weight"] = nil
        let error = #expect(throws: WeightsError.self) { try replaced(four, four, of: broken) }
        #expect(error?.description.contains("layer2.0.conv2.weight") == true)
    }
}
