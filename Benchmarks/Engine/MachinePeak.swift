import CGantryKernels
import Foundation
import GantryCore
import GantryGround
import GantryInference
import Synchronization

/// What the CPU could reach: multiply-adds in registers and nothing else, by the best kernels that it can run, or by
/// those that `GANTRY_CPU` names.
enum MachinePeak {
    /// Operations a second on `threads` threads at once, a multiplication and an addition counted as two; nil where
    /// there is no arithmetic of this precision.
    static func measure(_ precision: Precision, threads: Int, seconds: Double) -> Double? {
        let kernels = ConvolutionKernels.preferred
        guard kernels != .openBLAS, kernels.arithmetic(for: precision) == precision else { return nil }
        let (cpu, element) = (kernels.cpu, precision.element)
        let rounds: Int64 = 100_000
        let bursts = Atomic<Int>(0)
        let start = ContinuousClock.now
        WorkerThreads.forEach(count: threads, workers: threads, state: {}) { _, _ in
            repeat {
                _ = gantry_multiply_adds(cpu, element, rounds)
                bursts.add(1, ordering: .relaxed)
            } while (ContinuousClock.now - start) / .seconds(1) < seconds
        }
        let operations =
            2 * Double(bursts.load(ordering: .relaxed)) * Double(rounds) * 12
            * Double(gantry_multiply_adds_a_register(cpu, element))
        return operations / ((ContinuousClock.now - start) / .seconds(1))
    }
}
