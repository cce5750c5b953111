import GantryCore

/// How many files of a whole run came to which end: sums of `FileTally`.
public struct FileCounts: Sendable, Hashable, Codable {
    /// Their pixels went through the network.
    public var scored: Int
    /// Sound, and not what the pipeline looks at.
    public var skipped: Int
    /// Something is wrong with them.
    public var rejected: Int

    /// Counts of these outcomes.
    public init(_ outcomes: [FileOutcome] = []) {
        let tally = FileTally(outcomes)
        scored = tally.scored
        skipped = tally.skipped
        rejected = tally.rejected
    }

    /// All files.
    public var seen: Int { scored + skipped + rejected }

    /// Sums, end by end.
    public static func + (left: FileCounts, right: FileCounts) -> FileCounts {
        var sum = left
        sum.scored += right.scored
        sum.skipped += right.skipped
        sum.rejected += right.rejected
        return sum
    }

    /// What is left of sums when a part of them is taken out.
    static func - (left: FileCounts, right: FileCounts) -> FileCounts {
        var rest = left
        rest.scored -= right.scored
        rest.skipped -= right.skipped
        rest.rejected -= right.rejected
        return rest
    }
}
