import GantryCore

/// What became of a stack and of its study's files when it was extracted.
struct ExtractionSummary {
    /// Slices of the stack, and those that are in the array.
    var slices: Int
    var written: Int
    /// What is missing in the array and may belong there.
    var missing: [FileOutcome]
    /// Files that have no slice in the array, with their outcomes.
    var notExtracted: [FileOutcome]
    /// Number of files that have one.
    var extracted: Int
    /// Number of unreadable files that may belong to the study.
    var unreadableNeighbours: Int

    /// Whether something may be missing.
    var isIncomplete: Bool { written < slices || !missing.isEmpty || unreadableNeighbours > 0 }

    /// All files of the study: `seen` is `extracted` + `skipped` + `rejected`.
    struct Files: Encodable {
        var seen: Int
        var extracted: Int
        var skipped: Int
        var rejected: Int
        var unreadableNeighbours: Int
        /// Those that are not extracted, with their outcomes.
        var notExtracted: [FileOutcome]
    }

    /// See `Files`.
    var files: Files {
        let account = FileAccount(notExtracted)
        return Files(
            seen: extracted + account.seen, extracted: extracted, skipped: account.skipped, rejected: account.rejected,
            unreadableNeighbours: unreadableNeighbours, notExtracted: notExtracted)
    }
}
