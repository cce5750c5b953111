/// How many files came to which end, and why: the one account of files, from a study to a run to its report.
///
/// Reasons are counted, and the end follows from the reason: what has been seen has been scored, skipped or rejected,
/// and nothing else.
public struct FileAccount: Sendable, Hashable {
    /// At least 1 for a reason that occurred; no other is there.
    private var counts: [FileReason: Int] = [:]

    /// How many files came to their end for one reason.
    public struct Entry: Sendable, Hashable {
        /// The reason.
        public let reason: FileReason
        /// At least 1.
        public let files: Int
    }

    /// The account of `outcomes`.
    public init(_ outcomes: [FileOutcome] = []) {
        for outcome in outcomes { counts[outcome.reason, default: 0] += 1 }
    }

    /// Files by reason, in the order of `FileReason.allCases`; only reasons that occurred.
    public var entries: [Entry] {
        FileReason.allCases.compactMap { reason in counts[reason].map { Entry(reason: reason, files: $0) } }
    }

    /// All files.
    public var seen: Int { counts.values.reduce(0, +) }
    /// Files whose pixels went through the network.
    public var scored: Int { files(.scored) }
    /// Sound files that the pipeline does not look at.
    public var skipped: Int { files(.skipped) }
    /// Files with which something is wrong.
    public var rejected: Int { files(.rejected) }

    private func files(_ disposition: FileDisposition) -> Int {
        counts.reduce(0) { $0 + ($1.key.disposition == disposition ? $1.value : 0) }
    }

    /// The account of both, reason by reason.
    public static func + (left: FileAccount, right: FileAccount) -> FileAccount {
        var sum = left
        sum.counts.merge(right.counts, uniquingKeysWith: +)
        return sum
    }

    /// What is left of an account when `right`, a part of it, is taken out.
    package static func - (left: FileAccount, right: FileAccount) -> FileAccount {
        var rest = left
        for (reason, files) in right.counts {
            let remaining = (left.counts[reason] ?? 0) - files
            precondition(remaining >= 0, "only what is in an account can be taken out of it")
            rest.counts[reason] = remaining > 0 ? remaining : nil
        }
        return rest
    }
}

extension [FileOutcome] {
    /// The outcomes of each reason that occurs, as they follow each other here; reasons in the order of
    /// `FileReason.allCases`.
    package var byReason: [(reason: FileReason, outcomes: [FileOutcome])] {
        let groups = Dictionary(grouping: self, by: \.reason)
        return FileReason.allCases.compactMap { reason in groups[reason].map { (reason, $0) } }
    }
}
