import BenchmarkSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryGround
import Synchronization

/// Gantry's reader as the pipeline uses it: parsing and decoding in a reader child, slices through the ring. The start
/// of the child is part of what is measured.
final class GantryContestant: Contestant, Sendable {
    let name: String
    /// Files that a reader child reads at once.
    let threads: Int
    private let executable: String
    private let children = Mutex<[Int32]>([])

    /// The reader whose children are `executable` with `threads` threads each.
    init(executable: String, threads: Int) {
        self.executable = executable
        self.threads = threads
        name = threads == 1 ? "Gantry" : "Gantry, \(threads)"
    }

    private func reader() -> SandboxedStudyReader {
        SandboxedStudyReader(executable: executable, threads: threads) { [self] child in
            children.withLock { $0.append(child) }
        }
    }

    func scan(_ folder: String) throws -> Lap {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let start = ContinuousClock.now
        let result = try reader().scan(root: folder, files: files) { _ in }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard result.outcomes.isEmpty else { throw ContestantFailure(sentence: result.outcomes[0].detail) }
        return Lap(count: result.instances.count, seconds: seconds)
    }

    /// Peak resident memory in kB of the child after 1,000 files and after all, and of this process after all.
    func scanMemory(_ folder: String) throws -> (childEarly: Int, child: Int, parent: Int) {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        var early = 0
        var late = 0
        let progress: (Int) -> Void = { done in
            guard let child = self.children.withLock({ $0.last }) else { return }
            if done == 1000 { early = Self.peakKilobytes("\(child)") }
            if done == files.count { late = Self.peakKilobytes("\(child)") }
        }
        _ = try reader().scan(root: folder, files: files, progress: progress)
        return (early, late, Self.peakKilobytes("self"))
    }

    func decode(_ folder: String, readers: Int) throws -> Lap {
        let slices = try sources(folder)
        let start = ContinuousClock.now
        if readers == 1 {
            return Lap(count: try read(folder, slices), seconds: (ContinuousClock.now - start) / .seconds(1))
        }
        let counts = Mutex<[Int]>([])
        WorkerThreads.forEach(count: readers, workers: readers, state: {}) { _, _ in
            let count = (try? read(folder, slices)) ?? 0
            counts.withLock { $0.append(count) }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard counts.withLock({ $0.allSatisfy { $0 == slices.count } }) else {
            throw ContestantFailure(sentence: "a slice could not be decoded")
        }
        return Lap(count: slices.count * readers, seconds: seconds)
    }

    func sum(_ folder: String) throws -> Int {
        var receiver = SummingReceiver()
        try reader().read(root: folder, slices: sources(folder), padding: .keep, into: &receiver)
        return receiver.sum
    }

    private func sources(_ folder: String) throws -> [SliceSource] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return try reader().scan(root: folder, files: files) { _ in }.sources(rows: 512, columns: 512)
    }

    private func read(_ folder: String, _ slices: [SliceSource]) throws -> Int {
        var receiver = CountingReceiver()
        try reader().read(root: folder, slices: slices, padding: .keep, into: &receiver)
        if let miss = receiver.firstMiss { throw ContestantFailure(sentence: miss.detail) }
        return receiver.count
    }

    private static func peakKilobytes(_ process: String) -> Int {
        (LineProcess.memory("VmHWM", of: process) ?? 0) / 1024
    }
}

/// Only counts.
private struct CountingReceiver: SliceReceiver {
    var count = 0
    var firstMiss: FileOutcome?

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        count += 1
        return .proceed
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        firstMiss = firstMiss ?? outcome
        return .proceed
    }
}

/// Adds everything up.
private struct SummingReceiver: SliceReceiver {
    var sum = 0

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        sum += hounsfield.withUnsafeBufferPointer { $0.reduce(0) { $0 + Int($1) } }
        return .proceed
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl { .proceed }
}
