import GantryCore
import GantryGround
import GantryInference
import Synchronization

/// What the trained part of a network reads: the images themselves, or what a frozen beginning makes of them, computed
/// once and kept where an image is always the same.
package final class NetworkInputs {
    private let images: any TrainingInputs
    private let imageCount: Int
    private let channels: Int
    private let side: Int
    private let beginning: FrozenBeginning?
    private let outputCount: Int
    /// The beginning's outputs by image; nil where they are computed each time.
    private let cache: SampleFile?
    private var places: [Int: SampleFile.Place] = [:]
    private let workers: Int
    /// Whether images are changed in training.
    private let isAugmented: Bool
    /// Whether the images have twice the side.
    private let isHalved: Bool

    /// Inputs of `side` x `side` pixels, made of images of that size, or, where they are `isHalved`, of twice the side:
    /// each pixel the mean of four. With a `beginning`, `outputCount` floats an image go into the network, and
    /// `cache` keeps those of images that do not change.
    package init(
        _ images: any TrainingInputs, channels: Int, side: Int, beginning: FrozenBeginning?, outputCount: Int,
        cache: SampleFile?, isAugmented: Bool, isHalved: Bool = false, workers: Int
    ) {
        self.images = images
        self.channels = channels
        self.side = side
        imageCount = channels * side * side
        self.beginning = beginning
        self.outputCount = outputCount
        self.cache = cache
        self.isAugmented = isAugmented
        self.isHalved = isHalved
        self.workers = workers
    }

    /// The inputs of these images, one after the other, as they are met in `epoch`; unchanged where that is nil.
    ///
    /// **Throws** `FileFailure` where the disk fails, what the scoring engine throws.
    package func inputs(of indices: [Int], epoch: Int?) throws -> [Float] {
        let epoch = isAugmented ? epoch : nil
        guard let beginning else { return try pixels(of: indices, epoch: epoch) }
        guard let cache, epoch == nil else { return try outputs(beginning, of: indices, epoch: epoch) }
        let new = Array(Set(indices.filter { places[$0] == nil })).sorted()
        if !new.isEmpty {
            let outputs = try outputs(beginning, of: new, epoch: nil)
            for (row, index) in new.enumerated() {
                let floats = row * outputCount..<(row + 1) * outputCount
                places[index] = try outputs.withUnsafeBufferPointer { all throws(FileFailure) in
                    try cache.append(UnsafeBufferPointer(rebasing: all[floats]))
                }
            }
        }
        let wanted = indices.compactMap { places[$0] }
        return try filled(wanted.count, outputCount) { row, target throws(FileFailure) in
            try cache.read(wanted[row], into: target)
        }
    }

    private func outputs(_ beginning: FrozenBeginning, of indices: [Int], epoch: Int?) throws -> [Float] {
        let values = try pixels(of: indices, epoch: epoch)
        guard
            let batch = ImageBatch(
                count: indices.count, channels: channels, height: side, width: side, values: values)
        else { return [] }
        return try beginning.outputs(of: batch, workers: workers).values
    }

    private func pixels(of indices: [Int], epoch: Int?) throws(FileFailure) -> [Float] {
        let (images, channels, side, count) = (images, channels, side, imageCount)
        guard isHalved else {
            return try filled(indices.count, count) { row, target throws(FileFailure) in
                try images.write(indices[row], epoch: epoch, into: target)
            }
        }
        return try filled(indices.count, count) { row, target throws(FileFailure) in
            var whole = [Float](repeating: 0, count: 4 * count)
            try whole.withUnsafeMutableBufferPointer { all throws(FileFailure) in
                try images.write(indices[row], epoch: epoch, into: all)
            }
            Self.halve(whole, channels: channels, into: target, side: side)
        }
    }

    /// Each pixel of `target`, `[channels, side, side]`, the mean of the four of `whole` that it covers.
    private static func halve(
        _ whole: [Float], channels: Int, into target: UnsafeMutableBufferPointer<Float>, side: Int
    ) {
        for row in 0..<channels * side {
            let upper = 4 * row * side
            let lower = upper + 2 * side
            for column in 0..<side {
                let left = 2 * column
                let sum =
                    (whole[upper + left] + whole[upper + left + 1]) + (whole[lower + left] + whole[lower + left + 1])
                target[row * side + column] = sum / 4
            }
        }
    }

    /// `count` rows of `size` floats, filled by all workers. **Throws** the failure of the first row that fails.
    private func filled(
        _ count: Int, _ size: Int,
        _ fill: @Sendable (Int, UnsafeMutableBufferPointer<Float>) throws(FileFailure) -> Void
    ) throws(FileFailure) -> [Float] {
        let failures = Mutex<[Int: FileFailure]>([:])
        let values = [Float](unsafeUninitializedCapacity: count * size) { all, initialised in
            all.initialize(repeating: 0)
            // Shared by the workers: each row is written by the one worker that took it.
            nonisolated(unsafe) let shared = all
            WorkerThreads.forEach(count: count, workers: workers) {
            } body: { _, row in
                do throws(FileFailure) {
                    try fill(row, UnsafeMutableBufferPointer(rebasing: shared[row * size..<(row + 1) * size]))
                } catch {
                    failures.withLock { $0[row] = error }
                }
            }
            initialised = count * size
        }
        if let failure = failures.withLock({ $0.min { $0.key < $1.key }?.value }) { throw failure }
        return values
    }
}
