import GantryCore
import Synchronization

/// A `StudyStore` without a disk, for tests of what stands above it; held to the same suite as the real one.
package final class InMemoryStudyStore: StudyStore {
    private let studies = Mutex<[StoredStudy]>([])
    private let inputPaths = Mutex<Set<String>>([])
    private let kept = Mutex<Settling?>(nil)

    package init() {}

    // MARK: - For tests

    /// Every study, oldest first.
    package var entries: [StoredStudy] { studies.withLock { $0 } }

    /// Every revision of every study.
    package var records: [StudyRecord] { entries.flatMap(\.records) }

    /// Changes every record, as another version would have written it.
    package func change(_ change: (inout StudyRecord) -> Void) {
        studies.withLock { studies in
            for study in studies.indices {
                for record in studies[study].records.indices { change(&studies[study].records[record]) }
            }
        }
    }

    // MARK: - The port

    package func enqueue(_ study: EnqueuedStudy, now: Timestamp) throws(StoreFault) -> QueuedStudy {
        let key = try studyKey(of: study.studyInstanceUID)
        let patientKey = try Self.patientKey(study.identity, study.studyInstanceUID)
        return try change { entries throws(StoreFault) in
            guard let index = entries.firstIndex(where: { $0.key == key }) else {
                var entry = StoredStudy(key: key, patientKey: patientKey, study: study, queuedAt: now)
                entry.log("enqueued", from: nil, "\(study.fileCount) files", now)
                entries.append(entry)
                return QueuedStudy(studyKey: key)
            }
            let from = entries[index].state
            entries[index].queue(study, of: patientKey)
            let isLive = entries[index].leaseUntil.map { $0 > now } ?? false
            let staysInQuarantine = from == .quarantined && !study.leavesQuarantine
            let why = staysInQuarantine ? entries[index].failure?.detail ?? "" : nil
            if !staysInQuarantine && from != .judged && !(from == .running && isLive) {
                if from == .running { entries[index].endAttempt("abandoned", "its lease lapsed", now) }
                try entries[index].move(to: .queued)
                entries[index].failedAttempts = 0
                entries[index].retryAt = nil
                entries[index].failure = nil
            }
            let words = "\(study.fileCount) files" + (staysInQuarantine ? ", left in quarantine" : "")
            entries[index].log("enqueued", from: from, words, now)
            return QueuedStudy(studyKey: key, quarantine: why)
        }
    }

    package func formerPatients(of key: StudyKey) throws(StoreFault) -> [PatientKey] {
        try change { entries throws(StoreFault) in
            guard let entry = entries.first(where: { $0.key == key }) else { return [] }
            return entry.formerPatients.subtracting([entry.patientKey]).sorted()
        }
    }

    package func place(of key: StudyKey) throws(StoreFault) -> StudyPlace? {
        try change { entries throws(StoreFault) in
            entries.first { $0.key == key }.map {
                StudyPlace(studyInstanceUID: $0.study.studyInstanceUID, root: $0.study.root)
            }
        }
    }

    package func remember(inputs: [String]) throws(StoreFault) { inputPaths.withLock { $0.formUnion(inputs) } }

    package func inputs() throws(StoreFault) -> [String] { inputPaths.withLock { $0.sorted() } }

    package func studyKey(of studyInstanceUID: UID) throws(StoreFault) -> StudyKey {
        guard let key = StudyKey(Self.digits("study " + studyInstanceUID.value)) else { throw Self.noKey }
        return key
    }

    package func keep(_ settling: Settling?) throws(StoreFault) { kept.withLock { $0 = settling } }

    package func settling() throws(StoreFault) -> Settling? { kept.withLock { $0 } }

    package func recoverAbandoned(now: Timestamp) throws(StoreFault) -> [StudyKey] {
        try change { entries throws(StoreFault) in
            var keys: [StudyKey] = []
            for index in entries.indices where entries[index].worker != nil {
                try entries[index].leave(
                    event: "recovered", outcome: "abandoned", detail: "its runner ended without a word", now: now)
                keys.append(entries[index].key)
            }
            return keys
        }
    }

    package func claim(
        worker: String, among: Set<StudyKey>?, leaseSeconds: Int64, now: Timestamp
    ) throws(StoreFault) -> StudyLease? {
        try change { entries throws(StoreFault) in
            let ready = entries.firstIndex { entry in
                [.queued, .waiting, .judged].contains(entry.state)
                    && (entry.leaseUntil.map { $0 <= now } ?? true) && (entry.retryAt.map { $0 <= now } ?? true)
                    && (among?.contains(entry.key) ?? true)
            }
            guard let ready else { return nil }
            let before = entries[ready]
            if before.worker != nil { entries[ready].endAttempt("abandoned", "its lease lapsed", now) }
            try entries[ready].move(to: .running)
            let until = now.advanced(bySeconds: leaseSeconds)
            entries[ready].worker = worker
            entries[ready].leaseUntil = until
            entries[ready].retryAt = nil
            entries[ready].failure = nil
            let attempt = before.attempts.count + 1
            entries[ready].attempts.append(
                .init(
                    attempt: attempt, worker: worker, startedAt: now, endedAt: nil, outcome: "running", detail: ""))
            entries[ready].log("claimed", from: before.state, "attempt \(attempt)", now)
            return StudyLease(
                studyKey: before.key, patientKey: before.patientKey, studyInstanceUID: before.study.studyInstanceUID,
                worker: worker, attempt: attempt, failedAttempts: before.failedAttempts,
                previousState: before.reportsOutstanding ? .judged : before.state, leaseUntil: until)
        }
    }

    package func renew(_ lease: StudyLease, leaseSeconds: Int64, now: Timestamp) throws(StoreFault) {
        try held(lease) { entry in entry.leaseUntil = now.advanced(bySeconds: leaseSeconds) }
    }

    package func latestRecord(of key: StudyKey) throws(StoreFault) -> StudyRecord? {
        studies.withLock { $0.first { $0.key == key }?.record }
    }

    package func keep(
        _ opinion: SecondOpinion, under lease: StudyLease, now: Timestamp
    ) throws(StoreFault) -> StudyRecord {
        try held(lease) { entry throws(StoreFault) in
            guard let last = entry.records.indices.last else {
                throw StoreFault(.illegalMove, subject: lease.studyKey.value, explanation: "no revision")
            }
            entry.records[last].result.secondOpinion = opinion
            entry.log(
                "second opinion", from: entry.state, "on revision \(entry.records.count): \(opinion.summary)", now)
            guard let record = entry.record else {
                throw StoreFault(.damaged, subject: lease.studyKey.value, explanation: "no record")
            }
            return record
        }
    }

    package func commit(
        _ result: StudyResult, of identity: StudyIdentity, under lease: StudyLease, now: Timestamp
    ) throws(StoreFault) -> StudyRecord {
        let patientKey = try Self.patientKey(identity, lease.studyInstanceUID)
        return try held(lease) { entry throws(StoreFault) in
            guard entry.state == .running, let last = entry.attempts.indices.last else {
                throw StoreFault(.illegalMove, subject: lease.studyKey.value, explanation: "committed before")
            }
            entry.identify(identity, of: patientKey)
            let record = StudyRecord(
                studyKey: entry.key, patientKey: entry.patientKey, studyInstanceUID: entry.study.studyInstanceUID,
                patient: identity.patient, study: identity.attributes, revision: entry.records.count + 1,
                judgedAt: now, result: result,
                preceding: entry.records.last.flatMap { last in
                    last.result.source.map { _ in
                        PrecedingRevision(revision: last.revision, last.result.provenance)
                    }
                })
            entry.records.append(record)
            entry.judgedAttempt = lease.attempt
            entry.attempts[last].outcome = "judged"
            entry.reportsOutstanding = true
            try entry.move(to: .judged)
            entry.log(
                "judged", from: .running, "revision \(record.revision), \(result.verdict.finding.rawValue)", now)
            return record
        }
    }

    package func confirm(
        _ lease: StudyLease, of identity: StudyIdentity, now: Timestamp
    ) throws(StoreFault) {
        let patientKey = try Self.patientKey(identity, lease.studyInstanceUID)
        try held(lease) { entry throws(StoreFault) in
            guard entry.state == .running, !entry.records.isEmpty, let last = entry.attempts.indices.last else {
                throw StoreFault(.illegalMove, subject: lease.studyKey.value, explanation: "no revision")
            }
            entry.identify(identity, of: patientKey)
            entry.attempts[last].outcome = "judged"
            entry.reportsOutstanding = true
            try entry.move(to: .judged)
            entry.log("confirmed", from: .running, "revision \(entry.records.count) stands", now)
        }
    }

    package func finish(_ lease: StudyLease, note: String, now: Timestamp) throws(StoreFault) {
        try held(lease) { entry throws(StoreFault) in
            guard !entry.records.isEmpty else {
                throw StoreFault(.illegalMove, subject: lease.studyKey.value, explanation: "no verdict")
            }
            let from = entry.state
            try entry.move(to: .done)
            entry.reportsOutstanding = false
            entry.failures = []
            entry.failedForGood = nil
            entry.failedAttempts = 0
            entry.endAttempt("done", note, now)
            entry.log("finished", from: from, note, now)
        }
    }

    package func fail(
        _ lease: StudyLease, failure: StudyFailure, retryAt: Timestamp?, now: Timestamp
    ) throws(StoreFault) {
        try held(lease) { entry throws(StoreFault) in
            if entry.state == .judged {
                try entry.move(to: .running)
                entry.log("reports not written", from: .judged, "the verdict stays", now)
            }
            let target: StudyState =
                retryAt != nil ? .waiting : failure.code == .quarantined ? .quarantined : .failed
            try entry.move(to: target)
            entry.failedAttempts += 1
            entry.retryAt = retryAt
            entry.failure = failure
            entry.failures.append((lease.attempt, failure))
            if retryAt == nil {
                entry.failedForGood = StudyFailureSince(at: now, code: failure.code, detail: failure.detail)
            }
            entry.endAttempt(target.rawValue, failure.detail, now)
            entry.log("failed", from: .running, "\(failure.code.rawValue): \(failure.detail)", now)
        }
    }

    package func release(_ lease: StudyLease, now: Timestamp) throws(StoreFault) {
        try held(lease) { entry throws(StoreFault) in
            try entry.leave(event: "released", outcome: "released", detail: "", now: now)
        }
    }

    package func summaries() throws(StoreFault) -> [StudySummary] {
        studies.withLock { $0.map(Self.summary) }
    }

    package func records(of patient: PatientKey) throws(StoreFault) -> [StudyRecord] {
        studies.withLock { entries in
            entries.filter { $0.patientKey == patient }.compactMap(\.record)
                .enumerated()
                .sorted { left, right in
                    let a = (left.element.study.studyDate ?? "", left.element.study.studyTime ?? "", left.offset)
                    let b = (right.element.study.studyDate ?? "", right.element.study.studyTime ?? "", right.offset)
                    return a < b
                }
                .map(\.element)
        }
    }

    package func history(of key: StudyKey) throws(StoreFault) -> StudyHistory? {
        studies.withLock { entries in
            guard let entry = entries.first(where: { $0.key == key }) else { return nil }
            let failure = entry.failures.last { $0.attempt >= entry.judgedAttempt }?.failure
            return StudyHistory(
                summary: Self.summary(entry), attempts: entry.attempts, audit: entry.audit,
                failedSeriesDecisions: failure?.seriesDecisions ?? [], failedFiles: failure?.files ?? [])
        }
    }

    package func patientKey(patientID: String) throws(StoreFault) -> [PatientKey] {
        studies.withLock { entries in
            var keys: [PatientKey] = []
            for entry in entries where Self.trimmed(entry.identity.patient.patientID) == Self.trimmed(patientID) {
                if !keys.contains(entry.patientKey) { keys.append(entry.patientKey) }
            }
            return keys
        }
    }

    private func change<Value: Sendable>(
        _ body: (inout [StoredStudy]) throws(StoreFault) -> Value
    ) throws(StoreFault) -> Value {
        try studies.withLock { entries throws(StoreFault) in
            // A fault leaves everything as it was.
            var copy = entries
            let value = try body(&copy)
            entries = copy
            return value
        }
    }

    private func held<Value: Sendable>(
        _ lease: StudyLease, _ body: (inout StoredStudy) throws(StoreFault) -> Value
    ) throws(StoreFault) -> Value {
        try change { entries throws(StoreFault) in
            guard let index = entries.firstIndex(where: { $0.key == lease.studyKey }) else {
                throw StoreFault(.unknownStudy, subject: lease.studyKey.value, explanation: "no such study")
            }
            guard entries[index].worker == lease.worker, entries[index].attempts.count == lease.attempt else {
                throw StoreFault(.leaseLost, subject: lease.studyKey.value, explanation: "a later attempt has begun")
            }
            return try body(&entries[index])
        }
    }

    private static func summary(_ entry: StoredStudy) -> StudySummary {
        let latest = entry.records.last?.result
        return StudySummary(
            studyKey: entry.key, patientKey: entry.patientKey, state: entry.state, attempts: entry.attempts.count,
            revision: entry.records.count, finding: latest?.verdict.finding,
            probability: latest?.verdict.probability, scoredSlices: latest?.verdict.scoredSlices ?? 0,
            slices: latest?.slices.count ?? 0, failureCode: entry.failure?.code, failureDetail: entry.failure?.detail,
            doubt: latest?.verdict.findings.first { $0.isFailure }?.detail, retryAt: entry.retryAt,
            queuedAt: entry.queuedAt, updatedAt: entry.updatedAt, judgedAt: entry.records.last?.judgedAt,
            failedSince: entry.failedSince)
    }

    private static func trimmed(_ text: String?) -> String {
        String((text ?? "").drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func patientKey(
        _ identity: StudyIdentity, _ studyInstanceUID: UID
    ) throws(StoreFault) -> PatientKey {
        let patientID = trimmed(identity.patient.patientID)
        let text =
            patientID.isEmpty
            ? "patient of " + studyInstanceUID.value
            : "patient " + trimmed(identity.patient.issuerOfPatientID) + "|" + patientID
        guard let key = PatientKey(digits(text)) else { throw noKey }
        return key
    }

    /// FNV-1a, 64 bits: keys here need no secret.
    private static func digits(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static let noKey = StoreFault(.damaged, subject: "", explanation: "no key")
}
