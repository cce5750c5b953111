import GantryCore

/// Where a study stands in a run.
///
///     open -> busy                 a worker has claimed it
///     busy -> idle                 its files have come to their end
///     busy -> open                 an attempt failed for now, or files came meanwhile
///     busy -> reportsOwed -> busy  its reports could not be written, and are tried again
///     idle -> open                 new files came
///     open -> idle                 the store keeps it in quarantine
enum PlaceInRun: Sendable {
    /// Its newest files have come to their end, and nobody works on it.
    case idle(Ended)
    /// It waits for a worker; until `retryAt` where an attempt failed for now.
    case open(retryAt: Timestamp?)
    /// A worker is at it.
    case busy(Holding)
    /// It is judged, and its reports, which could not be written, are due later; its lease is held until then.
    case reportsOwed(Holding)

    /// An end that files came to.
    struct Ended: Sendable {
        var end: StudyEnd
        var at: Timestamp
        /// Ends of the files, counted. Files of a study that is taken again are counted once, as they ended last.
        var account: FileAccount
        /// The files that it hangs on.
        var filesInDoubt: FilesInDoubt

        /// `end` at a moment, with the ends of all its files, and those beside them that nobody could read.
        init(_ end: StudyEnd, files: [FileOutcome], neighbours: [FileOutcome] = [], at moment: Timestamp) {
            self.end = end
            at = moment
            account = FileAccount(files)
            filesInDoubt = FilesInDoubt(end, files: files, neighbours: neighbours)
        }
    }

    /// What happens to a study's files while a lease on it is held.
    struct Holding: Sendable {
        /// Files came since the study was claimed.
        var hasNewFiles = false
        /// Files are at hand that the worker was not given.
        var hasUnreadFiles = false
        /// The end that files which came meanwhile have come to, where the store keeps the study in quarantine.
        var quarantined: Ended?
    }

    /// Whether a worker is at it.
    var isBusy: Bool { if case .busy = self { true } else { false } }

    /// What happens while a lease is held; nil where none is.
    var holding: Holding? {
        switch self {
        case .idle, .open: nil
        case .busy(let holding), .reportsOwed(let holding): holding
        }
    }

    /// The end that its newest files have come to; nil where they have not.
    var ended: Ended? {
        switch self {
        case .idle(let ended): ended
        case .open: nil
        case .busy(let holding), .reportsOwed(let holding): holding.quarantined
        }
    }

    /// The same place with another `holding`; nil where no lease is held.
    func with(_ holding: Holding) -> PlaceInRun? {
        switch self {
        case .idle, .open: nil
        case .busy: .busy(holding)
        case .reportsOwed: .reportsOwed(holding)
        }
    }
}
