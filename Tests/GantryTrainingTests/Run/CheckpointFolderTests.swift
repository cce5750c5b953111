import Foundation
import GantryCore
import GantryGround
import GantryTensors
import GantryTestSupport
import GantryTraining
import Synchronization
import Testing

/// What a run saves.
@Suite struct CheckpointFolderTests {
    private func tensor(_ name: String, _ value: Float) throws -> NamedTensor {
        try NamedTensor(name: name, shape: [2], values: [value, -value])
    }

    private func state(_ step: Int) -> TrainingState {
        var state = TrainingState()
        (state.step, state.epoch, state.batchesDone) = (step, step / 5, step % 5)
        (state.lossSum, state.learningRate) = (1.0 / 3, 0.1)
        state.history = [
            EpochRecord(
                epoch: 1, step: 5, learningRate: 0.1, trainingLoss: 0.7, trainingAccuracy: 0.5, validationLoss: 0.1,
                validationAccuracy: 1, validationAUC: nil, isBest: true, imagesPerSecond: 12.5, seconds: 3)
        ]
        return state
    }

    private func files(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func `the newest comes back as it was, and the last two are kept, with the best`() throws {
        let folder = try TemporaryFolder()
        let checkpoints = CheckpointFolder(folder.path)
        try checkpoints.saveBest([try tensor("fc.bias", 9)])
        for step in [9, 10, 11] {
            try checkpoints.save(
                state(step), weights: [try tensor("fc.bias", Float(step))],
                optimizer: [try tensor("momentum.fc.bias", 0.5)])
        }
        #expect(
            try files(folder) == [
                "best.safetensors", "step-000000000010.safetensors", "step-000000000011.safetensors",
            ])
        let newest = try checkpoints.newest()
        #expect(newest.state == state(11))
        #expect(newest.weights.all == [try tensor("fc.bias", 11)])
        #expect(newest.optimizer == [try tensor("momentum.fc.bias", 0.5)])
        #expect(try checkpoints.bestWeights().all == [try tensor("fc.bias", 9)])
        // The same step once more replaces itself.
        try checkpoints.save(state(11), weights: [try tensor("fc.bias", 12)], optimizer: [])
        #expect(try files(folder).count == 3)
        #expect(try checkpoints.newest().weights.all == [try tensor("fc.bias", 12)])
    }

    @Test func `where there is none, or it says nothing of the state, that is a fault`() throws {
        let folder = try TemporaryFolder()
        let checkpoints = CheckpointFolder(folder.path)
        let none = #expect(throws: WeightsError.self) { try checkpoints.newest() }
        #expect(none?.code == .cannotOpen)
        #expect(throws: WeightsError.self) { try checkpoints.bestWeights() }
        try SafetensorsWriter().write([try tensor("fc.bias", 1)], to: folder.path + "/step-000000000001.safetensors")
        let silent = #expect(throws: WeightsError.self) { try checkpoints.newest() }
        #expect(silent?.code == .inconsistentTensor)
    }

    @Test func `a state that is no number is not saved`() throws {
        let folder = try TemporaryFolder()
        var state = state(3)
        state.lossSum = .nan
        let fault = #expect(throws: WeightsError.self) {
            try CheckpointFolder(folder.path).save(state, weights: [try tensor("fc.bias", 1)], optimizer: [])
        }
        #expect(fault?.code == .unusableValue)
        #expect(try files(folder).isEmpty)
    }
}

/// Values on the disk.
@Suite struct SampleFileTests {
    @Test func `what was appended is read, in any order and from any thread, and the file has no name`() throws {
        let folder = try TemporaryFolder()
        let file = try SampleFile(in: folder.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        let records: [[Int16]] = (0..<50).map { number in (0..<number * 7 % 40).map { Int16($0 * number % 999) } }
        let places = try records.map { record in try record.withUnsafeBufferPointer { try file.append($0) } }
        #expect(file.byteCount == records.reduce(0) { $0 + 2 * $1.count })
        let wrong = Mutex(0)
        let threads = try (0..<3).map { offset in
            try JoinableThread(name: "reading") {
                for index in records.indices.reversed() where index % 3 == offset {
                    var found = [Int16](repeating: -1, count: records[index].count)
                    let isRead: Void? = try? found.withUnsafeMutableBufferPointer {
                        try file.read(places[index], into: $0)
                    }
                    if isRead == nil || found != records[index] { wrong.withLock { $0 += 1 } }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(wrong.withLock { $0 } == 0)
    }

    @Test func `a folder that is not there is named`() {
        let failure = #expect(throws: FileFailure.self) { try SampleFile(in: "/nowhere/at/all") }
        #expect(failure?.path == "/nowhere/at/all")
    }
}
