import GantryCore
import GantryStore
import Testing

/// What every `StudyStore` tells of a study that failed after it was judged.
@Suite struct FailedSinceConformance {
    typealias Kind = StudyStoreConformance.Kind

    /// A store with one study that has a verdict, and is done.
    private struct Subject {
        let base: StudyStoreConformance.Subject
        let key: StudyKey

        var store: any StudyStore { base.store }

        init(_ kind: Kind) throws {
            base = try StudyStoreConformance.Subject(kind)
            let lease = try base.claimed()
            key = lease.studyKey
            _ = try base.store.commit(
                try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
            try base.store.finish(lease, note: "", now: Samples.moment(3))
        }

        /// Asks for the study again, also where it is in quarantine.
        func enqueue(_ seconds: Int64) throws {
            var asked = try Samples.study(1)
            asked.leavesQuarantine = true
            _ = try store.enqueue(asked, now: Samples.moment(seconds))
        }

        func taken(_ seconds: Int64) throws -> StudyLease {
            try enqueue(seconds)
            return try #require(try base.claim(seconds))
        }

        func fail(_ lease: StudyLease, _ failure: StudyFailure, _ seconds: Int64, retryAt: Int64? = nil) throws {
            try store.fail(
                lease, failure: failure, retryAt: retryAt.map(Samples.moment), now: Samples.moment(seconds))
        }

        /// What is told, in every place where it is.
        func told() throws -> StudyFailureSince? {
            let record = try #require(try store.latestRecord(of: key))
            let summary = try base.summary(key)
            #expect(try store.records(of: record.patientKey) == [record])
            #expect(try store.history(of: key)?.summary == summary)
            #expect(summary.failedSince == record.failedSince)
            #expect(summary.judgedAt == record.judgedAt)
            return record.failedSince
        }
    }

    @Test(arguments: Kind.allCases, [StudyFailure.Code.noSuitableSeries, .quarantined])
    func `a failure stands beside the revision before it until the study is judged again`(
        kind: Kind, code: StudyFailure.Code
    ) throws {
        let subject = try Subject(kind)
        #expect(try subject.told() == nil)
        let failure = try Samples.failure(code)
        try subject.fail(try subject.taken(5), failure, 6)
        let since = StudyFailureSince(at: Samples.moment(6), code: code, detail: failure.detail)
        #expect(try subject.told() == since)
        #expect(try subject.base.summary(subject.key).revision == 1)

        // Nobody knows better while it is queued, worked on, handed back or waits for another try.
        let second = try subject.taken(8)
        #expect(try subject.told() == since)
        try subject.store.release(second, now: Samples.moment(9))
        #expect(try subject.told() == since)
        let third = try #require(try subject.base.claim(10))
        try subject.fail(third, try Samples.failure(.readerFault), 11, retryAt: 20)
        #expect(try subject.told() == since)
        let fourth = try #require(try subject.base.claim(20))
        let record = try subject.store.commit(
            try Samples.result(salt: 2), of: Samples.identity(), under: fourth, now: Samples.moment(21))
        #expect(record.revision == 2 && record.failedSince == nil)
        #expect(try subject.told() == nil)
        try subject.store.release(fourth, now: Samples.moment(22))
        #expect(try subject.told() == nil, "its reports are owed, without the failure")
        try subject.store.finish(try #require(try subject.base.claim(23)), note: "", now: Samples.moment(24))
        #expect(try subject.told() == nil)
        try subject.enqueue(25)
        #expect(try subject.told() == nil)
    }

    @Test(arguments: Kind.allCases)
    func `of several failures the last is told`(kind: Kind) throws {
        let subject = try Subject(kind)
        try subject.fail(try subject.taken(5), try Samples.failure(.timedOut), 6)
        try subject.fail(try subject.taken(7), try Samples.failure(.notHounsfield), 8)
        let since = try #require(try subject.told())
        #expect(since.at == Samples.moment(8) && since.code == .notHounsfield)
    }

    @Test(arguments: Kind.allCases)
    func `a revision that is found to stand overtakes the failure, and owes its reports`(kind: Kind) throws {
        let subject = try Subject(kind)
        try subject.fail(try subject.taken(5), try Samples.failure(), 6)
        let lease = try subject.taken(7)
        try subject.store.confirm(lease, of: Samples.identity(), now: Samples.moment(8))
        #expect(try subject.told() == nil)
        #expect(try subject.base.summary(subject.key).state == .judged)
        #expect(try subject.base.summary(subject.key).revision == 1)
        #expect(
            try storeFault { try subject.store.confirm(lease, of: Samples.identity(), now: Samples.moment(9)) }?.code
                == .illegalMove,
            "it is judged already")
        // The run ends before the reports are written: they are owed, and nothing else is.
        try subject.store.release(lease, now: Samples.moment(10))
        let next = try #require(try subject.base.claim(11))
        #expect(next.previousState == .judged)
        #expect(
            try storeFault { try subject.store.confirm(lease, of: Samples.identity(), now: Samples.moment(12)) }?.code
                == .leaseLost)
        try subject.store.finish(next, note: "unchanged", now: Samples.moment(13))
        #expect(try subject.told() == nil)
        let history = try #require(try subject.store.history(of: subject.key))
        #expect(history.summary.state == .done)
        #expect(history.failedFiles.isEmpty && history.failedSeriesDecisions.isEmpty)
        #expect(history.audit.count { $0.event == "confirmed" && $0.to == .judged } == 1)
        for entry in history.audit {
            guard let from = entry.from, from != entry.to else { continue }
            #expect(from.successors.contains(entry.to), "\(entry.event): \(from) to \(entry.to)")
        }
    }

    @Test(arguments: Kind.allCases)
    func `nothing is told of a failure before the first revision, nor of reports that were not written`(
        kind: Kind
    ) throws {
        let base = try StudyStoreConformance.Subject(kind)
        let first = try base.claimed()
        try base.store.fail(first, failure: try Samples.failure(), retryAt: nil, now: Samples.moment(2))
        #expect(try base.summary(first.studyKey).failedSince == nil)
        #expect(try base.summary(first.studyKey).judgedAt == nil)
        _ = try base.store.enqueue(try Samples.study(1), now: Samples.moment(3))
        let second = try #require(try base.claim(4))
        #expect(
            try storeFault { try base.store.confirm(second, of: Samples.identity(), now: Samples.moment(5)) }?.code
                == .illegalMove,
            "there is nothing that could stand")
        _ = try base.store.commit(try Samples.result(), of: Samples.identity(), under: second, now: Samples.moment(6))
        let unwritten = StudyFailure(code: .reportFault, detail: "the disk is full")
        try base.store.fail(second, failure: unwritten, retryAt: nil, now: Samples.moment(7))
        #expect(try base.summary(first.studyKey).state == .failed)
        #expect(try base.summary(first.studyKey).failedSince == nil)
        #expect(try base.store.latestRecord(of: first.studyKey)?.failedSince == nil)
    }
}
