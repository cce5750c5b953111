import Foundation
import GantryCore
import GantryGround
import GantryInference
import GantryTensors
import GantryTraining
import Synchronization
import Testing

/// One image on several workers: the same bits as on one, in any company.
@Suite struct SharedImageTests {
    private static let architectures =
        PrecisionTests.architectures + [
            // A pool of one row, and stages behind the one where images gather.
            ResidualArchitecture(block: .basic, blocksPerStage: [1, 1, 1, 1], baseWidth: 40, classes: 5)
        ]

    struct Case: CustomTestStringConvertible, Sendable {
        let kernels: ConvolutionKernels
        let precision: Precision
        let architecture: ResidualArchitecture
        var testDescription: String { "\(kernels.rawValue) \(precision.rawValue) \(architecture.summary)" }
    }

    private static let cases = Precision.allCases.flatMap { precision in
        ConvolutionKernels.available(for: precision).flatMap { kernels in
            architectures.map { Case(kernels: kernels, precision: precision, architecture: $0) }
        }
    }

    private func network(_ one: Case, _ images: ImageBatch) throws -> ResidualNetwork {
        let weights = try GoldenNetwork.tensors(one.architecture)
        guard one.precision == .int8 else {
            return try ResidualNetwork(
                architecture: one.architecture, weights: weights, precision: one.precision, kernels: one.kernels,
                workers: 3)
        }
        let quantized = try NetworkQuantization(architecture: one.architecture, weights: weights, workers: 2)
            .quantized(on: images)
        return try ResidualNetwork(quantized, kernels: one.kernels, workers: 3)
    }

    private func first(_ count: Int, of images: ImageBatch) throws -> ImageBatch {
        try #require(
            ImageBatch(
                count: count, channels: images.channels, height: images.height, width: images.width,
                values: Array(images.values[..<(count * images.elementsPerImage)])))
    }

    @Test(arguments: cases)
    func `batches of 1 to 9 have the same bits with 1 to 4 workers`(_ one: Case) throws {
        let all = try GoldenNetwork.images(9, height: 46, width: 70)
        let network = try network(one, all)
        let expected = try network.outputs(all, workers: 1)
        let maps = try network.lastMaps(all, workers: 1)
        #expect(Set((0..<9).map { Array(expected.logits[$0]) }).count == 9, "different images must differ")
        for count in 1...9 {
            let images = try first(count, of: all)
            for workers in 1...4 {
                let found = try network.outputs(images, workers: workers)
                for image in 0..<count {
                    #expect(found.logits[image] == expected.logits[image], "\(count), \(workers)")
                    #expect(found.features[image] == expected.features[image], "\(count), \(workers)")
                    #expect(found.early[image] == expected.early[image], "\(count), \(workers)")
                }
            }
        }
        for workers in [2, 4] {
            let image = try first(1, of: all)
            #expect(try network.lastMaps(image, workers: workers)[0] == maps[0])
            #expect(try network.pooledFeatures(image, workers: workers)[0] == expected.features[0])
        }
    }

    @Test func `images of one pixel and of few rows are computed by more workers than they have rows`() throws {
        let network = try GoldenNetwork.network(ResidualNetworkTests.small)
        for size in [(1, 1), (3, 90), (33, 1)] {
            let images = try GoldenNetwork.images(3, height: size.0, width: size.1)
            #expect(try network.logits(images, workers: 9) == network.logits(images, workers: 1))
        }
    }

    @Test func `several calls at once on one network have the same bits`() throws {
        let network = try GoldenNetwork.network(ResidualNetworkTests.small)
        let images = try GoldenNetwork.images(5, height: 64, width: 48)
        let expected = try network.logits(images, workers: 1)
        let found = Mutex<[ScoreMatrix?]>([])
        WorkerThreads.forEach(count: 12, workers: 3) {
        } body: { _, item in
            let logits = try? network.logits(images, workers: 1 + item % 4)
            found.withLock { $0.append(logits) }
        }
        #expect(found.withLock { $0 } == Array(repeating: expected, count: 12))
    }

    /// What scoring threads and the test say to each other.
    private final class Talk: Sendable {
        let isStopped = Atomic<Bool>(false)
        let rows = Mutex<Set<[Float]>>([])
    }

    /// The network is let go while threads of others compute with it still: they end, and its own do.
    @Test func `a network that is given up while it scores finishes what it has begun`() throws {
        let images = try GoldenNetwork.images(1, height: 64, width: 64)
        var network: ResidualNetwork? = try GoldenNetwork.network(ResidualNetworkTests.small)
        let expected = try #require(network).logits(images, workers: 1)
        let talk = Talk()
        let threads = try (0..<2).map { number in
            let own = try #require(network)
            return try JoinableThread(name: "scoring-\(number)") {
                repeat {
                    let found = try? own.logits(images, workers: 3)
                    talk.rows.withLock { _ = $0.insert(found?.values ?? []) }
                } while !talk.isStopped.load(ordering: .relaxed)
            }
        }
        while talk.rows.withLock({ $0.isEmpty }) { sched_yield() }
        network = nil
        talk.isStopped.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        #expect(talk.rows.withLock { $0 } == [expected.values])
    }
}
