import GantryCore

/// What a run did: one line a study, in input order, and what the exit code follows from.
public struct RunSummary: Sendable, Equatable {
    /// One line for each study that was queued, in input order.
    public var studies: [StudyLine]
    /// Folders in which no file could be read.
    public var unreadableFolders: [UnreadableFolder]
    /// Files that belong to no study, with their ends.
    public var strayFiles: [FileOutcome]
    /// Studies that were asked for and of which no file could be found and read.
    public var absentStudies: Set<UID>
    /// How many files came to which end; files of studies that were not finished are not among them.
    public var account: FileAccount
    /// Number of files of studies that were handed back or not reached.
    public var unfinishedFiles: Int
    /// Why the run ended before its work was done; nil where it did not.
    public var stopped: StopReason?
    /// Why there was no input to work on; nil where there was.
    public var inputFault: InputFault?

    /// A run that found nothing yet.
    public init() {
        studies = []
        unreadableFolders = []
        strayFiles = []
        absentStudies = []
        account = FileAccount()
        unfinishedFiles = 0
    }

    /// Number of files seen: those of the account and of unfinished studies.
    public var filesSeen: Int { account.seen + unfinishedFiles }
}

/// The end of one study in a run.
public struct StudyLine: Sendable, Equatable {
    /// Pseudonym of the study.
    public var studyKey: StudyKey
    /// Folder that holds all its files, as the person would name it; empty where the input is not at hand.
    public var folder: String
    /// What became of it.
    public var end: StudyEnd
    /// When it came to that; nil while it has not.
    public var endedAt: Timestamp?

    /// A line.
    public init(studyKey: StudyKey, folder: String, end: StudyEnd, endedAt: Timestamp? = nil) {
        self.studyKey = studyKey
        self.folder = folder
        self.end = end
        self.endedAt = endedAt
    }
}

/// What became of a study in a run.
public enum StudyEnd: Sendable, Equatable {
    /// It has a new verdict, and its reports are written.
    case judged(VerdictLine)
    /// Content, pipeline and verdict are as before.
    case unchanged(VerdictLine)
    /// It has a verdict in the store, but its reports could not be written.
    case unreported(VerdictLine, detail: String)
    /// It has no verdict.
    case failed(StudyFailure.Code, detail: String)
    /// An earlier run has put it into quarantine, for `detail`, and nobody has asked to take it up.
    case quarantined(detail: String)
    /// The run stopped before it was finished; it stays in the queue.
    case unfinished

    /// The verdict, where there is one.
    public var verdict: VerdictLine? {
        switch self {
        case .judged(let line), .unchanged(let line), .unreported(let line, _): line
        case .failed, .quarantined, .unfinished: nil
        }
    }
}

/// A verdict as a line of a table.
public struct VerdictLine: Sendable, Equatable {
    /// Pseudonym of the patient.
    public var patientKey: PatientKey
    /// From 1.
    public var revision: Int
    /// The finding.
    public var finding: Finding
    /// Probability of the positive class.
    public var probability: Double?
    /// Scored slices.
    public var scoredSlices: Int
    /// Slices of the chosen series.
    public var slices: Int
    /// The first quality failure, as a sentence.
    public var doubt: String?
    /// Whether a quality failure is of such a kind that other files may lift it: any but a probability between the
    /// thresholds.
    public var isDoubtOfFiles: Bool
    /// The scores came from the store.
    public var scoresFromStore: Bool

    /// The line of `record`.
    public init(_ record: StudyRecord) {
        patientKey = record.patientKey
        revision = record.revision
        finding = record.result.verdict.finding
        probability = record.result.verdict.probability
        scoredSlices = record.result.verdict.scoredSlices
        slices = record.result.slices.count
        doubt = record.result.verdict.findings.first { $0.isFailure }?.detail
        isDoubtOfFiles = record.result.verdict.findings.contains { $0.isFailure && $0.code != .betweenThresholds }
        scoresFromStore = record.result.provenance.scoresFromStore
    }
}

/// A folder in which every file was rejected: in all likelihood a study that cannot be read.
public struct UnreadableFolder: Sendable, Hashable {
    /// The folder, as the person would name it.
    public var folder: String
    /// Number of files below it; 0 where the folder itself cannot be listed.
    public var files: Int
    /// What was wrong with the first of them, or with the folder, a sentence.
    public var detail: String

    /// What stands behind the folder's name: `none of 3 files can be read: a.dcm: ...`.
    public var sentence: String {
        files == 0
            ? detail
            : files == 1
                ? "its only file cannot be read: \(detail)"
                : "none of \(files) files can be read; the first is \(detail)"
    }

    /// The same where no path may be said.
    public var sentenceWithoutPath: String {
        let what =
            files == 0
            ? "it cannot be listed"
            : files == 1 ? "its only file cannot be read" : "none of \(files) files in it can be read"
        return "a folder: \(what); `gantry inspect` with the input names it"
    }

    /// A folder.
    public init(folder: String, files: Int, detail: String) {
        self.folder = folder
        self.files = files
        self.detail = detail
    }
}

/// Why a run has no input.
public enum InputFault: Sendable, Equatable {
    /// A path cannot be listed.
    case listing(DropFolderFault)
    /// The reader cannot read headers.
    case reader(ReaderFault)
}
