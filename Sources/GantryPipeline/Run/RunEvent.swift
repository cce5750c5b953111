import GantryCore

/// Hears of every decision of a run, from several threads. No event carries identity; folders and files are paths below
/// what the person named, for the terminal and never for logs.
public protocol RunObserver: Sendable {
    /// Something happened.
    func note(_ event: RunEvent)
}

/// What may happen in a run.
public enum RunEvent: Sendable, Equatable {
    /// So many of so many files had their headers read.
    case scanned(files: Int, of: Int)
    /// Files that belong to no study came to their ends, those of one look together.
    case filesEnded([FileOutcome])
    /// A folder in which no file could be read.
    case folderUnreadable(UnreadableFolder)
    /// A study stands in the queue.
    case studyQueued(StudyKey, folder: String, files: Int)
    /// A worker began with a study; 1 is the first attempt.
    case studyStarted(StudyKey, attempt: Int)
    /// So many of so many slices of a study are done, `scored` of them by the network; the others were left out.
    case slices(StudyKey, done: Int, of: Int, scored: Int)
    /// Reports were written, paths relative to the output folder.
    case reportsWritten(StudyKey, paths: [String])
    /// Reports could not be written; they are tried again at `retryAt`, or in the next run that works on the study.
    case reportsFailed(StudyKey, ReportFault, retryAt: Timestamp?)
    /// These formats of a study's reports were not written, and will not be: the others are there.
    case formatsMissing(StudyKey, [MissingFormat])
    /// Something is to be known of a study's reports that were written, a sentence each.
    case reportsRemarked(StudyKey, [String])
    /// A study failed for now and is tried again.
    case studyWaiting(StudyKey, code: StudyFailure.Code, detail: String, retryAt: Timestamp)
    /// Another attempt at a study has begun elsewhere; this one was dropped.
    case leaseLost(StudyKey)
    /// A study came to an end in this run; where new files came meanwhile it is queued again, and comes to another.
    case studyEnded(StudyLine)
    /// Nothing is left to do until `until`, when the reports of so many studies, which could not be written for
    /// `fault`, and so many other studies are tried again. Told once for each such moment.
    case waiting(until: Timestamp, reports: Int, fault: ReportFault?, studies: Int)
    /// No work is taken until there is space again.
    case diskLow(FreeSpace, needed: Int64)
    /// There is space again.
    case diskRecovered
    /// The drop folder cannot be listed; it is looked at again later. Told once for as long as the same is wrong.
    case dropFolderFault(DropFolderFault)
    /// The drop folder can be listed again.
    case dropFolderBack
    /// All files of the drop folder, so many and more than one, were gone at one look, and nothing else lay there.
    case dropFolderEmpty(files: Int)
    /// So many files lie in the drop folder again, of which that was told.
    case dropFolderFilled(files: Int)
    /// The reader cannot read headers; it is tried again later.
    case readerFault(ReaderFault)
}
