import GantryCore
import Synchronization

/// A store in memory that keeps the rules of the port, and can be killed at any of its calls.
final class FakeStore: StudyStore {
    struct Entry: Sendable {
        var key: StudyKey
        var study: EnqueuedStudy
        var state = StudyState.queued
        var attempt = 0
        var failedAttempts = 0
        var leaseUntil: Timestamp?
        var retryAt: Timestamp?
        var records: [StudyRecord] = []
        var failure: StudyFailure?
        var failedSince: StudyFailureSince?
        var formerPatients: Set<PatientKey> = []
    }
    struct Tables: Sendable {
        var entries: [Entry] = []
        var calls = 0
        /// The number of the call that dies, and everything after it.
        var diesAt: Int?
        /// The dying call has happened before it dies.
        var diesAfterEffect = false
        /// Queueing a study whose reports are outstanding puts it back to the queue.
        var queueingTakesJudged = false
        /// Another attempt begins at this call of `renew` or `commit`.
        var losesLeaseAtCommit = false
        var renewals = 0
        /// What was to be kept of a drop folder, one after the other.
        var settlings: [Settling?] = []
        /// Nothing of a drop folder can be kept.
        var refusesSettling = false
    }
    let tables: Mutex<Tables>

    init() { tables = Mutex(Tables()) }

    var entries: [Entry] { tables.withLock { $0.entries } }
    var records: [StudyRecord] { entries.flatMap(\.records) }

    /// Changes every record, as another version would have written it.
    func change(_ change: (inout StudyRecord) -> Void) {
        tables.withLock { tables in
            for entry in tables.entries.indices {
                for record in tables.entries[entry].records.indices { change(&tables.entries[entry].records[record]) }
            }
        }
    }

    private static let dead = StoreFault(.inputOutput, subject: "store", explanation: "killed")

    private func call<Value: Sendable>(_ body: (inout Tables) throws(StoreFault) -> Value) throws(StoreFault) -> Value {
        try tables.withLock { tables throws(StoreFault) in
            tables.calls += 1
            if let diesAt = tables.diesAt {
                if tables.calls > diesAt || (tables.calls == diesAt && !tables.diesAfterEffect) { throw Self.dead }
                if tables.calls == diesAt {
                    _ = try body(&tables)
                    throw Self.dead
                }
            }
            return try body(&tables)
        }
    }

