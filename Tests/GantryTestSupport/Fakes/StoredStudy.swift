import GantryCore

/// A study as `InMemoryStudyStore` keeps it.
package struct StoredStudy: Sendable {
    package let key: StudyKey
    private(set) var patientKey: PatientKey
    /// What it was queued with last.
    package private(set) var study: EnqueuedStudy
    /// The one that it has now: of what it was judged on last, or was queued with where it never was.
    private(set) var identity: StudyIdentity
    package internal(set) var state: StudyState = .queued
    /// Failed attempts since it was last queued.
    package internal(set) var failedAttempts = 0
    var worker: String?
    var leaseUntil: Timestamp?
    var retryAt: Timestamp?
    /// The failure that its state tells of.
    package internal(set) var failure: StudyFailure?
    var reportsOutstanding = false
    let queuedAt: Timestamp
    private(set) var updatedAt: Timestamp
    /// Every revision, as it was committed.
    package internal(set) var records: [StudyRecord] = []
    /// The attempt that the latest revision came from.
    var judgedAttempt = 0
    var attempts: [StudyHistory.Attempt] = []
    var failures: [(attempt: Int, failure: StudyFailure)] = []
    /// The latest failure for good, until the study is done.
    var failedForGood: StudyFailureSince?
    private(set) var audit: [StudyHistory.AuditEntry] = []
    private(set) var formerPatients: Set<PatientKey> = []

    init(key: StudyKey, patientKey: PatientKey, study: EnqueuedStudy, queuedAt: Timestamp) {
        self.key = key
        self.patientKey = patientKey
        self.study = study
        identity = study.identity
        self.queuedAt = queuedAt
        updatedAt = queuedAt
    }

    /// Number of claims so far.
    package var attempt: Int { attempts.count }

    /// The failure for good that came after the latest revision.
    package var failedSince: StudyFailureSince? {
        records.isEmpty || reportsOutstanding ? nil : failedForGood
    }

    /// The latest revision with the identity that the study has now, and what came after it.
    var record: StudyRecord? {
        guard var record = records.last else { return nil }
        record.patientKey = patientKey
        record.patient = identity.patient
        record.study = identity.attributes
        record.failedSince = failedSince
        return record
    }

    /// Queued again with these files. What was judged stays with the patient it was judged for until there is a verdict
    /// on them.
    mutating func queue(_ study: EnqueuedStudy, of patient: PatientKey) {
        self.study = study
        if records.isEmpty { identify(study.identity, of: patient) }
    }

    /// Gives it this identity, and its patient this key.
    mutating func identify(_ identity: StudyIdentity, of patient: PatientKey) {
        formerPatients.insert(patientKey)
        patientKey = patient
        self.identity = identity
    }

    mutating func log(_ event: String, from: StudyState?, _ detail: String, _ now: Timestamp) {
        audit.append(.init(at: now, event: event, from: from, to: state, detail: detail))
        updatedAt = now
    }

    mutating func endAttempt(_ outcome: String, _ detail: String, _ now: Timestamp) {
        guard let last = attempts.indices.last else { return }
        attempts[last].outcome = outcome
        attempts[last].detail = detail
        attempts[last].endedAt = now
    }

    mutating func move(to state: StudyState) throws(StoreFault) {
        guard state == self.state || self.state.successors.contains(state) else {
            throw StoreFault(.illegalMove, subject: key.value, explanation: "illegal move")
        }
        self.state = state
        if state != .running && state != .judged {
            worker = nil
            leaseUntil = nil
        }
    }

    /// Ends an attempt that is neither done nor failed.
    mutating func leave(event: String, outcome: String, detail: String, now: Timestamp) throws(StoreFault) {
        let from = state
        try move(to: reportsOutstanding ? .judged : .queued)
        worker = nil
        leaseUntil = nil
        endAttempt(outcome, detail, now)
        log(event, from: from, "attempt \(attempts.count)", now)
    }
}
