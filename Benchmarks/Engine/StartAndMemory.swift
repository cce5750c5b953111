import BenchmarkSupport
import Foundation

/// What a fresh process takes, medians: from its start until it has scored, and resident memory.
struct StartAndMemory {
    /// Seconds from the start of the process to the first image's score.
    var start: Double
    /// The part of it after the process has said its name: loading and preparing the network, and scoring one image on
    /// two threads.
    var loading: Double
    /// Bytes before the network is loaded: interpreter and libraries.
    var before: Int
    /// Bytes after eight images at a time have been scored on two threads, in another process.
    var resident: Int
    /// The most that process ever had.
    var peak: Int

    /// Starts `repeats` processes for the times and as many for the memory.
    init(of contestant: Contestant, repeats: Int) throws {
        var (starts, loadings) = ([Double](), [Double]())
        var (before, resident, peak) = ([Double](), [Double](), [Double]())
        for _ in 0..<repeats {
            let begin = ContinuousClock.now
            let process = try contestant.start().process
            let named = ContinuousClock.now
            _ = try process.ask(["first"] + Load(batch: 1, threads: 2).words)
            let scored = ContinuousClock.now
            starts.append((scored - begin) / .seconds(1))
            loadings.append((scored - named) / .seconds(1))
        }
        for _ in 0..<repeats {
            let process = try contestant.start().process
            before.append(Double(process.memory("VmRSS") ?? 0))
            for _ in 0..<2 { _ = try process.ask(["first"] + Load.largest.words) }
            resident.append(Double(process.memory("VmRSS") ?? 0))
            peak.append(Double(process.memory("VmHWM") ?? 0))
        }
        start = starts.median ?? 0
        loading = loadings.median ?? 0
        self.before = Int(before.median ?? 0)
        self.resident = Int(resident.median ?? 0)
        self.peak = Int(peak.median ?? 0)
    }
}