    private static func hash(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private func patientKey(_ entry: Entry) throws(StoreFault) -> PatientKey {
        guard let key = PatientKey(Self.hash("patient " + (entry.study.patient.patientID ?? ""))) else {
            throw Self.dead
        }
        return key
    }

    /// The latest record with the identity that the study has now, and what came after it.
    private func latest(of entry: Entry) throws(StoreFault) -> StudyRecord? {
        guard var record = entry.records.last else { return nil }
        record.patientKey = try patientKey(entry)
        record.patient = entry.study.patient
        record.failedSince = entry.failedSince
        return record
    }

    private func index(_ lease: StudyLease, _ tables: Tables) throws(StoreFault) -> Int {
        guard let index = tables.entries.firstIndex(where: { $0.key == lease.studyKey }),
            tables.entries[index].attempt == lease.attempt,
            tables.entries[index].state == .running || tables.entries[index].state == .judged
        else { throw StoreFault(.leaseLost, subject: lease.studyKey.value, explanation: "lost") }
        return index
    }

    func enqueue(_ study: EnqueuedStudy, now: Timestamp) throws(StoreFault) -> QueuedStudy {
        let key = try studyKey(of: study.studyInstanceUID)
        return try call { tables throws(StoreFault) in
            guard let index = tables.entries.firstIndex(where: { $0.key == key }) else {
                tables.entries.append(Entry(key: key, study: study))
                return QueuedStudy(studyKey: key)
            }
            tables.entries[index].formerPatients.insert(try patientKey(tables.entries[index]))
            tables.entries[index].study = study
            let isTaken: Bool
            switch tables.entries[index].state {
            case .running: isTaken = false
            case .judged: isTaken = tables.queueingTakesJudged
            case .quarantined where !study.leavesQuarantine:
                return QueuedStudy(studyKey: key, quarantine: tables.entries[index].failure?.detail ?? "")
            default: isTaken = true
            }
            if isTaken {
                tables.entries[index].state = .queued
                tables.entries[index].failedAttempts = 0
                tables.entries[index].retryAt = nil
            }
            return QueuedStudy(studyKey: key)
        }
    }

    func recoverAbandoned(now: Timestamp) throws(StoreFault) -> [StudyKey] {
        try call { tables throws(StoreFault) in
            var keys: [StudyKey] = []
            for index in tables.entries.indices where tables.entries[index].leaseUntil != nil {
                tables.entries[index].leaseUntil = nil
                if tables.entries[index].state == .running { tables.entries[index].state = .queued }
                keys.append(tables.entries[index].key)
            }
            return keys
        }
    }

    func claim(worker: String, among: Set<StudyKey>?, leaseSeconds: Int64, now: Timestamp) throws(StoreFault)
        -> StudyLease?
    {
        try call { tables throws(StoreFault) in
            let found = tables.entries.firstIndex { entry in
                guard among?.contains(entry.key) ?? true else { return false }
                switch entry.state {
                case .queued: return true
                case .judged: return entry.leaseUntil == nil
                case .waiting: return entry.retryAt.map { $0 <= now } ?? false
                default: return false
                }
            }
            guard let index = found else { return nil }
            let before = tables.entries[index].state
            tables.entries[index].state = .running
            tables.entries[index].attempt += 1
            let until = now.advanced(bySeconds: leaseSeconds)
            tables.entries[index].leaseUntil = until
            let entry = tables.entries[index]
            return StudyLease(
                studyKey: entry.key, patientKey: try patientKey(entry), studyInstanceUID: entry.study.studyInstanceUID,
                worker: worker, attempt: entry.attempt, failedAttempts: entry.failedAttempts, previousState: before,
                leaseUntil: until)
        }
    }

    func renew(_ lease: StudyLease, leaseSeconds: Int64, now: Timestamp) throws(StoreFault) {
        try call { tables throws(StoreFault) in
            let index = try index(lease, tables)
            tables.renewals += 1
            tables.entries[index].leaseUntil = now.advanced(bySeconds: leaseSeconds)
        }
    }

    func latestRecord(of key: StudyKey) throws(StoreFault) -> StudyRecord? {
        try call { tables throws(StoreFault) in
            guard let entry = tables.entries.first(where: { $0.key == key }) else { return nil }
            return try latest(of: entry)
        }
    }

    func keep(_ opinion: SecondOpinion, under lease: StudyLease, now: Timestamp) throws(StoreFault) -> StudyRecord {
        try call { tables throws(StoreFault) in
            let index = try index(lease, tables)
            guard var record = tables.entries[index].records.popLast() else {
                throw StoreFault(.illegalMove, subject: lease.studyKey.value, explanation: "no revision")
            }
            record.result.secondOpinion = opinion
            tables.entries[index].records.append(record)
            return record
        }
    }

    func commit(_ result: StudyResult, under lease: StudyLease, now: Timestamp) throws(StoreFault) -> StudyRecord {
        try call { tables throws(StoreFault) in
            if tables.losesLeaseAtCommit {
                for index in tables.entries.indices { tables.entries[index].attempt += 1 }
            }
            let index = try index(lease, tables)
            let entry = tables.entries[index]
            let record = StudyRecord(
                studyKey: entry.key, patientKey: lease.patientKey, studyInstanceUID: entry.study.studyInstanceUID,
                patient: entry.study.patient, study: entry.study.study, revision: entry.records.count + 1,
                judgedAt: now, result: result)
            tables.entries[index].records.append(record)
            tables.entries[index].state = .judged
            tables.entries[index].failedSince = nil
            return record
        }
    }

    func confirm(_ lease: StudyLease, now: Timestamp) throws(StoreFault) {
        try call { tables throws(StoreFault) in
            let index = try index(lease, tables)
            guard tables.entries[index].state == .running, !tables.entries[index].records.isEmpty else {
                throw StoreFault(.illegalMove, subject: lease.studyKey.value, explanation: "no revision")
            }
            tables.entries[index].state = .judged
            tables.entries[index].failedSince = nil
        }
    }

    func finish(_ lease: StudyLease, note: String, now: Timestamp) throws(StoreFault) {
        try call { tables throws(StoreFault) in
            let index = try index(lease, tables)
            tables.entries[index].state = .done
            tables.entries[index].failedSince = nil
            tables.entries[index].leaseUntil = nil
        }
    }

    func fail(_ lease: StudyLease, failure: StudyFailure, retryAt: Timestamp?, now: Timestamp) throws(StoreFault) {
        try call { tables throws(StoreFault) in
            let index = try index(lease, tables)
            tables.entries[index].failedAttempts += 1
            tables.entries[index].failure = failure
            if retryAt == nil && !tables.entries[index].records.isEmpty {
                tables.entries[index].failedSince = StudyFailureSince(
                    at: now, code: failure.code, detail: failure.detail)
            }
            tables.entries[index].retryAt = retryAt
            tables.entries[index].leaseUntil = nil
            tables.entries[index].state =
                retryAt != nil ? .waiting : failure.code == .quarantined ? .quarantined : .failed
        }
    }

    func release(_ lease: StudyLease, now: Timestamp) throws(StoreFault) {
        try call { tables throws(StoreFault) in
            let index = try index(lease, tables)
            tables.entries[index].state = .queued
            tables.entries[index].leaseUntil = nil
        }
    }

    func summaries() throws(StoreFault) -> [StudySummary] {
        try call { tables throws(StoreFault) in
            var summaries: [StudySummary] = []
            for entry in tables.entries {
                summaries.append(
                    StudySummary(
                        studyKey: entry.key, patientKey: try patientKey(entry), state: entry.state,
                        attempts: entry.attempt, revision: entry.records.count, finding: nil, probability: nil,
                        scoredSlices: 0, slices: 0, failureCode: nil, failureDetail: nil, doubt: nil,
                        retryAt: entry.retryAt, queuedAt: Timestamp(millisecondsSince1970: 0),
                        updatedAt: Timestamp(millisecondsSince1970: 0), judgedAt: entry.records.last?.judgedAt,
                        failedSince: entry.failedSince))
            }
            return summaries
        }
    }

    func records(of patient: PatientKey) throws(StoreFault) -> [StudyRecord] {
        try call { tables throws(StoreFault) in
            var records: [StudyRecord] = []
            for entry in tables.entries {
                if let record = try latest(of: entry), record.patientKey == patient { records.append(record) }
            }
            return records
        }
    }

    func formerPatients(of key: StudyKey) throws(StoreFault) -> [PatientKey] {
        try call { tables throws(StoreFault) in
            guard let entry = tables.entries.first(where: { $0.key == key }) else { return [] }
            return entry.formerPatients.subtracting([try patientKey(entry)]).sorted()
        }
    }

    func remember(inputs: [String]) throws(StoreFault) {}
    func inputs() throws(StoreFault) -> [String] { [] }

    func place(of key: StudyKey) throws(StoreFault) -> StudyPlace? {
        entries.first { $0.key == key }.map {
            StudyPlace(studyInstanceUID: $0.study.studyInstanceUID, root: $0.study.root)
        }
    }

    func studyKey(of studyInstanceUID: UID) throws(StoreFault) -> StudyKey {
        guard let key = StudyKey(Self.hash(studyInstanceUID.value)) else { throw Self.dead }
        return key
    }

    func keep(_ settling: Settling?) throws(StoreFault) {
        try tables.withLock { tables throws(StoreFault) in
            tables.settlings.append(settling)
            if tables.refusesSettling { throw Self.dead }
        }
    }

    func settling() throws(StoreFault) -> Settling? { tables.withLock { $0.settlings.last ?? nil } }

    func history(of key: StudyKey) throws(StoreFault) -> StudyHistory? { nil }
    func patientKey(patientID: String) throws(StoreFault) -> [PatientKey] { [] }
}
