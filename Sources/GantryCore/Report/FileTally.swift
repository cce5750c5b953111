/// How many files came to which end. What has been seen has been scored, skipped or rejected: nothing else.
public struct FileTally: Sendable, Hashable, Codable {
    /// Files whose pixels went through the network.
    public let scored: Int
    /// Sound files that the pipeline does not look at.
    public let skipped: Int
    /// Files with which something is wrong.
    public let rejected: Int
    /// Files by reason, in the order of `FileReason.allCases`; only reasons that occurred.
    public let reasons: [ReasonCount]

    /// How many files came to their end for one reason.
    public struct ReasonCount: Sendable, Hashable, Codable {
        /// The reason.
        public let reason: FileReason
        /// At least 1.
        public let files: Int
    }

    /// Counts `outcomes`; the end follows from the reason.
    public init(_ outcomes: [FileOutcome]) {
        var counts: [FileReason: Int] = [:]
        for outcome in outcomes { counts[outcome.reason, default: 0] += 1 }
        reasons = FileReason.allCases.compactMap { reason in
            counts[reason].map { ReasonCount(reason: reason, files: $0) }
        }
        scored = Self.files(reasons, ending: .scored)
        skipped = Self.files(reasons, ending: .skipped)
        rejected = Self.files(reasons, ending: .rejected)
    }

    private static func files(_ reasons: [ReasonCount], ending disposition: FileDisposition) -> Int {
        reasons.reduce(0) { $0 + ($1.reason.disposition == disposition ? $1.files : 0) }
    }

    /// Files that have come to an end.
    public var total: Int { scored + skipped + rejected }

    /// Whether every one of `seen` files has come to an end.
    public func accounts(forSeen seen: Int) -> Bool { total == seen }

    /// What keeps the books from balancing, as sentences by path: a file seen without an end, with several, or an end
    /// of a file that was not seen. Empty where every file seen has exactly one end.
    public static func discrepancies(seen: [String], outcomes: [FileOutcome]) -> [String] {
        var ends: [String: Int] = [:]
        for outcome in outcomes { ends[outcome.file, default: 0] += 1 }
        var sentences: [(file: String, sentence: String)] = []
        let files = Set(seen)
        for file in files {
            let count = ends[file] ?? 0
            if count != 1 { sentences.append((file, count == 0 ? "\(file) has no end" : "\(file) has \(count) ends")) }
        }
        for file in ends.keys where !files.contains(file) {
            sentences.append((file, "\(file) has an end and was not seen"))
        }
        return sentences.sorted { pathPrecedes($0.file, $1.file) }.map(\.sentence)
    }
}
