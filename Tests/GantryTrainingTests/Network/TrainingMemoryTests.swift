import GantryCore
import Testing

import GantryTraining

@Suite struct TrainingMemoryTests {
    /// The most that a process had resident that made such steps, megabytes (`Benchmarks/NOTES.md`, 14 and 17).
    @Test(arguments: [
        (PublishedNetwork.resNet50, Precision.f32, 224, 16, 1617.0), (.resNet18, .f32, 224, 16, 542),
        (.resNet50, .f32, 112, 32, 987), (.resNet50, .bf16, 224, 16, 976), (.resNet18, .bf16, 224, 16, 374),
    ])
    func `the estimate is what was measured, within a fifth`(
        published: PublishedNetwork, arithmetic: Precision, side: Int, batch: Int, megabytes: Double
    ) throws {
        let memory = try TrainingMemory(
            published.architecture(classes: 2), freeze: .none, optimizer: .sgd, arithmetic: arithmetic, height: side,
            width: side)
        let ratio = Double(memory.bytes(batch: batch)) / (megabytes * 1e6)
        #expect((0.85...1.2).contains(ratio), "\(memory.bytes(batch: batch))")
    }

    @Test func `what is frozen takes no maps`() throws {
        func bytes(_ freeze: FreezePoint) throws -> Int {
            try TrainingMemory(
                PublishedNetwork.resNet50.architecture(classes: 2), freeze: freeze, optimizer: .adam, height: 224,
                width: 224
            ).bytes(batch: 16)
        }
        let all = try FreezePoint.allCases.filter { $0 != .layer4 }.map(bytes)
        #expect(all == all.sorted(by: >), "\(all)")
        #expect(try bytes(.backbone) < bytes(.none) / 20)
    }

    @Test func `a batch that fits is the largest that does`() throws {
        let memory = try TrainingMemory(
            PublishedNetwork.resNet18.architecture(classes: 2), freeze: .none, optimizer: .adam, height: 32, width: 32)
        let most = memory.bytes(batch: 7)
        #expect(memory.largestBatch(within: most) == 7)
        #expect(memory.largestBatch(within: most - 1) == 6)
        #expect(memory.largestBatch(within: memory.fixedBytes) == nil)
        #expect(
            memory.fixedBytes
                > (try TrainingMemory(
                    PublishedNetwork.resNet18.architecture(classes: 2), freeze: .none, optimizer: .sgd, height: 32,
                    width: 32
                ).fixedBytes))
    }
}
