import Foundation
import GantryCore
import GantryImages
import GantryInference
import GantryTestSupport
import GantryTraining
import Testing

/// Thirty steps on CIFAR's pictures against PyTorch's (`Golden/make_curve_golden.py`).
@Suite struct LossCurveTests {
    /// The losses of each step.
    private struct Golden: Decodable {
        let losses: [Double]
    }

    private static let batch = 64
    private static let architecture = ResidualArchitecture(
        block: .basic, blocksPerStage: [2, 2, 2, 2], baseWidth: 16, stem: .cifar, classes: 10)

    // Under a sanitizer it takes minutes, and its threads are those of TrainedStepsTests.
    @Test(.enabled(if: !isSanitized)) func `thirty steps on CIFAR lower the loss as PyTorch's do`() throws {
        try SharedImages.use("cifar10-3000.tar") { archive in
            let golden = try Self.golden()
            let losses = try Self.losses(steps: golden.losses.count, archive: archive)
            let apart = zip(losses, golden.losses).map { abs($0 - $1) }
            let report = "\(losses.map { ($0 * 1e4).rounded() / 1e4 }), apart \(apart.max() ?? .nan)"
            // Rounding grows from step to step: PyTorch's own Float32 is up to 0.018 apart, and
            // 0.0004 in the first five.
            #expect(apart.prefix(5).allSatisfy { $0 < 0.002 }, "\(report)")
            #expect(apart.allSatisfy { $0 < 0.05 }, "\(report)")
            #expect(Self.mean(apart) < 0.015, "\(report)")
            #expect(Self.mean(losses.suffix(5)) < Self.mean(losses.prefix(5)) - 0.15, "\(report)")
        }
    }

    private static func mean(_ values: some Collection<Double>) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    private static func golden() throws -> Golden {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Golden/curve-cifar.json").standardizedFileURL
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
    }

    /// The losses of the first steps, each before its own change of the weights.
    private static func losses(steps: Int, archive: String) throws -> [Double] {
        let (inputs, labels) = try pictures(steps * batch, archive: archive)
        let network = try TrainableNetwork(
            architecture: architecture, weights: MadeNetwork.tensors(architecture), freeze: .none, batchNorm: .live,
            height: 32, width: 32, workers: 2)
        var optimizer = Optimizer(kind: .sgd, weightDecay: 1e-4)
        return try (0..<steps).map { step in
            let part = step * batch..<(step + 1) * batch
            let outcome = try inputs.withUnsafeBufferPointer { all in
                try network.learn(
                    UnsafeBufferPointer(
                        rebasing: all[part.lowerBound * network.inputCount..<part.upperBound * network.inputCount]),
                    labels: Array(labels[part]), loss: CrossEntropyLoss())
            }
            #expect(network.apply(&optimizer, learningRate: 0.02, clipNorm: nil) == nil)
            return outcome.loss
        }
    }

    /// The first `count` pictures of the training side, a class after the other, as `gantry train` prepares them.
    private static func pictures(_ count: Int, archive: String) throws -> (inputs: [Float], labels: [Int]) {
        let folder = try TemporaryFolder()
        let tar = Process()
        tar.executableURL = URL(filePath: "/bin/tar")
        tar.arguments = ["-xf", archive, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        let listing = try ImageFolder.list(folder.path)
        let classes = listing.classes.indices.map { index in
            listing.images.filter { $0.side == .train && $0.classIndex == index }.map(\.path)
        }
        try #require(classes.count == 10 && classes.allSatisfy { $0.count * 10 >= count })
        let paths = (0..<count).map { classes[$0 % 10][$0 / 10] }
        let preparation = try PicturePreparation(ImagePreparation(inputSize: 32))
        var inputs: [Float] = []
        try ImageReader(executable: builtExecutable()).read(root: folder.path, paths: paths) { _, outcome in
            guard let picture = try? outcome.get() else { return .stop }
            inputs += preparation.tensor(preparation.resized(picture))
            return .proceed
        }
        try #require(inputs.count == count * 3 * 32 * 32)
        return (inputs, (0..<count).map { $0 % 10 })
    }
}
