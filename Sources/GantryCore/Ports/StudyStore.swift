/// Keeps studies, their states, scores, verdicts and audit. One runner writes at a time; readers may open beside it.
///
/// Calls block. Every call is one transaction: it happened wholly or not at all, also when the process is killed.
public protocol StudyStore: Sendable {
    /// Puts a study in the queue, new or known, and says where it stands now.
    ///
    /// A study that is `running` under a live lease stays so, and one in quarantine stays there unless a person takes
    /// it up (`EnqueuedStudy.leavesQuarantine`). Patient and study attributes are brought up to date.
    func enqueue(_ study: EnqueuedStudy, now: Timestamp) throws(StoreFault) -> QueuedStudy

    /// Takes over leases that a killed runner left behind: their studies become `queued` (or stay `judged`) and no
    /// attempt is consumed. Call once, when the runner lock is held. Returns their keys.
    func recoverAbandoned(now: Timestamp) throws(StoreFault) -> [StudyKey]

    /// Leases the next of `among` (nil: of all) that is `queued`, `judged`, or `waiting` and due, oldest first; nil
    /// when there is none.
    func claim(worker: String, among: Set<StudyKey>?, leaseSeconds: Int64, now: Timestamp) throws(StoreFault)
        -> StudyLease?

    /// Prolongs a lease. **Throws** `.leaseLost` when another attempt has begun.
    func renew(_ lease: StudyLease, leaseSeconds: Int64, now: Timestamp) throws(StoreFault)

    /// The latest revision of a study, with the failure that came after it; nil where it was never judged.
    func latestRecord(of key: StudyKey) throws(StoreFault) -> StudyRecord?

    /// Commits a result as the next revision; the study becomes `judged`. **Throws** `.leaseLost`.
    func commit(_ result: StudyResult, under lease: StudyLease, now: Timestamp) throws(StoreFault) -> StudyRecord

    /// The latest revision of a study that failed since was found to stand: nothing is new. The failure is overtaken,
    /// and the study becomes `judged`: its reports are owed without it. **Throws** `.leaseLost`; `.illegalMove` where
    /// there is no revision, or the study is `judged` already.
    func confirm(_ lease: StudyLease, now: Timestamp) throws(StoreFault)

    /// Keeps a second opinion, taken after the latest revision was judged and without effect on its verdict, with that
    /// revision, in place of what was known; returns the record with it. **Throws** `.leaseLost`; `.illegalMove` where
    /// there is no revision.
    func keep(_ opinion: SecondOpinion, under lease: StudyLease, now: Timestamp) throws(StoreFault) -> StudyRecord

    /// The reports of the latest revision are on disk, or nothing had to be done: the study becomes `done`.
    /// **Throws** `.leaseLost`.
    func finish(_ lease: StudyLease, note: String, now: Timestamp) throws(StoreFault)

    /// The attempt failed: the study becomes `waiting` until `retryAt`, or `failed`/`quarantined` where that is nil.
    /// Series decisions and file outcomes known so far are kept for `status`. A failure for good stands beside the
    /// latest revision (`StudyRecord.failedSince`) until the study is judged again or `confirm`ed, also while it is
    /// queued and worked on anew; one that leaves a verdict's reports owed (`.reportFault`) does not. **Throws**
    /// `.leaseLost`.
    func fail(_ lease: StudyLease, failure: StudyFailure, retryAt: Timestamp?, now: Timestamp) throws(StoreFault)

    /// Hands a study back untouched (the runner is stopping): `queued`, no attempt consumed. **Throws** `.leaseLost`.
    func release(_ lease: StudyLease, now: Timestamp) throws(StoreFault)

    /// Every study with its state, oldest first.
    func summaries() throws(StoreFault) -> [StudySummary]

    /// Studies of a patient, by study date and time, each as `latestRecord` has it; for the patient's index page.
    func records(of patient: PatientKey) throws(StoreFault) -> [StudyRecord]

    /// Patients that a study was taken for before its Patient ID was corrected, without the one it has now.
    func formerPatients(of key: StudyKey) throws(StoreFault) -> [PatientKey]

    /// Keeps in mind folders that a run was given as input, absolute: nothing is ever written there.
    func remember(inputs: [String]) throws(StoreFault)

    /// Every folder that a run was given as input.
    func inputs() throws(StoreFault) -> [String]

    /// Where a study's files were found when it was last queued; nil where the key is unknown.
    func place(of key: StudyKey) throws(StoreFault) -> StudyPlace?

    /// The pseudonym of a study, whether or not it was ever queued.
    func studyKey(of studyInstanceUID: UID) throws(StoreFault) -> StudyKey

    /// Keeps what the runner's drop folder waits for, in place of what was kept before; nil: for nothing. It is worth
    /// nothing once its runner is gone, and the next runner begins without.
    func keep(_ settling: Settling?) throws(StoreFault)

    /// What the runner's drop folder waits for; nil where it waits for nothing, or there is none.
    func settling() throws(StoreFault) -> Settling?

