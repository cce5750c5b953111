import GantryCore
import GantryInference
import GantryTensors
import Testing

@Suite struct ResidualNetworkTests {
    static let small = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 1, 1, 1], baseWidth: 8, classes: 3)

    @Test(arguments: ConvolutionKernels.available(for: .f32))
    func `a result is the same bit for bit whatever the batch and the number of workers`(
        _ kernels: ConvolutionKernels
    ) throws {
        let network = try GoldenNetwork.network(Self.small, kernels: kernels)
        let images = try GoldenNetwork.images(7, height: 96, width: 80)
        let reference = try network.logits(images, workers: 1)
        for workers in [2, 3, 16] {
            #expect(try network.logits(images, workers: workers) == reference)
        }
        for index in 0..<images.count {
            let first = index * images.elementsPerImage
            let alone = try #require(
                ImageBatch(
                    count: 1, channels: 3, height: 96, width: 80,
                    values: Array(images.values[first..<first + images.elementsPerImage])))
            #expect(try network.logits(alone, workers: 2).values == Array(reference[index]))
        }
        #expect(
            Set(reference.values).count == reference.values.count,
            "different images must differ for this to mean anything")
    }

    @Test(arguments: ConvolutionKernels.available(for: .f32))
    func `a full ResNet-50 gives the same bits with one worker and with two`(_ kernels: ConvolutionKernels) throws {
        let network = try GoldenNetwork.network(.resNet50(classes: 2), kernels: kernels)
        let images = try GoldenNetwork.images(3, height: 224, width: 224)
        #expect(try network.logits(images, workers: 1) == network.logits(images, workers: 2))
    }

    @Test func `an empty batch gives no rows`() throws {
        let network = try GoldenNetwork.network(Self.small)
        #expect(try network.logits(GoldenNetwork.images(0, height: 32, width: 32), workers: 2).rows == 0)
    }

    @Test(arguments: ConvolutionKernels.available(for: .f32))
    func `an image of one pixel passes through`(_ kernels: ConvolutionKernels) throws {
        let network = try GoldenNetwork.network(Self.small, kernels: kernels)
        let logits = try network.logits(GoldenNetwork.images(1, height: 1, width: 1), workers: 1)
        #expect(logits.values.count == 3 && logits.values.allSatisfy(\.isFinite))
    }

    /// OpenBLAS's path is checked against PyTorch; the others against it, where there are no golden numbers.
    @Test(arguments: ConvolutionKernels.available(for: .f32), [(112, 112), (300, 300), (33, 97), (448, 31)])
    func `the kernels agree with OpenBLAS at other sizes of image`(
        _ kernels: ConvolutionKernels, _ size: (Int, Int)
    ) throws {
        let architectures = [
            Self.small, ResidualArchitecture(block: .basic, blocksPerStage: [1, 1], baseWidth: 24, classes: 1000),
            ResidualArchitecture(block: .basic, blocksPerStage: [1], baseWidth: 16, stem: .cifar, classes: 4),
        ]
        for architecture in architectures {
            let images = try GoldenNetwork.images(3, height: size.0, width: size.1)
            let found = try GoldenNetwork.network(architecture, kernels: kernels).logits(images, workers: 2)
            let expected = try GoldenNetwork.network(architecture, kernels: .openBLAS).logits(images, workers: 2)
            let largest = expected.values.map(abs).max() ?? 0
            let error = zip(found.values, expected.values).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 }
            #expect(error <= 1e-4 * largest)
        }
    }

    @Test func `images with the wrong number of channels are refused`() throws {
        let network = try GoldenNetwork.network(Self.small)
        let grey = try #require(ImageBatch(count: 1, channels: 1, height: 2, width: 2, values: [0, 0, 0, 0]))
        #expect(throws: InferenceError.channelCount(found: 1, expected: 3)) { try network.logits(grey, workers: 1) }
    }

    @Test func `missing, extra and misshapen tensors are named all at once`() throws {
        var tensors: [NamedTensor] = []
        for (name, shape) in Self.small.tensors where name != "bn1.bias" && name != "layer2.0.conv1.weight" {
            let shape = name == "fc.bias" ? TensorShape([4]) : shape
            let values = [Float](repeating: 1, count: shape.elementCount ?? 0)
            tensors.append(try NamedTensor(name: name, shape: shape, values: values))
        }
        tensors.append(try NamedTensor(name: "head.weight", shape: [1], values: [1]))
        tensors.append(try NamedTensor(name: "bn1.num_batches_tracked", shape: [], values: [1]))
        let collection = TensorDictionary(origin: "made", tensors)
        let error = #expect(throws: WeightsError.self) {
            try ResidualNetwork(architecture: Self.small, weights: collection)
        }
        #expect(error?.code == .architectureMismatch)
        let text = error?.description ?? ""
        for name in ["bn1.bias", "layer2.0.conv1.weight", "head.weight", "fc.bias is [4] instead of [3]"] {
            #expect(text.contains(name))
        }
        #expect(!text.contains("num_batches_tracked"))
    }

    @Test(arguments: ["conv1.weight", "layer1.0.bn2.running_mean", "layer4.0.downsample.1.running_var", "fc.bias"])
    func `a NaN or an infinity in the weights is refused by the tensor's name`(_ name: String) throws {
        for bad in [Float.nan, .infinity, -.infinity] {
            var tensors = try GoldenNetwork.tensors(Self.small)
            let tensor = try #require(tensors[name])
            var values = tensor.values
            values[values.count - 1] = bad
            tensors[name] = try NamedTensor(name: name, shape: tensor.shape, values: values)
            let error = #expect(throws: WeightsError.self) {
                try ResidualNetwork(architecture: Self.small, weights: tensors)
            }
            #expect(error?.code == .unusableValue)
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test func `a variance below zero is refused`() throws {
        var tensors = try GoldenNetwork.tensors(Self.small)
        tensors["bn1.running_var"] = try NamedTensor(
            name: "bn1.running_var", shape: [8], values: [1, 1, 1, -0.5, 1, 1, 1, 1])
        #expect(throws: WeightsError.self) { try ResidualNetwork(architecture: Self.small, weights: tensors) }
    }

    @Test func `probabilities are the softmax of the logits and sum to one`() throws {
        let network = try GoldenNetwork.network(Self.small)
        let images = try GoldenNetwork.images(2, height: 64, width: 64)
        let logits = try network.logits(images, workers: 1)
        let probabilities = try network.probabilities(images, activation: .softmax, workers: 1)
        for (index, row) in probabilities.enumerated() {
            #expect(abs(row.reduce(0, +) - 1) < 1e-12)
            let difference = Double(logits.values[index * 3]) - Double(logits.values[index * 3 + 1])
            #expect(abs(row[0] / row[1] / Double.exp(difference) - 1) < 1e-12)
        }
    }
}

extension Double {
    fileprivate static func exp(_ x: Double) -> Double {
        // The series, so that the test does not lean on the function under test.
        var (term, sum) = (1.0, 1.0)
        for n in 1..<60 {
            term *= x / Double(n)
            sum += term
        }
        return sum
    }
}
