import GantryCore

/// The files that the doubt about a study hangs on: where one of them vanishes or changes, the study is looked at
/// again. Whatever else is cleared up is nothing to it.
struct FilesInDoubt: Sendable, Equatable {
    /// Files contradict each other about the patient or an image, and nobody knows which are the wrong ones.
    private(set) var isAboutEveryFile = false
    /// Files that were rejected, and those beside the study that nobody could read.
    private(set) var paths: Set<String> = []

    /// What `end` is in doubt about; nothing where it is a verdict without such a doubt, or the study was not looked
    /// at.
    init(_ end: StudyEnd, files: [FileOutcome], neighbours: [FileOutcome]) {
        switch end {
        case .judged(let verdict), .unchanged(let verdict), .unreported(let verdict, _):
            guard verdict.isDoubtOfFiles else { return }
        case .failed: break
        case .quarantined, .unfinished: return
        }
        isAboutEveryFile = files.contains { $0.reason == .patientConflict || $0.reason == .instanceConflict }
        paths = Set((files.filter { $0.disposition == .rejected } + neighbours).map(\.file))
    }
}
