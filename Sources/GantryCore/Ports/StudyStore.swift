/// Keeps studies, their states, scores, verdicts and audit. One runner writes at a time; readers may open beside it.
///
/// Calls block. Every call is one transaction: it happened wholly or not at all, also when the process is killed.
public protocol StudyStore: Sendable {
    /// Puts a study in the queue, new or known, and says where it stands now.
    ///
    /// A study that is `running` under a live lease stays so, and one in quarantine stays there unless a person takes
    /// it up (`EnqueuedStudy.leavesQuarantine`). Patient and study attributes are brought up to date
    /// at once where it was never judged; a verdict stays with the patient of the files that it was reached on.
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

    /// Commits a result as the next revision; the study becomes `judged`, and has the identity of the files that were
    /// analysed, whatever was queued meanwhile. **Throws** `.leaseLost`.
    func commit(
        _ result: StudyResult, of identity: StudyIdentity, under lease: StudyLease, now: Timestamp
    ) throws(StoreFault) -> StudyRecord

    /// The latest revision was found to stand, though the study failed or has another identity since. The failure is
    /// overtaken, the study has the identity of the files that were analysed, as by `commit`, and becomes `judged`: its
    /// reports are owed anew. **Throws** `.leaseLost`; `.illegalMove` where there is no revision, or the study is
    /// `judged` already.
    func confirm(_ lease: StudyLease, of identity: StudyIdentity, now: Timestamp) throws(StoreFault)

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

    /// What is known of one study beyond its latest record: attempts, audit, and what became of the
    /// series and files of a failed study.
    func history(of key: StudyKey) throws(StoreFault) -> StudyHistory?

    /// Keys of the studies of a patient named by its identity; the identity is not logged.
    func patientKey(patientID: String) throws(StoreFault) -> [PatientKey]
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
