import GantryCore
import GantryPipeline

/// The files of a study that have no slice in the stack that is extracted.
struct FilesBeside {
    /// The end of each, by path.
    let outcomes: [FileOutcome]
    /// Those of them that may have been slices of the stack: excluded from it because something is wrong with them, or
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
            .sorted { pathPrecedes($0.file, $1.file) }
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
