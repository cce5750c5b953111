import GantryCore
import GantryStore
import Testing

/// A new revision from what the store has, in one transaction.
@Suite struct RejudgingTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStudyStore

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.runner()
    }

    /// A study with its first revision, its reports written.
    private func done(_ number: Int = 1) throws -> StudyRecord {
        let key = try store.enqueue(try Samples.study(number), now: Samples.moment(0)).studyKey
        let lease = try #require(try store.claim(worker: "w", among: [key], leaseSeconds: 9, now: Samples.moment(1)))
        let record = try store.commit(
            try Samples.result(salt: number), of: Samples.identity(number), under: lease, now: Samples.moment(2))
        try store.finish(lease, note: "", now: Samples.moment(3))
        return record
    }

    private func rejudge(
        _ record: StudyRecord, _ result: StudyResult? = nil, at seconds: Int64 = 4
    ) throws -> (lease: StudyLease, record: StudyRecord)? {
        try store.rejudge(
            record, as: result ?? record.result, worker: "r", leaseSeconds: 9, now: Samples.moment(seconds))
    }

    @Test func `a study that is done becomes judged under a lease, with the result as its next revision`() throws {
        let record = try done()
        var result = record.result
        result.verdict.finding = .positive
        let made = try #require(try rejudge(record, result))
        #expect(made.record.revision == 2 && made.record.result == result)
        #expect(made.record.identity == record.identity && made.record.patientKey == record.patientKey)
        #expect(try store.latestRecord(of: record.studyKey) == made.record)
        let history = try #require(try store.history(of: record.studyKey))
        #expect(history.summary.state == .judged && history.summary.finding == .positive)
        #expect(history.audit.suffix(3).map(\.event) == ["enqueued", "claimed", "judged"])
        #expect(history.audit.suffix(3).map(\.to) == [.queued, .running, .judged])
        // The next runner finds reports that are owed, and whoever claims it is told so.
        #expect(try store.recoverAbandoned(now: Samples.moment(5)) == [record.studyKey])
        let lease = try #require(try store.claim(worker: "n", among: nil, leaseSeconds: 9, now: Samples.moment(6)))
        #expect(lease.previousState == .judged)
        try store.finish(lease, note: "", now: Samples.moment(7))
        #expect(try store.summaries().map(\.state) == [.done])
    }

    @Test func `its lease ends as any other`() throws {
        let made = try #require(try rejudge(try done()))
        try store.finish(made.lease, note: "reports of revision 2 written", now: Samples.moment(5))
        #expect(try store.summaries().map(\.revision) == [2] && store.summaries().map(\.state) == [.done])
    }

    @Test func `reports that are owed do not hinder it, a worker does`() throws {
        let record = try done()
        let first = try #require(try rejudge(record))
        #expect(try rejudge(first.record) == nil)
        // The lease has lapsed: its reports are owed, and a later revision's will do.
        let second = try #require(try rejudge(first.record, at: 14))
        #expect(second.record.revision == 3 && second.lease.previousState == .judged)
        #expect(try storeFault { try store.finish(first.lease, note: "", now: Samples.moment(15)) }?.code == .leaseLost)
    }

    @Test func `a study that is not done, or has another revision by now, stays as it is`() throws {
        let record = try done()
        _ = try store.enqueue(try Samples.study(1), now: Samples.moment(4))
        #expect(try rejudge(record) == nil && store.summaries().map(\.state) == [.queued])
        let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(5)))
        _ = try store.commit(
            try Samples.result(salt: 2), of: Samples.identity(), under: lease, now: Samples.moment(6))
        try store.finish(lease, note: "", now: Samples.moment(7))
        #expect(try rejudge(record) == nil && store.summaries().map(\.revision) == [2])
        var unknown = record
        unknown.studyKey = try #require(StudyKey(String(repeating: "0", count: 16)))
        #expect(try storeFault { _ = try rejudge(unknown) }?.code == .unknownStudy)
    }
}
