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
        let account = FileAccount(files)
        seen = account.seen
        scored = account.scored
        skipped = account.skipped
        rejected = account.rejected
        hasFiles = seen > 0
        reasons = files.byReason.map { reason, outcomes in
            let list =
                reason == .scored
                ? []
                : outcomes.map {
                    FileView(file: PathText.shortened($0.file), detail: $0.detail.isEmpty ? "\u{2013}" : $0.detail)
                }
            return ReasonView(
                words: reason.heading, disposition: reason.disposition.rawValue, count: outcomes.count, list: list,
                hasList: !list.isEmpty)
        }
    }
}
