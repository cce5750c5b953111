import GantryCore

/// Files counted by what became of them. The three dispositions add up to the files seen.
package struct FilesByReason {
    /// All files of one reason.
    package struct Reason {
        package var reason: FileReason
        package var files: [FileOutcome]
    }

    /// Number of files.
    package let seen: Int
    /// Reasons that occur, in the order of `FileReason`.
    package let reasons: [Reason]

    /// A count of `files`.
    init(_ files: [FileOutcome]) {
        seen = files.count
        let groups = Dictionary(grouping: files, by: \.reason)
        reasons = FileReason.allCases.compactMap { reason in groups[reason].map { Reason(reason: reason, files: $0) } }
    }

    /// Number of files of one disposition.
    package func count(_ disposition: FileDisposition) -> Int {
        reasons.filter { $0.reason.disposition == disposition }.reduce(0) { $0 + $1.files.count }
    }
}
