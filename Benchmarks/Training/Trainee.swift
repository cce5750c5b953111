import Foundation
import GantryCore
import GantryGround
import GantryInference
import GantryTensors
import GantryTraining

/// A network that learns from pictures of random numbers, two classes in turn. Speed does not depend on either.
final class Trainee {
    /// Why an epoch says nothing of speed.
    struct Failure: Error {
        let sentence: String
    }

    private let network: TrainableNetwork
    private let beginning: FrozenBeginning?
    private let pictures: RandomPictures
    private let side: Int
    private let batch: Int
    private let images: Int
    private let workers: Int
    private var optimizer = Optimizer(kind: .sgd, weightDecay: 1e-4)
    private var inputs: NetworkInputs

    init(
        _ architecture: ResidualArchitecture, side: Int, batch: Int, images: Int, freeze: FreezePoint,
        precision: Precision, workers: Int
    ) throws {
        let weights = try Initialisation.he(architecture, seed: 1)
        network = try TrainableNetwork(
            architecture: architecture, weights: weights, freeze: freeze, batchNorm: .live, height: side, width: side,
            workers: workers, precision: precision)
        beginning =
            freeze == .none
            ? nil : try FrozenBeginning(architecture: architecture, weights: weights, freeze: freeze)
        pictures = RandomPictures(count: batch, side: side)
        self.side = side
        self.batch = batch
        self.images = images
        self.workers = workers
        inputs = try Self.inputs(pictures, side, beginning, network, workers)
    }

    private static func inputs(
        _ pictures: RandomPictures, _ side: Int, _ beginning: FrozenBeginning?, _ network: TrainableNetwork,
        _ workers: Int
    ) throws -> NetworkInputs {
        let cache = try beginning.map { _ in try SampleFile(in: FileManager.default.temporaryDirectory.path) }
        return NetworkInputs(
            pictures, channels: 3, side: side, beginning: beginning, outputCount: network.inputCount, cache: cache,
            isAugmented: false, workers: workers)
    }

    /// The next epoch is a first one.
    func forgetInputs() throws {
        inputs = try Self.inputs(pictures, side, beginning, network, workers)
    }

    /// Steps over all pictures; returns how many they were.
    func epoch() throws -> Int {
        for first in stride(from: 0, to: images, by: batch) {
            let indices = Array(first..<min(first + batch, images))
            let values = try inputs.inputs(of: indices, epoch: 1)
            let outcome = try values.withUnsafeBufferPointer { values in
                try network.learn(values, labels: indices.map { $0 % 2 }, loss: CrossEntropyLoss())
            }
            // Numbers that are not finite are computed at another speed.
            guard outcome.loss.isFinite, network.apply(&optimizer, learningRate: 1e-4, clipNorm: nil) == nil else {
                throw Failure(sentence: "the loss is no longer finite")
            }
        }
        return images
    }
}

/// Pictures of uniform random numbers in (-2, 2); a few, which come again and again.
private struct RandomPictures: TrainingInputs {
    let size: Int
    let values: [Float]

    init(count: Int, side: Int) {
        size = 3 * side * side
        values = SeededNumbers(seed: 2, name: "input").values(count * 3 * side * side, scale: 2)
    }

    func write(_ index: Int, epoch: Int?, into input: UnsafeMutableBufferPointer<Float>) throws(FileFailure) {
        let start = index * size % values.count
        values.withUnsafeBufferPointer { all in
            for offset in 0..<size { input[offset] = all[start + offset] }
        }
    }
}