    /// What is known of one study beyond its latest record: attempts, audit, and the ledger of a failed study.
    func history(of key: StudyKey) throws(StoreFault) -> StudyHistory?

    /// Keys of the studies of a patient named by its identity; the identity is not logged.
    func patientKey(patientID: String) throws(StoreFault) -> [PatientKey]
}

/// A study to be queued.
public struct EnqueuedStudy: Sendable, Equatable {
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Identity.
    public var patient: Patient
    /// Study attributes.
    public var study: StudyAttributes
    /// Folder the files lie below, absolute.
    public var root: String
    /// Number of files of the study.
    public var fileCount: Int
    /// A person asks for it: where it is in quarantine it is taken up again.
    public var leavesQuarantine: Bool

    /// A study to be queued.
    public init(
        studyInstanceUID: UID, patient: Patient, study: StudyAttributes, root: String, fileCount: Int,
        leavesQuarantine: Bool = false
    ) {
        self.studyInstanceUID = studyInstanceUID
        self.patient = patient
        self.study = study
        self.root = root
        self.fileCount = fileCount
        self.leavesQuarantine = leavesQuarantine
    }
}

/// Where a study lies.
public struct StudyPlace: Sendable, Hashable {
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Folder that its files lie below, absolute.
    public var root: String

    /// This study below this folder.
    public init(studyInstanceUID: UID, root: String) {
        self.studyInstanceUID = studyInstanceUID
        self.root = root
    }
}

/// Where a study stands after it was put in the queue.
public struct QueuedStudy: Sendable, Hashable {
    /// Pseudonym of the study.
    public var studyKey: StudyKey
    /// Why it was put into quarantine, where it stays; nil where it will be worked on.
    public var quarantine: String?

    /// A study of this key.
    public init(studyKey: StudyKey, quarantine: String? = nil) {
        self.studyKey = studyKey
        self.quarantine = quarantine
    }
}

/// The right to work on a study until a moment; fenced by the attempt's number.
public struct StudyLease: Sendable, Hashable {
    /// Whose.
    public var studyKey: StudyKey
    /// Pseudonym of the patient.
    public var patientKey: PatientKey
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Name of the worker.
    public var worker: String
    /// Fencing number, grows with each claim.
    public var attempt: Int
    /// Failed attempts before this one, since the study was last queued.
    public var failedAttempts: Int
    /// State before the claim: `judged` means that only the reports are outstanding.
    public var previousState: StudyState
    /// When it lapses.
    public var leaseUntil: Timestamp

    /// A lease.
    public init(
        studyKey: StudyKey, patientKey: PatientKey, studyInstanceUID: UID, worker: String, attempt: Int,
        failedAttempts: Int, previousState: StudyState, leaseUntil: Timestamp
    ) {
        self.studyKey = studyKey
        self.patientKey = patientKey
        self.studyInstanceUID = studyInstanceUID
        self.worker = worker
        self.attempt = attempt
        self.failedAttempts = failedAttempts
        self.previousState = previousState
        self.leaseUntil = leaseUntil
    }
}

/// Why a study has no verdict.
public struct StudyFailure: Sendable, Equatable, Codable {
    /// What, as a code that programs can rely on.
    public var code: Code
    /// A sentence for a person. No patient identity.
    public var detail: String
    /// Decisions known so far.
    public var seriesDecisions: [SeriesDecision]
    /// File outcomes known so far.
    public var files: [FileOutcome]

    /// A failure.
    public init(code: Code, detail: String, seriesDecisions: [SeriesDecision] = [], files: [FileOutcome] = []) {
        self.code = code
        self.detail = detail
        self.seriesDecisions = seriesDecisions
        self.files = files
    }

    /// Codes of failures.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// No series passes the rules.
        case noSuitableSeries
        /// No file of the study could be read.
        case nothingReadable
        /// Values cannot be Hounsfield units.
        case notHounsfield
        /// The reader died twice.
        case quarantined
        /// The reader could not be started, or the folder was gone.
        case readerFault
        /// The reader took too long on too many of its files.
        case readerTimedOut
        /// The scorer failed.
        case scorerFault
        /// Reports could not be written.
        case reportFault
        /// The study's wall clock ran out.
        case timedOut
    }
}

/// A study as a line of `status`.
public struct StudySummary: Sendable, Equatable, Codable {
    /// Pseudonym.
    public var studyKey: StudyKey
    /// Pseudonym.
    public var patientKey: PatientKey
    /// State.
    public var state: StudyState
    /// Claims so far.
    public var attempts: Int
    /// Latest revision, 0 where none.
    public var revision: Int
    /// Latest finding.
    public var finding: Finding?
    /// Latest probability.
    public var probability: Double?
    /// Scored slices of the latest revision.
    public var scoredSlices: Int
    /// Slices of the chosen series in the latest revision.
    public var slices: Int
    /// Code of the latest failure, where the state tells of one.
    public var failureCode: StudyFailure.Code?
    /// Its sentence.
    public var failureDetail: String?
    /// First quality failure of the latest verdict, as a sentence.
    public var doubt: String?
    /// When it is tried again, for `waiting`.
    public var retryAt: Timestamp?
    /// When it was first queued.
    public var queuedAt: Timestamp
    /// When anything last changed.
    public var updatedAt: Timestamp
    /// When the latest revision was judged.
    public var judgedAt: Timestamp?
    /// The failure for good that came after the latest revision, whose verdict is then not the last word.
    public var failedSince: StudyFailureSince?

