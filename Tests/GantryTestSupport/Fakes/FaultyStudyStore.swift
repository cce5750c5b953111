import GantryCore
import Synchronization

/// A store that is `base`, until it is told otherwise: it can be killed at any of its calls, lose leases, and refuse to
/// keep what a drop folder waits for. It also counts what it is asked.
package final class FaultyStudyStore: StudyStore {
    /// What goes wrong. Nothing unless it is set.
    package struct Faults: Sendable {
        /// The number of the call that dies, and everything after it.
        package var diesAt: Int?
        /// The dying call has happened before it dies.
        package var diesAfterEffect = false
        /// Another attempt begins before each `commit`.
        package var losesLeaseAtCommit = false
        /// Nothing of a drop folder can be kept.
        package var refusesSettling = false
    }

    /// What was asked.
    package struct Calls: Sendable {
        /// All calls.
        package fileprivate(set) var count = 0
        /// Leases that were prolonged.
        package fileprivate(set) var renewals = 0
        /// What was to be kept of a drop folder, one after the other.
        package fileprivate(set) var settlings: [Settling?] = []
    }

    /// What goes wrong from now on.
    package let faults = Mutex(Faults())
    private let base: any StudyStore
    private let counted = Mutex(Calls())

    /// `base`, without a fault.
    package init(_ base: any StudyStore) { self.base = base }

    /// What was asked so far.
    package var calls: Calls { counted.withLock { $0 } }

    private static let dead = StoreFault(.inputOutput, subject: "store", explanation: "killed")

    private func call<Value>(_ body: () throws(StoreFault) -> Value) throws(StoreFault) -> Value {
        let number = counted.withLock { calls in
            calls.count += 1
            return calls.count
        }
        let faults = faults.withLock { $0 }
        guard let diesAt = faults.diesAt, number >= diesAt else { return try body() }
        if number == diesAt && faults.diesAfterEffect { _ = try body() }
        throw Self.dead
    }

    // MARK: - What may go wrong in its own way

    package func commit(
        _ result: StudyResult, of identity: StudyIdentity, under lease: StudyLease, now: Timestamp
    ) throws(StoreFault) -> StudyRecord {
        try call { () throws(StoreFault) in
            if faults.withLock({ $0.losesLeaseAtCommit }) {
                try base.release(lease, now: now)
                _ = try base.claim(worker: "another", among: [lease.studyKey], leaseSeconds: 600, now: now)
            }
            return try base.commit(result, of: identity, under: lease, now: now)
        }
    }

    package func renew(_ lease: StudyLease, leaseSeconds: Int64, now: Timestamp) throws(StoreFault) {
        try call { () throws(StoreFault) in
            try base.renew(lease, leaseSeconds: leaseSeconds, now: now)
            counted.withLock { $0.renewals += 1 }
        }
    }

    package func keep(_ settling: Settling?) throws(StoreFault) {
        counted.withLock { $0.settlings.append(settling) }
        try call { () throws(StoreFault) in
            if faults.withLock({ $0.refusesSettling }) { throw Self.dead }
            try base.keep(settling)
        }
    }

    // MARK: - Everything else

    package func enqueue(_ study: EnqueuedStudy, now: Timestamp) throws(StoreFault) -> QueuedStudy {
        try call { () throws(StoreFault) in try base.enqueue(study, now: now) }
    }

    package func recoverAbandoned(now: Timestamp) throws(StoreFault) -> [StudyKey] {
        try call { () throws(StoreFault) in try base.recoverAbandoned(now: now) }
    }

    package func claim(
        worker: String, among: Set<StudyKey>?, leaseSeconds: Int64, now: Timestamp
    ) throws(StoreFault) -> StudyLease? {
        try call { () throws(StoreFault) in
            try base.claim(worker: worker, among: among, leaseSeconds: leaseSeconds, now: now)
        }
    }

    package func latestRecord(of key: StudyKey) throws(StoreFault) -> StudyRecord? {
        try call { () throws(StoreFault) in try base.latestRecord(of: key) }
    }

    package func confirm(
        _ lease: StudyLease, of identity: StudyIdentity, now: Timestamp
    ) throws(StoreFault) {
        try call { () throws(StoreFault) in try base.confirm(lease, of: identity, now: now) }
    }

    package func keep(
        _ opinion: SecondOpinion, under lease: StudyLease, now: Timestamp
    ) throws(StoreFault) -> StudyRecord {
        try call { () throws(StoreFault) in try base.keep(opinion, under: lease, now: now) }
    }

    package func finish(_ lease: StudyLease, note: String, now: Timestamp) throws(StoreFault) {
        try call { () throws(StoreFault) in try base.finish(lease, note: note, now: now) }
    }

    package func fail(
        _ lease: StudyLease, failure: StudyFailure, retryAt: Timestamp?, now: Timestamp
    ) throws(StoreFault) {
        try call { () throws(StoreFault) in try base.fail(lease, failure: failure, retryAt: retryAt, now: now) }
    }

    package func release(_ lease: StudyLease, now: Timestamp) throws(StoreFault) {
        try call { () throws(StoreFault) in try base.release(lease, now: now) }
    }

    package func summaries() throws(StoreFault) -> [StudySummary] {
        try call { () throws(StoreFault) in try base.summaries() }
    }

    package func records(of patient: PatientKey) throws(StoreFault) -> [StudyRecord] {
        try call { () throws(StoreFault) in try base.records(of: patient) }
    }

    package func formerPatients(of key: StudyKey) throws(StoreFault) -> [PatientKey] {
        try call { () throws(StoreFault) in try base.formerPatients(of: key) }
    }

    package func remember(inputs: [String]) throws(StoreFault) {
        try call { () throws(StoreFault) in try base.remember(inputs: inputs) }
    }

    package func inputs() throws(StoreFault) -> [String] {
        try call { () throws(StoreFault) in try base.inputs() }
    }

    package func place(of key: StudyKey) throws(StoreFault) -> StudyPlace? {
        try call { () throws(StoreFault) in try base.place(of: key) }
    }

    package func studyKey(of studyInstanceUID: UID) throws(StoreFault) -> StudyKey {
        try call { () throws(StoreFault) in try base.studyKey(of: studyInstanceUID) }
    }

    package func settling() throws(StoreFault) -> Settling? {
        try call { () throws(StoreFault) in try base.settling() }
    }

    package func history(of key: StudyKey) throws(StoreFault) -> StudyHistory? {
        try call { () throws(StoreFault) in try base.history(of: key) }
    }

    package func patientKey(patientID: String) throws(StoreFault) -> [PatientKey] {
        try call { () throws(StoreFault) in try base.patientKey(patientID: patientID) }
    }
}
