import GantryCore
import GantryPipeline

/// The files of a study that have no slice in the stack that is extracted.
struct FilesBeside {
    /// The end of each, by path.
    let outcomes: [FileOutcome]
    /// Those of them that may have been slices of the stack: put aside from it because something is wrong with them, or
    /// not readable.
    let missing: [FileOutcome]
    /// Files beside the study that may have been its slices, and of which nobody knows it.
    let unreadableNeighbours: [FileOutcome]

    /// The files of `study` beside `stack`, whose own ends are `ofStack`; `others` are those of its other series, and
    /// `input` is the study as a run would take it.
    init(stack: SliceStack, ofStack: [FileOutcome], others: [FileOutcome], study: Study, input: StudyInput?) {
        let unread = input?.rejected ?? []
        var seen = Set(stack.slices.map(\.file))
        outcomes = (ofStack + study.outcomes + others + unread).filter { seen.insert($0.file).inserted }
            .sorted { $0.file.utf8.lexicographicallyPrecedes($1.file.utf8) }
        let suspects =
            ofStack.filter { $0.disposition == .rejected }
            + study.outcomes.filter(\.mayBeSlice)
            + unread.filter(\.mayBeUnreadSlice)
        let files = Set(suspects.map(\.file))
        missing = outcomes.filter { files.contains($0.file) }
        // Those that are named already are no doubt besides.
        let named = Set(unread.map(\.file))
        unreadableNeighbours = (input?.unreadableNeighbours ?? []).filter { !named.contains($0.file) }
    }
}

/// What became of a stack and of its study's files when it was extracted.
struct Account {
    /// Slices of the stack, and those that are in the array.
    var slices: Int
    var written: Int
    /// What is missing in the array and may belong there.
    var missing: [FileOutcome]
    /// The ends of files that have no slice in the array.
    var ends: [FileOutcome]
    /// Number of files that have one.
    var extracted: Int
    /// Number of unreadable files that may belong to the study.
    var doubts: Int

    /// Whether something may be missing.
    var isIncomplete: Bool { written < slices || !missing.isEmpty || doubts > 0 }

    /// All files of the study: `seen` is `extracted` + `skipped` + `rejected`.
    struct Files: Encodable {
        var seen: Int
        var extracted: Int
        var skipped: Int
        var rejected: Int
        var unreadableNeighbours: Int
        /// Those that are not extracted, with their ends.
        var notExtracted: [FileOutcome]
    }

    /// See `Files`.
    var files: Files {
        let tally = FileTally(ends)
        return Files(
            seen: extracted + ends.count, extracted: extracted, skipped: tally.skipped, rejected: tally.rejected,
            unreadableNeighbours: doubts, notExtracted: ends)
    }
}
