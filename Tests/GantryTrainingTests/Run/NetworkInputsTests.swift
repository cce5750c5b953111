import GantryCore
import GantryGround
import GantryInference
import GantryTensors
import GantryTestSupport
import GantryTraining
import Synchronization
import Testing

/// What the trained part of a network reads.
@Suite struct NetworkInputsTests {
    private static let architecture = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 4, stem: .cifar, classes: 2)
    private static let side = 8

    /// Made images; it counts how often each is asked for.
    private final class CountedInputs: TrainingInputs {
        let images = MadeInputs(labels: [0, 1, 0, 1], count: 3 * side * side)
        let asked = Mutex<[Int]>([])

        func write(_ index: Int, epoch: Int?, into input: UnsafeMutableBufferPointer<Float>) throws(FileFailure) {
            asked.withLock { $0.append(index) }
            try images.write(index, epoch: epoch, into: input)
        }
    }

    private struct FailingInputs: TrainingInputs {
        func write(_ index: Int, epoch: Int?, into input: UnsafeMutableBufferPointer<Float>) throws(FileFailure) {
            if index >= 1 { throw FileFailure(path: "image \(index)", status: 5) }
        }
    }

    private func beginning() throws -> FrozenBeginning {
        try FrozenBeginning(
            architecture: Self.architecture, weights: try Initialisation.he(Self.architecture, seed: 4),
            freeze: .layer1)
    }

    private func inputs(
        _ images: any TrainingInputs, isAugmented: Bool, frozen: Bool, cached: SampleFile? = nil
    ) throws -> NetworkInputs {
        let beginning = frozen ? try beginning() : nil
        let count = beginning?.outputShape(height: Self.side, width: Self.side).elementCount ?? 0
        return NetworkInputs(
            images, channels: 3, side: Self.side, beginning: beginning, outputCount: count, cache: cached,
            isAugmented: isAugmented, workers: 2)
    }

    @Test func `without a beginning they are the images, in the order that is asked for`() throws {
        let images = CountedInputs()
        let inputs = try inputs(images, isAugmented: true, frozen: false)
        let found = try inputs.inputs(of: [2, 0], epoch: 1)
        var expected = [Float](repeating: 0, count: 2 * images.images.count)
        try expected.withUnsafeMutableBufferPointer { all in
            try images.images.write(2, epoch: 1, into: UnsafeMutableBufferPointer(rebasing: all.prefix(all.count / 2)))
            try images.images.write(0, epoch: 1, into: UnsafeMutableBufferPointer(rebasing: all.suffix(all.count / 2)))
        }
        #expect(found == expected)
        #expect(try inputs.inputs(of: [2, 0], epoch: nil) != found, "validation sees them unchanged")
    }

    @Test func `inputs of half the side are means of four pixels`() throws {
        let images = MadeInputs(labels: [0, 1], count: 3 * 4 * 6 * 6)
        let inputs = NetworkInputs(
            images, channels: 3, side: 6, beginning: nil, outputCount: 108, cache: nil, isAugmented: true,
            isHalved: true, workers: 2)
        let found = try inputs.inputs(of: [1, 0], epoch: 2)
        var whole = [Float](repeating: 0, count: images.count)
        for (place, index) in [1, 0].enumerated() {
            try whole.withUnsafeMutableBufferPointer { all throws(FileFailure) in
                try images.write(index, epoch: 2, into: all)
            }
            for channel in 0..<3 {
                for (row, column) in [(0, 0), (0, 5), (3, 2), (5, 5)] {
                    let four = [(0, 0), (0, 1), (1, 0), (1, 1)].map { down, right in
                        Double(whole[channel * 144 + (2 * row + down) * 12 + 2 * column + right])
                    }
                    let own = Double(found[place * 108 + channel * 36 + row * 6 + column])
                    #expect(abs(own - four.reduce(0, +) / 4) < 1e-6)
                }
            }
        }
    }

    @Test func `a frozen beginning computes an image that does not change once`() throws {
        let folder = try TemporaryFolder()
        let (images, cache) = (CountedInputs(), try SampleFile(in: folder.path))
        let inputs = try inputs(images, isAugmented: false, frozen: true, cached: cache)
        let first = try inputs.inputs(of: [1, 3, 1], epoch: 1)
        let again = try inputs.inputs(of: [3, 0, 1], epoch: 2)
        #expect(images.asked.withLock { $0.sorted() } == [0, 1, 3])
        let size = first.count / 3
        #expect(first.prefix(size) == first.suffix(size) && first.prefix(size) == again.suffix(size))
        #expect(cache.byteCount == 3 * size * 4)
        // What is kept is what is computed.
        let plain = try self.inputs(CountedInputs(), isAugmented: false, frozen: true)
        #expect(try plain.inputs(of: [3, 0, 1], epoch: 2) == again)
    }

    @Test func `with augmentation it is computed in each epoch, but for validation`() throws {
        let folder = try TemporaryFolder()
        let images = CountedInputs()
        let inputs = try inputs(
            images, isAugmented: true, frozen: true, cached: try SampleFile(in: folder.path))
        let one = try inputs.inputs(of: [0], epoch: 1)
        #expect(try inputs.inputs(of: [0], epoch: 1) == one)
        #expect(try inputs.inputs(of: [0], epoch: 2) != one)
        #expect(images.asked.withLock { $0.count } == 3)
        let still = try inputs.inputs(of: [0], epoch: nil)
        #expect(try inputs.inputs(of: [0], epoch: nil) == still)
        #expect(images.asked.withLock { $0.count } == 4)
    }

    @Test func `the first image that cannot be read is named`() throws {
        let inputs = try inputs(FailingInputs(), isAugmented: false, frozen: false)
        let failure = #expect(throws: FileFailure.self) { try inputs.inputs(of: [0, 2, 1], epoch: 1) }
        #expect(failure?.path == "image 2")
    }
}
