import Foundation
import GantryCore
import GantryInference
import GantryTensors
import GantryTraining
import Testing

/// Three steps of training against PyTorch's in Float64 (`Golden/make_training_golden.py`).
@Suite struct TrainedStepsTests {
    /// A run of the script.
    struct Run: Sendable, CustomTestStringConvertible {
        let name: String
        let architecture: ResidualArchitecture
        var optimizer: TrainingScheduleRecipe.OptimizerKind = .sgd
        var clipNorm: Double?
        var loss = CrossEntropyLoss()
        var freeze = FreezePoint.none
        var batchNorm = BatchNormMode.live
        var precision = Precision.f32

        var testDescription: String { name }
    }

    static let images = 4
    static let (height, width) = (48, 41)

    private static let keras = ResidualArchitecture(
        block: .bottleneck, blocksPerStage: [2, 2, 1, 1], baseWidth: 8, stridePosition: .firstConvolution,
        hasConvolutionBias: true, batchNormEpsilon: 1.001e-5, classes: 3)
    static let small = ResidualArchitecture(block: .basic, blocksPerStage: [1, 1, 1, 1], baseWidth: 8, classes: 3)

    static let runs = [
        Run(
            name: "resnet18",
            architecture: ResidualArchitecture(block: .basic, blocksPerStage: [2, 2, 2, 2], baseWidth: 8, classes: 3)),
        Run(
            name: "resnet50",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [3, 4, 6, 3], baseWidth: 8, classes: 3)),
        Run(name: "keras-v1", architecture: keras),
        Run(
            name: "resnext",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 2, 1, 1], baseWidth: 8, innerWidth: 16, groups: 4, classes: 3)),
        Run(
            name: "wide",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 2, 1, 1], baseWidth: 8, innerWidth: 16, classes: 3)),
        Run(
            name: "cifar",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 2, 1], baseWidth: 8, stem: .cifar, classes: 3)),
        Run(name: "adam", architecture: small, optimizer: .adam),
        Run(name: "adamw", architecture: small, optimizer: .adamw),
        Run(name: "clip", architecture: small, clipNorm: 0.5),
        Run(
            name: "smoothing", architecture: small,
            loss: CrossEntropyLoss(labelSmoothing: 0.1, classWeights: [0.5, 1, 2])),
        Run(name: "frozen-layer2", architecture: small, freeze: .layer2),
        Run(name: "frozen-norms", architecture: keras, batchNorm: .frozen),
        Run(
            name: "zeros",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 2, 1], baseWidth: 8, stem: .cifar, shortcut: .zeros, classes: 3)),
        Run(
            name: "shortcut-convolution",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 8, stem: .cifar, shortcut: .convolution,
                hasConvolutionBias: true, classes: 3)),
        Run(
            name: "stem-apart",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1], baseWidth: 8, stemPool: .nothing, hasConvolutionBias: true,
                classes: 3)),
        Run(
            name: "relu-norm",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [2, 1], baseWidth: 8, activationOrder: .activationFirst,
                hasConvolutionBias: true, classes: 3)),
        Run(
            name: "padding-same",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 8, padding: .same, shortcut: .convolution,
                hasConvolutionBias: true, batchNormEpsilon: 1e-3, classes: 3)),
    ]

    @Test(arguments: runs) func `three steps end where PyTorch's do`(_ run: Run) throws {
        let golden = try Self.golden(run)
        let (found, losses) = try Self.train(run, workers: 2)
        let expectedLosses = try golden.values(of: "losses")
        for (loss, expected) in zip(losses, expectedLosses) {
            #expect(abs(loss - Double(expected)) < 1e-5 * Double(expected))
        }
        var worst = (error: Float(0), name: "")
        for (name, shape) in run.architecture.tensors {
            let values = try found.values(of: name)
            let expected = try golden.values(of: name)
            let largest = try #require(try golden.values(of: name + ".largest").first)
            let step = max(1, ((shape.elementCount ?? 0) + 47) / 48) | 1
            let sampled = stride(from: 0, to: values.count, by: step).map { values[$0] }
            try #require(sampled.count == expected.count)
            let error = zip(sampled, expected).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 } / largest
            if !(error <= worst.error) { worst = (error, name) }
        }
        // Float32 against Float64; the bound.
        #expect(worst.error <= 1e-4, "\(worst.name): \(worst.error)")
    }

    /// Wide enough for the tiles of bfloat16.
    static let bfloat16Runs = [
        Run(
            name: "bf16-resnet18",
            architecture: ResidualArchitecture(block: .basic, blocksPerStage: [2, 2, 2, 2], baseWidth: 32, classes: 3),
            precision: .bf16),
        Run(
            name: "bf16-bottleneck",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [2, 2, 2, 1], baseWidth: 32, classes: 3),
            precision: .bf16),
    ]

    /// Where the CPU has no bfloat16, f32 is computed, which is nearer still.
    @Test(arguments: bfloat16Runs) func `three steps in bf16 end about as near as those of autocast`(_ run: Run) throws
    {
        let arithmetic = try TrainableNetwork.arithmetic(
            for: .bf16, architecture: run.architecture, freeze: run.freeze)
        #expect(arithmetic == ConvolutionKernels.preferred.arithmetic(for: .bf16))
        let golden = try Self.golden(run)
        let (found, losses) = try Self.train(run, workers: 2)
        /// The mean square of the differences to Float64, each tensor's in units of its largest number.
        var (own, autocast) = (0.0, 0.0)
        func square(_ values: [Float], _ expected: [Float], _ largest: Float) -> Double {
            zip(values, expected).reduce(0) { $0 + pow(Double(($1.0 - $1.1) / largest), 2) } / Double(values.count)
        }
        for (name, shape) in run.architecture.tensors {
            let expected = try golden.values(of: name)
            let largest = try #require(try golden.values(of: name + ".largest").first)
            let values = try found.values(of: name)
            let step = max(1, ((shape.elementCount ?? 0) + 47) / 48) | 1
            own += square(stride(from: 0, to: values.count, by: step).map { values[$0] }, expected, largest)
            autocast += square(try golden.values(of: name + ".autocast"), expected, largest)
        }
        // The bound.
        #expect(own.squareRoot() <= 1.5 * autocast.squareRoot(), "\(own.squareRoot()), \(autocast.squareRoot())")
        let expectedLosses = try golden.values(of: "losses")
        let theirs = zip(try golden.values(of: "losses.autocast"), expectedLosses).map { Double(abs($0 - $1)) }
        for (loss, expected) in zip(losses, expectedLosses) {
            #expect(abs(loss - Double(expected)) <= 1.5 * (theirs.max() ?? 0))
        }
    }

    private static func golden(_ run: Run) throws -> SafetensorsFile {
        try SafetensorsFile(
            path: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../Golden/training-\(run.name).safetensors").standardizedFileURL.path)
    }

    /// Three steps from the made weights; the tensors then, and the losses.
    static func train(_ run: Run, workers: Int) throws -> (TensorDictionary, [Double]) {
        let weights = try MadeNetwork.tensors(run.architecture)
        let salt = Int(try #require(try golden(run).values(of: "salt").first))
        let network = try TrainableNetwork(
            architecture: run.architecture, weights: weights, freeze: run.freeze, batchNorm: run.batchNorm,
            height: height, width: width, workers: workers, precision: run.precision)
        let beginning =
            run.freeze == .none
            ? nil : try FrozenBeginning(architecture: run.architecture, weights: weights, freeze: run.freeze)
        var optimizer = Optimizer(kind: run.optimizer, weightDecay: run.optimizer == .adamw ? 0.1 : 0.01)
        var losses: [Double] = []
        for step in 0..<3 {
            var inputs = SeededNumbers(seed: MadeNetwork.seed, name: "training \(salt) \(step)").values(
                images * 3 * height * width, scale: 2)
            if let beginning {
                let batch = try #require(
                    ImageBatch(count: images, channels: 3, height: height, width: width, values: inputs))
                inputs = try beginning.outputs(of: batch, workers: workers).values
            }
            let labels = (0..<images).map { (step + $0) % 3 }
            let outcome = try inputs.withUnsafeBufferPointer { inputs in
                try network.learn(inputs, labels: labels, loss: run.loss)
            }
            losses.append(outcome.loss)
            let bad = network.apply(
                &optimizer, learningRate: run.optimizer == .sgd ? 0.02 : 1e-3, clipNorm: run.clipNorm)
            #expect(bad == nil)
        }
        return (network.tensors(), losses)
    }

    @Test(arguments: [
        "resnet18", "resnext", "keras-v1", "cifar", "adamw", "clip", "zeros", "relu-norm", "bf16-resnet18",
    ])
    func `the number of workers changes no bit`(_ name: String) throws {
        let run = try #require((Self.runs + Self.bfloat16Runs).first { $0.name == name })
        let (one, losses) = try Self.train(run, workers: 1)
        for workers in [2, 3, 7] {
            let (other, otherLosses) = try Self.train(run, workers: workers)
            #expect(losses == otherLosses)
            for (name, _) in run.architecture.tensors {
                #expect(try one.values(of: name) == other.values(of: name), "\(name), \(workers) workers")
            }
        }
    }

    @Test func `frozen tensors stay as they were`() throws {
        let run = try #require(Self.runs.first { $0.name == "frozen-layer2" })
        let before = try MadeNetwork.tensors(run.architecture)
        let (after, _) = try Self.train(run, workers: 2)
        for (name, _) in run.architecture.tensors {
            let isFrozen = ["conv1", "bn1", "layer1.", "layer2."].contains { name.hasPrefix($0) }
            #expect((try before.values(of: name) == after.values(of: name)) == isFrozen, "\(name)")
        }
    }
}
