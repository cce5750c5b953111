import GantryCore

/// A study as a run found it.
public struct StudyInput: Sendable, Equatable {
    /// Its series and instances; paths are below `root`.
    public var study: Study
    /// Absolute folder that the paths are below.
    public var root: String
    /// Files that could not be read and lie among the files of this study alone, with their ends.
    public var rejected: [FileOutcome]
    /// Files beside the study that may have been its slices, and of which nobody knows it: their headers do not say
    /// whose they are, or could not be read where several studies share the folder.
    public var unreadableNeighbours: [FileOutcome]
    /// It was taken although its folder had not come to rest.
    public var takenUnsettled: Bool
    /// Folder that holds all its files, as the person would name it.
    public var folder: String

    /// An input of these parts.
    public init(
        study: Study, root: String, rejected: [FileOutcome] = [], unreadableNeighbours: [FileOutcome] = [],
        takenUnsettled: Bool = false, folder: String
    ) {
        self.study = study
        self.root = root
        self.rejected = rejected
        self.unreadableNeighbours = unreadableNeighbours
        self.takenUnsettled = takenUnsettled
        self.folder = folder
    }

    /// Number of files: instances, those that fell away while grouping, and the rejected.
    public var fileCount: Int {
        study.series.reduce(0) { $0 + $1.instances.count } + study.outcomes.count + rejected.count
    }

    /// The end of every file where nobody looks at the images, for the reason that `detail` says.
    func outcomes(unread detail: String) -> [FileOutcome] {
        study.series.flatMap(\.instances).map {
            FileOutcome(file: $0.file, reason: .studyNotJudged, detail: detail)
        } + study.outcomes + rejected
    }
}

/// How one analysis of a study ended.
public enum StudyAnalysisOutcome: Sendable, Equatable {
    /// A result to be committed.
    case judged(StudyResult)
    /// Content, scoring, judging and verdict are those of the latest revision; the ends of the study's files, and what
    /// a second reader said meanwhile: nil where it was not asked anything new.
    case unchanged(files: [FileOutcome], opinion: SecondOpinion?)
    /// There is no verdict; whether trying again can help.
    case failed(StudyFailure, FaultDisposition)
    /// It was asked to stop.
    case interrupted
}
