import GantryCore

/// What became of the study's files.
struct FilesView {
    let seen: Int
    let scored: Int
    let skipped: Int
    let rejected: Int
    let reasons: [ReasonView]
    let hasFiles: Bool

    /// All files of one reason.
    struct ReasonView {
        let words: String
        let disposition: String
        let count: Int
        /// Empty for scored files, which are listed as slices.
        let list: [FileView]
        let hasList: Bool
    }

    /// One file.
    struct FileView {
        let file: String
        let detail: String
    }

    init(_ files: [FileOutcome]) {
        let tally = FilesByReason(files)
        seen = tally.seen
        scored = tally.count(.scored)
        skipped = tally.count(.skipped)
        rejected = tally.count(.rejected)
        hasFiles = seen > 0
        reasons = tally.reasons.map { entry in
            let list =
                entry.reason == .scored
                ? []
                : entry.files.map {
                    FileView(file: PathText.shortened($0.file), detail: $0.detail.isEmpty ? "\u{2013}" : $0.detail)
                }
            return ReasonView(
                words: CodeText.reason(entry.reason), disposition: entry.reason.disposition.rawValue,
                count: entry.files.count, list: list, hasList: !list.isEmpty)
        }
    }
}