    /// A summary.
    public init(
        studyKey: StudyKey, patientKey: PatientKey, state: StudyState, attempts: Int, revision: Int,
        finding: Finding?, probability: Double?, scoredSlices: Int, slices: Int, failureCode: StudyFailure.Code?,
        failureDetail: String?, doubt: String?, retryAt: Timestamp?, queuedAt: Timestamp, updatedAt: Timestamp,
        judgedAt: Timestamp? = nil, failedSince: StudyFailureSince? = nil
    ) {
        self.studyKey = studyKey
        self.patientKey = patientKey
        self.state = state
        self.attempts = attempts
        self.revision = revision
        self.finding = finding
        self.probability = probability
        self.scoredSlices = scoredSlices
        self.slices = slices
        self.failureCode = failureCode
        self.failureDetail = failureDetail
        self.doubt = doubt
        self.retryAt = retryAt
        self.queuedAt = queuedAt
        self.updatedAt = updatedAt
        self.judgedAt = judgedAt
        self.failedSince = failedSince
    }
}

/// Attempts and audit of one study.
public struct StudyHistory: Sendable, Equatable, Codable {
    /// The study.
    public var summary: StudySummary
    /// Every claim, oldest first.
    public var attempts: [Attempt]
    /// Every move, oldest first.
    public var audit: [AuditEntry]
    /// Series decisions of the latest failure, where there is one that nothing has overtaken.
    public var failedSeriesDecisions: [SeriesDecision]
    /// File outcomes of the latest failure, likewise.
    public var failedFiles: [FileOutcome]

    /// A history of these parts.
    public init(
        summary: StudySummary, attempts: [Attempt], audit: [AuditEntry], failedSeriesDecisions: [SeriesDecision],
        failedFiles: [FileOutcome]
    ) {
        self.summary = summary
        self.attempts = attempts
        self.audit = audit
        self.failedSeriesDecisions = failedSeriesDecisions
        self.failedFiles = failedFiles
    }

    /// One claim of a study.
    public struct Attempt: Sendable, Equatable, Codable {
        /// Fencing number.
        public var attempt: Int
        /// Who.
        public var worker: String
        /// When it began.
        public var startedAt: Timestamp
        /// When it ended; nil while it runs.
        public var endedAt: Timestamp?
        /// `running`, `judged`, `done`, `failed`, `waiting`, `quarantined`, `released`, `abandoned`.
        public var outcome: String
        /// A sentence; empty where there is nothing to say.
        public var detail: String

        /// An attempt.
        public init(
            attempt: Int, worker: String, startedAt: Timestamp, endedAt: Timestamp?, outcome: String, detail: String
        ) {
            self.attempt = attempt
            self.worker = worker
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.outcome = outcome
            self.detail = detail
        }
    }

    /// One line of the append-only audit.
    public struct AuditEntry: Sendable, Equatable, Codable {
        /// When.
        public var at: Timestamp
        /// What: `enqueued`, `claimed`, `judged`, ...
        public var event: String
        /// State before; nil at the first.
        public var from: StudyState?
        /// State after.
        public var to: StudyState
        /// A sentence.
        public var detail: String

        /// A line.
        public init(at: Timestamp, event: String, from: StudyState?, to: StudyState, detail: String) {
            self.at = at
            self.event = event
            self.from = from
            self.to = to
            self.detail = detail
        }
    }
}

/// A fault of the store.
public typealias StoreFault = Fault<StoreFaultCode>

/// Codes of `StoreFault`.
public enum StoreFaultCode: String, FaultCode {
    /// The file cannot be opened or created.
    case cannotOpen
    /// Another runner holds the store.
    case heldByAnotherRunner
    /// It was written by a newer version.
    case newerSchema
    /// It is no store, or damaged.
    case damaged
    /// Busy or locked beyond the time allowed.
    case busy
    /// The disk is full.
    case diskFull
    /// Reading or writing failed.
    case inputOutput
    /// The lease belongs to a later attempt.
    case leaseLost
    /// A move that the state machine does not know.
    case illegalMove
    /// No such study.
    case unknownStudy

    /// Whether trying again can help.
    public var disposition: FaultDisposition {
        switch self {
        case .heldByAnotherRunner, .busy, .diskFull, .inputOutput: .retryable
        case .cannotOpen, .newerSchema, .damaged, .leaseLost, .illegalMove, .unknownStudy: .permanent
        }
    }
}
