import GantryCore

/// What became of the study's files.
struct FilesView {
    /// How many files there are of each end and in all, markup.
    let seen: String
    let scored: String
    let skipped: String
    let rejected: String
    let reasons: [ReasonView]
    let hasFiles: Bool

    /// All files of one reason.
    struct ReasonView {
        let words: String
        let disposition: String
        let cssClass: String
        let count: Int
        /// What a screen reader calls the list.
        let name: String
        /// Empty for scored files, which are listed as slices.
        let list: [FileView]
        let hasList: Bool
    }

    /// One file.
    struct FileView {
        let file: String
        let detail: String
    }

    init(_ files: [FileOutcome], _ texts: ReportTexts) {
        let account = FileAccount(files)
        func counted(_ text: ReportText, _ count: Int) -> String { texts.markup(text, ["number": "<b>\(count)</b>"]) }
        seen = counted(.filesSeen, account.seen)
        scored = counted(.filesScored, account.scored)
        skipped = counted(.filesSkipped, account.skipped)
        rejected = counted(.filesRejected, account.rejected)
        hasFiles = account.seen > 0
        reasons = files.byReason.map { reason, outcomes in
            let list =
                reason == .scored
                ? []
                : outcomes.map {
                    FileView(file: PathText.shortened($0.file), detail: $0.detail.isEmpty ? "\u{2013}" : $0.detail)
                }
            let words = texts(.reason(reason))
            return ReasonView(
                words: words, disposition: texts(.disposition(reason.disposition)),
                cssClass: reason.disposition.rawValue, count: outcomes.count,
                name: texts(.filesOfReason, ["reason": words]), list: list, hasList: !list.isEmpty)
        }
    }
}
