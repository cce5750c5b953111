import GantryCore
import GantryInference
import GantryTensors
import GantryTraining
import Testing

/// The register tiles that train, in networks wide enough for them, beside OpenBLAS.
@Suite struct KernelPathTests {
    private static let basic = ResidualArchitecture(
        block: .basic, blocksPerStage: [2, 1, 1], baseWidth: 32, classes: 3)
    private static let bottleneck = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 32, classes: 3)
    private static let keras = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 32, stridePosition: .firstConvolution,
        hasConvolutionBias: true, batchNormEpsilon: 1.001e-5, classes: 3)
    private static let cifar = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1], baseWidth: 64, stem: .cifar, inputChannels: 1, classes: 3)
    /// Layers of more than 256 channels: Winograd's algorithm is not taken, weights' gradients are cut into blocks.
    private static let large = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 160, innerWidth: 288, classes: 2)

    struct Subject: Sendable, CustomTestStringConvertible {
        let name: String
        let architecture: ResidualArchitecture
        let (height, width, images): (Int, Int, Int)
        var batchNorm = BatchNormMode.live
        var testDescription: String { name }

        init(
            _ name: String, _ architecture: ResidualArchitecture, _ height: Int, _ width: Int, _ images: Int,
            _ batchNorm: BatchNormMode = .live
        ) {
            (self.name, self.architecture, self.height, self.width) = (name, architecture, height, width)
            (self.images, self.batchNorm) = (images, batchNorm)
        }
    }

    static let subjects = [
        Subject("basic", basic, 75, 61, 3), Subject("basic, whole tiles", basic, 64, 64, 5),
        Subject("basic, stored statistics", basic, 33, 70, 2, .frozen), Subject("bottleneck", bottleneck, 61, 47, 4),
        Subject("bottleneck, small", bottleneck, 9, 12, 7), Subject("stride first, biases", keras, 58, 63, 3),
        Subject("one channel", cifar, 27, 30, 3), Subject("large", large, 30, 41, 2),
        Subject("several pieces an image", basic, 224, 212, 1),
    ]

    private func gradients(
        _ subject: Subject, _ kernels: ConvolutionKernels, workers: Int, precision: Precision = .f32
    ) throws -> (Double, [NamedTensor], [Float]) {
        let network = try TrainableNetwork(
            architecture: subject.architecture, weights: try MadeNetwork.tensors(subject.architecture), freeze: .none,
            batchNorm: subject.batchNorm, height: subject.height, width: subject.width, workers: workers,
            precision: precision, needsInputGradient: precision == .f32, kernels: kernels)
        #expect(network.arithmetic == precision)
        let inputs = SeededNumbers(seed: 4, name: subject.name).values(subject.images * network.inputCount, scale: 2)
        let labels = (0..<subject.images).map { $0 % subject.architecture.classes }
        let outcome = try inputs.withUnsafeBufferPointer {
            try network.learn($0, labels: labels, loss: CrossEntropyLoss())
        }
        return (outcome.loss, network.gradients, network.gradientToInputs(images: subject.images))
    }

    @Test(arguments: subjects, ConvolutionKernels.available(for: .f32).filter { $0 != .openBLAS })
    func `tiles give OpenBLAS's gradients but for rounding, the same bytes for any number of workers`(
        _ subject: Subject, _ kernels: ConvolutionKernels
    ) throws {
        let expected = try gradients(subject, .openBLAS, workers: 2)
        let found = try gradients(subject, kernels, workers: 2)
        #expect(abs(found.0 - expected.0) < 1e-5 * expected.0)
        let largest = expected.1.flatMap(\.values).map(abs).max() ?? 0
        for (tensor, other) in zip(found.1, expected.1) {
            let scale = max(other.values.map(abs).max() ?? 0, largest / 100)
            let error = zip(tensor.values, other.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error <= 1e-4 * scale, "\(tensor.name): \(error / scale)")
        }
        let scale = expected.2.map(abs).max() ?? 0
        #expect(zip(found.2, expected.2).allSatisfy { abs($0 - $1) <= 1e-4 * scale })
        for workers in [1, 3] {
            let other = try gradients(subject, kernels, workers: workers)
            #expect(other.0 == found.0 && other.1 == found.1 && other.2 == found.2, "\(workers) workers")
        }
    }

    @Test(arguments: subjects, ConvolutionKernels.available(for: .bf16))
    func `gradients of bf16 point where those of f32 do, the same bytes for any number of workers`(
        _ subject: Subject, _ kernels: ConvolutionKernels
    ) throws {
        let expected = try gradients(subject, kernels, workers: 2)
        let found = try gradients(subject, kernels, workers: 2, precision: .bf16)
        #expect(abs(found.0 - expected.0) < 0.03 * expected.0)
        // Rounding to eight bits turns some ReLUs, and what stands before them with them: angles, not numbers.
        var (product, own, other) = (0.0, 0.0, 0.0)
        for (tensor, exact) in zip(found.1, expected.1) {
            for (value, number) in zip(tensor.values, exact.values) {
                product += Double(value) * Double(number)
                own += Double(value) * Double(value)
                other += Double(number) * Double(number)
            }
        }
        #expect(product / (own * other).squareRoot() > 0.98)
        #expect(abs((own / other).squareRoot() - 1) < 0.05)
        for workers in [1, 3] {
            let again = try gradients(subject, kernels, workers: workers, precision: .bf16)
            #expect(again.0 == found.0 && again.1 == found.1, "\(workers) workers")
        }
    }

    @Test(arguments: ConvolutionKernels.available(for: .bf16))
    func `what does not fill the tiles of bfloat16 is trained in f32`(_ kernels: ConvolutionKernels) throws {
        func arithmetic(
            _ architecture: ResidualArchitecture, _ kernels: ConvolutionKernels, _ freeze: FreezePoint = .none
        ) throws -> Precision {
            try TrainableNetwork.arithmetic(
                for: .bf16, architecture: architecture, freeze: freeze, kernels: kernels)
        }
        #expect(try arithmetic(Self.basic, kernels) == .bf16)
        #expect(try arithmetic(Self.basic, .avx2) == .f32)
        #expect(try arithmetic(Self.basic, kernels, .backbone) == .f32)
        var narrow = Self.basic
        narrow.baseWidth = 16
        #expect(try arithmetic(narrow, kernels) == .f32)
        // Its first stage and stem alone are too narrow.
        #expect(try arithmetic(narrow, kernels, .layer2) == .bf16)
        let groups = ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1], baseWidth: 32, innerWidth: 64, groups: 2, classes: 2)
        #expect(try arithmetic(groups, kernels) == .f32)
    }

    /// A batch that is a little smaller may be cut into larger pieces: the last of an epoch, or of a validation.
    @Test(arguments: ConvolutionKernels.available.filter { $0 != .avx512VNNI })
    func `a smaller batch after a larger one has all the memory that it needs`(_ kernels: ConvolutionKernels) throws {
        let precision: Precision = kernels == .avx512BF16 ? .bf16 : .f32
        for architecture in [Self.basic, Self.bottleneck] {
            func network() throws -> TrainableNetwork {
                try TrainableNetwork(
                    architecture: architecture, weights: try MadeNetwork.tensors(architecture), freeze: .none,
                    batchNorm: .frozen, height: 48, width: 48, workers: 2, precision: precision,
                    needsInputGradient: false, kernels: kernels)
            }
            let first = try network()
            let all = SeededNumbers(seed: 6, name: "batches").values(32 * first.inputCount, scale: 2)
            // What a network that has met a larger batch comes to is what a new one does.
            for count in [32, 29, 25, 21, 17, 13, 9, 5, 2] {
                func learn(_ network: TrainableNetwork) throws -> (Double, [NamedTensor]) {
                    let outcome = try all.withUnsafeBufferPointer { all in
                        try network.learn(
                            UnsafeBufferPointer(rebasing: all[..<(count * network.inputCount)]),
                            labels: (0..<count).map { $0 % 3 }, loss: CrossEntropyLoss())
                    }
                    return (outcome.loss, network.gradients)
                }
                let (found, expected) = (try learn(first), try learn(network()))
                #expect(found.0 == expected.0 && found.1 == expected.1, "\(count) images")
            }
        }
    }
}
