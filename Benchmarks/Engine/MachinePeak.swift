import CMultiplyAddPeak
import Foundation
import GantryInference
import Synchronization

/// Multiply-adds in registers and nothing else, in each precision.
enum MachinePeak {
    /// Operations a second on `threads` threads at once, a multiplication and an addition counted as two; nil where the CPU has no instruction for the precision.
    static func measure(_ precision: Precision, threads: Int, seconds: Double) -> Double? {
        let operations = Atomic<Int>(0)
        let start = ContinuousClock.now
        WorkerThreads.forEach(count: threads, workers: threads, state: {}) { _, _ in
            var done: Int64 = 0
            repeat {
                let burst = burst(precision, rounds: 100_000)
                guard burst > 0 else { return }
                done += burst
            } while (ContinuousClock.now - start) / .seconds(1) < seconds
            operations.add(Int(done), ordering: .relaxed)
        }
        let rate = Double(operations.load(ordering: .relaxed)) / ((ContinuousClock.now - start) / .seconds(1))
        return rate > 0 ? rate : nil
    }

    private static func burst(_ precision: Precision, rounds: Int64) -> Int64 {
        switch precision {
        case .f32: peak_f32(rounds)
        case .bf16: peak_bf16(rounds)
        case .int8: peak_int8(rounds)
        }
    }
}
