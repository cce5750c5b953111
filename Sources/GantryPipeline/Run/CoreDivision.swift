import Foundation

/// How the cores that this process may use are shared: the one place that decides how many threads compute.
///
/// A study in flight has a thread that reads and prepares its slices, a reader child and, while its content is not
/// known, a child that takes its digest. These wait for the scoring threads nearly all the time, or the scoring threads
/// for them, and get no core of their own: with one, a machine of two cores would score at half its speed.
public struct CoreDivision: Sendable, Hashable {
    /// Cores that are shared.
    public let cores: Int
    /// Studies worked on at once.
    public let jobs: Int
    /// Threads that score the slices of each; `jobs` times as many are never more than `cores`.
    public let scoringThreads: Int

    /// The division of `cores` among up to `jobs` studies: fewer where there are fewer cores. At least one of each.
    public init(cores: Int = CoreDivision.available, jobs: Int) {
        self.cores = max(1, cores)
        self.jobs = min(max(1, jobs), self.cores)
        scoringThreads = self.cores / self.jobs
    }

    /// Files that the reader child of each reads at once: as many as cores score the study. Decoding a compressed slice
    /// takes about as long as scoring it, and whichever is behind takes what the other leaves.
    public var readingThreads: Int { scoringThreads }

    /// Cores that the system lets this process use.
    public static var available: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
