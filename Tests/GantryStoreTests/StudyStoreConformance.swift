import GantryCore
import GantryStore
import GantryTestSupport
import Testing

/// What every `StudyStore` must do; run on the fake in memory, alone and where faults could be added, and on SQLite.
@Suite struct StudyStoreConformance {
    enum Kind: String, CaseIterable, Sendable {
        case inMemory
        case faulty
        case sqlite
    }

    /// A store and the folder that lives as long as it.
    struct Subject {
        var store: any StudyStore
        private var folder: TemporaryFolder?

        init(_ kind: Kind) throws {
            switch kind {
            case .inMemory:
                store = InMemoryStudyStore()
            case .faulty:
                store = FaultyStudyStore(InMemoryStudyStore())
            case .sqlite:
                let folder = try TemporaryFolder()
                store = try folder.runner()
                self.folder = folder
            }
        }

        func claim(_ seconds: Int64, among: Set<StudyKey>? = nil) throws -> StudyLease? {
            try store.claim(worker: "w1", among: among, leaseSeconds: 60, now: Samples.moment(seconds))
        }

        func summary(_ key: StudyKey) throws -> StudySummary {
            try #require(try store.summaries().first { $0.studyKey == key })
        }

        /// Enqueues study 1 and claims it.
        func claimed() throws -> StudyLease {
            _ = try store.enqueue(try Samples.study(1), now: Samples.moment(0))
            return try #require(try claim(1))
        }
    }

    @Test(arguments: Kind.allCases)
    func `a second opinion is kept with the revision, and a later one takes its place`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        let opinion = SecondOpinion(
            extent: .sample,
            slices: [
                SliceOpinion(
                    sopInstanceUID: try #require(UID("1.2.3")), frameNumber: 1, compared: .attributes,
                    remark: "no codec")
            ])
        let fault = #expect(throws: StoreFault.self) {
            try subject.store.keep(opinion, under: lease, now: Samples.moment(2))
        }
        #expect(fault?.code == .illegalMove)
        var result = try Samples.result()
        result.secondOpinion = opinion
        let record = try subject.store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(3))
        #expect(record.result.secondOpinion == opinion)
        #expect(try subject.store.latestRecord(of: lease.studyKey)?.result.secondOpinion == opinion)
        var more = opinion
        more.extent = .all
        let kept = try subject.store.keep(more, under: lease, now: Samples.moment(4))
        #expect(kept.result.secondOpinion == more)
        #expect(kept.revision == 1 && kept.judgedAt == Samples.moment(3))
        #expect(try subject.store.latestRecord(of: lease.studyKey) == kept)
        #expect(try subject.store.history(of: lease.studyKey)?.audit.last?.event == "second opinion")
    }

    @Test(arguments: Kind.allCases)
    func `where a study lies is where it was found last`(kind: Kind) throws {
        let subject = try Subject(kind)
        var study = try Samples.study(1)
        let key = try subject.store.enqueue(study, now: Samples.moment(0)).studyKey
        study.root = "/elsewhere"
        _ = try subject.store.enqueue(study, now: Samples.moment(1))
        let place = StudyPlace(studyInstanceUID: study.studyInstanceUID, root: "/elsewhere")
        #expect(try subject.store.place(of: key) == place)
        #expect(try subject.store.place(of: try #require(StudyKey("0000000000000000"))) == nil)
    }

    @Test(arguments: Kind.allCases)
    func `a new study is queued under the same key each time`(kind: Kind) throws {
        let subject = try Subject(kind)
        let key = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        let again = try subject.store.enqueue(try Samples.study(1, files: 9), now: Samples.moment(5)).studyKey
        let other = try subject.store.enqueue(try Samples.study(2), now: Samples.moment(6)).studyKey
        #expect(key == again)
        #expect(key != other)
        let summaries = try subject.store.summaries()
        #expect(summaries.map(\.studyKey) == [key, other])
        #expect(summaries.map(\.patientKey)[0] == summaries.map(\.patientKey)[1])
        let first = try #require(summaries.first)
        #expect(first.state == .queued)
        #expect(first.attempts == 0 && first.revision == 0)
        #expect(first.finding == nil && first.probability == nil && first.slices == 0)
        #expect(first.queuedAt == Samples.moment(0) && first.updatedAt == Samples.moment(5))
        #expect(try subject.store.latestRecord(of: key) == nil)
    }

    @Test(arguments: Kind.allCases)
    func `claims go to the oldest study of those named`(kind: Kind) throws {
        let subject = try Subject(kind)
        let keys = try (1...3).map {
            try subject.store.enqueue(try Samples.study($0), now: Samples.moment(Int64(10 - $0))).studyKey
        }
        let third = try #require(try subject.claim(20, among: [keys[2]]))
        #expect(third.studyKey == keys[2])
        #expect(third.attempt == 1 && third.failedAttempts == 0 && third.previousState == .queued)
        #expect(third.leaseUntil == Samples.moment(80))
        #expect(try third.studyInstanceUID == Samples.study(3).studyInstanceUID)
        #expect(try subject.claim(21)?.studyKey == keys[0])
        #expect(try subject.claim(22)?.studyKey == keys[1])
        #expect(try subject.claim(23) == nil)
        #expect(try subject.claim(23, among: []) == nil)
        #expect(try subject.summary(keys[0]).state == .running)
    }

    @Test(arguments: Kind.allCases)
    func `a result comes back equal, and the study goes from judged to done`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        let result = try Samples.result()
        let record = try subject.store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(9))
        #expect(record.result == result)
        #expect(record.revision == 1 && record.judgedAt == Samples.moment(9))
        let study = try Samples.study(1)
        #expect(record.patient == study.patient && record.study == study.study)
        #expect(try subject.store.latestRecord(of: lease.studyKey) == record)
        let judged = try subject.summary(lease.studyKey)
        #expect(judged.state == .judged && judged.finding == .negative && judged.probability == 0.1 + 0.2)
        #expect(judged.slices == 4 && judged.scoredSlices == 4 && judged.doubt == "2 slices are missing")
        #expect(try subject.claim(10) == nil, "its worker still writes the reports")
        try subject.store.finish(lease, note: "reports written", now: Samples.moment(12))
        #expect(try subject.summary(lease.studyKey).state == .done)
        #expect(try subject.claim(13) == nil)
    }

    @Test(arguments: Kind.allCases)
    func `late slices make the next revision and leave the first in the audit`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        _ = try subject.store.commit(try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
        try subject.store.finish(lease, note: "", now: Samples.moment(3))
        _ = try subject.store.enqueue(try Samples.study(1, files: 5), now: Samples.moment(4))
        let second = try #require(try subject.claim(5))
        #expect(second.attempt == 2 && second.previousState == .queued)
        let result = try Samples.result(slices: 5, probability: nil, salt: 2)
        let record = try subject.store.commit(result, of: Samples.identity(), under: second, now: Samples.moment(6))
        #expect(record.revision == 2)
        #expect(try subject.store.latestRecord(of: lease.studyKey) == record)
        let history = try #require(try subject.store.history(of: lease.studyKey))
        #expect(history.summary.revision == 2 && history.summary.probability == nil)
        #expect(
            history.audit.filter { $0.event == "judged" }.map(\.detail) == [
                "revision 1, negative", "revision 2, indeterminate",
            ])
    }

    @Test(arguments: Kind.allCases)
    func `a revision knows the one before it, where that one kept its images`(kind: Kind) throws {
        let subject = try Subject(kind)
        var preceding: [PrecedingRevision?] = []
        for (number, keeps) in [true, true, false, true].enumerated() {
            let moment = Int64(number * 10)
            _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(moment))
            let lease = try #require(
                try subject.store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(moment + 1)))
            var result = try Samples.result(salt: number)
            if keeps { result.source = try SourceRowsTests.source() }
            let record = try subject.store.commit(
                result, of: Samples.identity(), under: lease, now: Samples.moment(moment + 2))
            #expect(try subject.store.latestRecord(of: lease.studyKey) == record)
            preceding.append(record.preceding)
            try subject.store.finish(lease, note: "", now: Samples.moment(moment + 3))
        }
        #expect(
            preceding == [
                nil, PrecedingRevision(revision: 1, Samples.provenance(salt: 0)),
                PrecedingRevision(revision: 2, Samples.provenance(salt: 1)), nil,
            ])
    }

    @Test(arguments: Kind.allCases)
    func `nothing to do is done without a new revision`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        #expect(
            try storeFault { try subject.store.finish(lease, note: "", now: Samples.moment(2)) }?.code == .illegalMove,
            "a study without a verdict is never done")
        _ = try subject.store.commit(try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
        try subject.store.finish(lease, note: "", now: Samples.moment(3))
        _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(4))
        let second = try #require(try subject.claim(5))
        try subject.store.finish(second, note: "unchanged", now: Samples.moment(6))
        let history = try #require(try subject.store.history(of: lease.studyKey))
        #expect(history.summary.state == .done && history.summary.revision == 1)
        #expect(history.attempts.map(\.outcome) == ["done", "done"])
        #expect(history.attempts.map(\.detail) == ["", "unchanged"])
        #expect(history.attempts.map(\.endedAt) == [Samples.moment(3), Samples.moment(6)])
    }

    @Test(arguments: Kind.allCases)
    func `a transient failure waits for its moment and counts`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        let failure = try Samples.failure(.readerFault)
        try subject.store.fail(lease, failure: failure, retryAt: Samples.moment(40), now: Samples.moment(10))
        let waiting = try subject.summary(lease.studyKey)
        #expect(waiting.state == .waiting && waiting.retryAt == Samples.moment(40))
        #expect(waiting.failureCode == .readerFault && waiting.failureDetail == failure.detail)
        #expect(try subject.claim(39) == nil)
        let second = try #require(try subject.claim(40))
        #expect(second.failedAttempts == 1 && second.attempt == 2 && second.previousState == .waiting)
        #expect(try subject.summary(lease.studyKey).failureCode == nil)
        try subject.store.fail(second, failure: failure, retryAt: Samples.moment(90), now: Samples.moment(50))
        _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(60))
        #expect(try subject.claim(61)?.failedAttempts == 0, "a new request begins anew")
    }

    @Test(arguments: Kind.allCases, [StudyFailure.Code.noSuitableSeries, .quarantined])
    func `a permanent failure keeps what became of series and files until a verdict`(
        kind: Kind, code: StudyFailure.Code
    ) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        let failure = try Samples.failure(code)
        try subject.store.fail(lease, failure: failure, retryAt: nil, now: Samples.moment(10))
        let history = try #require(try subject.store.history(of: lease.studyKey))
        #expect(history.summary.state == (code == .quarantined ? .quarantined : .failed))
        #expect(history.summary.failureCode == code)
        #expect(history.failedSeriesDecisions == failure.seriesDecisions && history.failedFiles == failure.files)
        #expect(history.attempts.map(\.outcome) == [code == .quarantined ? "quarantined" : "failed"])
        #expect(try subject.claim(1_000_000) == nil)

        var asked = try Samples.study(1)
        asked.leavesQuarantine = true
        _ = try subject.store.enqueue(asked, now: Samples.moment(20))
        #expect(try subject.summary(lease.studyKey).state == .queued)
        #expect(try subject.store.history(of: lease.studyKey)?.failedFiles == failure.files)
        let second = try #require(try subject.claim(21))
        _ = try subject.store.commit(
            try Samples.result(), of: Samples.identity(), under: second, now: Samples.moment(22))
        #expect(try subject.store.history(of: lease.studyKey)?.failedFiles == [])
        #expect(try subject.store.history(of: lease.studyKey)?.failedSeriesDecisions == [])
    }

    @Test(arguments: Kind.allCases)
    func `a study in quarantine stays there until a person asks`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        let failure = try Samples.failure(.quarantined)
        try subject.store.fail(lease, failure: failure, retryAt: nil, now: Samples.moment(10))
        for moment in [Int64(20), 30] {
            let left = try subject.store.enqueue(try Samples.study(1, files: 9), now: Samples.moment(moment))
            #expect(left == QueuedStudy(studyKey: lease.studyKey, quarantine: failure.detail))
            #expect(try subject.claim(moment + 1) == nil)
        }
        let summary = try subject.summary(lease.studyKey)
        #expect(summary.state == .quarantined && summary.failureDetail == failure.detail)
        var asked = try Samples.study(1)
        asked.leavesQuarantine = true
        #expect(try subject.store.enqueue(asked, now: Samples.moment(40)).quarantine == nil)
        let second = try #require(try subject.claim(41))
        #expect(second.failedAttempts == 0)
        // A study that is not in quarantine is not kept from the queue, whoever asks.
        try subject.store.fail(second, failure: try Samples.failure(.timedOut), retryAt: nil, now: Samples.moment(50))
        #expect(try subject.store.enqueue(try Samples.study(1), now: Samples.moment(60)).quarantine == nil)
        #expect(try subject.claim(61) != nil)
    }

    @Test(arguments: Kind.allCases)
    func `reports that could not be written stay owed through failure and request`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        _ = try subject.store.commit(try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
        let failure = StudyFailure(code: .reportFault, detail: "the disk is full")
        try subject.store.fail(lease, failure: failure, retryAt: Samples.moment(30), now: Samples.moment(3))
        #expect(try subject.summary(lease.studyKey).state == .waiting)
        #expect(try subject.summary(lease.studyKey).revision == 1)
        let second = try #require(try subject.claim(30))
        #expect(second.previousState == .judged && second.failedAttempts == 1)
        try subject.store.fail(second, failure: failure, retryAt: nil, now: Samples.moment(31))
        #expect(try subject.summary(lease.studyKey).state == .failed)
        _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(32))
        let third = try #require(try subject.claim(33))
        #expect(third.previousState == .judged)
        try subject.store.finish(third, note: "", now: Samples.moment(34))
        _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(35))
        #expect(try subject.claim(36)?.previousState == .queued)
        let audit = try #require(try subject.store.history(of: lease.studyKey)).audit
        for entry in audit {
            guard let from = entry.from, from != entry.to else { continue }
            #expect(from.successors.contains(entry.to), "\(entry.event): \(from) to \(entry.to)")
        }
    }

    @Test(arguments: Kind.allCases)
    func `a study handed back consumes no failed attempt`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        try subject.store.release(lease, now: Samples.moment(2))
        #expect(try subject.summary(lease.studyKey).state == .queued)
        let second = try #require(try subject.claim(3))
        #expect(second.attempt == 2 && second.failedAttempts == 0 && second.previousState == .queued)
        _ = try subject.store.commit(
            try Samples.result(), of: Samples.identity(), under: second, now: Samples.moment(4))
        try subject.store.release(second, now: Samples.moment(5))
        #expect(try subject.summary(lease.studyKey).state == .judged, "the verdict stays, reports are owed")
        let third = try #require(try subject.claim(6))
        #expect(third.previousState == .judged)
        try subject.store.release(third, now: Samples.moment(7))
        #expect(try subject.summary(lease.studyKey).state == .judged)
        #expect(
            try subject.store.history(of: lease.studyKey)?.attempts.map(\.outcome) == [
                "released", "released", "released",
            ])
    }

    @Test(arguments: Kind.allCases)
    func `a dead runner's studies are taken over`(kind: Kind) throws {
        let subject = try Subject(kind)
        let keys = try (1...4).map { try subject.store.enqueue(try Samples.study($0), now: Samples.moment(0)).studyKey }
        let first = try #require(try subject.claim(1))
        let second = try #require(try subject.claim(1))
        _ = try subject.store.commit(
            try Samples.result(), of: Samples.identity(2), under: second, now: Samples.moment(2))
        let third = try #require(try subject.claim(1))
        _ = try subject.store.commit(
            try Samples.result(), of: Samples.identity(3), under: third, now: Samples.moment(2))
        try subject.store.finish(third, note: "", now: Samples.moment(2))

        #expect(try subject.store.recoverAbandoned(now: Samples.moment(3)) == [keys[0], keys[1]])
        #expect(try subject.store.summaries().map(\.state) == [.queued, .judged, .done, .queued])
        #expect(try subject.store.recoverAbandoned(now: Samples.moment(3)) == [])
        for lease in [first, second] {
            #expect(try storeFault { try subject.store.release(lease, now: Samples.moment(4)) }?.code == .leaseLost)
        }
        let again = try #require(try subject.claim(5))
        #expect(again.studyKey == keys[0] && again.attempt == 2 && again.failedAttempts == 0)
        let reports = try #require(try subject.claim(5))
        #expect(reports.studyKey == keys[1] && reports.previousState == .judged)
        #expect(try subject.store.history(of: keys[0])?.attempts.map(\.outcome) == ["abandoned", "running"])
    }

    @Test(arguments: Kind.allCases)
    func `a request leaves a live lease alone and ends a lapsed one`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(60))
        #expect(try subject.summary(lease.studyKey).state == .running)
        try subject.store.renew(lease, leaseSeconds: 100, now: Samples.moment(60))
        _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(159))
        #expect(try subject.summary(lease.studyKey).state == .running)
        _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(160))
        #expect(try subject.summary(lease.studyKey).state == .queued)
        #expect(
            try storeFault { try subject.store.renew(lease, leaseSeconds: 1, now: Samples.moment(161)) }?.code
                == .leaseLost)
    }

    @Test(arguments: Kind.allCases)
    func `a request leaves a study whose reports are owed as it is`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        _ = try subject.store.commit(try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
        for moment in [Int64(3), 100] {
            _ = try subject.store.enqueue(try Samples.study(1), now: Samples.moment(moment))
            #expect(try subject.summary(lease.studyKey).state == .judged)
        }
        try subject.store.finish(lease, note: "", now: Samples.moment(101))
        #expect(try subject.summary(lease.studyKey).state == .done)
    }

    @Test(arguments: Kind.allCases)
    func `a study whose reports are owed goes to another worker when its lease has lapsed`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        _ = try subject.store.commit(try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
        #expect(try subject.claim(60) == nil)
        let next = try #require(try subject.claim(61))
        #expect(next.attempt == 2 && next.previousState == .judged)
        #expect(
            try storeFault { try subject.store.finish(lease, note: "", now: Samples.moment(62)) }?.code == .leaseLost)
        try subject.store.finish(next, note: "", now: Samples.moment(63))
        #expect(
            try subject.store.history(of: lease.studyKey)?.attempts.map(\.outcome) == ["abandoned", "done"])
    }

    @Test(arguments: Kind.allCases)
    func `a lease is its worker's alone`(kind: Kind) throws {
        let subject = try Subject(kind)
        let lease = try subject.claimed()
        var another = lease
        another.worker = "w2"
        #expect(try storeFault { try subject.store.release(another, now: Samples.moment(2)) }?.code == .leaseLost)
        try subject.store.release(lease, now: Samples.moment(3))
    }

    @Test(arguments: Kind.allCases)
    func `a stale lease changes nothing`(kind: Kind) throws {
        let subject = try Subject(kind)
        let stale = try subject.claimed()
        try subject.store.release(stale, now: Samples.moment(2))
        let live = try #require(try subject.claim(3))
        let before = try subject.store.history(of: stale.studyKey)
        let now = Samples.moment(4)
        let result = try Samples.result()
        let failure = try Samples.failure()
        let calls: [() throws -> Void] = [
            { _ = try subject.store.commit(result, of: Samples.identity(), under: stale, now: now) },
            { try subject.store.finish(stale, note: "", now: now) },
            { try subject.store.fail(stale, failure: failure, retryAt: nil, now: now) },
            { try subject.store.renew(stale, leaseSeconds: 9, now: now) },
            { try subject.store.release(stale, now: now) },
        ]
        for call in calls { #expect(try storeFault(call)?.code == .leaseLost) }
        #expect(try subject.store.history(of: stale.studyKey) == before)
        _ = try subject.store.commit(result, of: Samples.identity(), under: live, now: now)
        #expect(
            try storeFault { _ = try subject.store.commit(result, of: Samples.identity(), under: live, now: now) }?.code
                == .illegalMove,
            "one attempt commits once")
        try subject.store.finish(live, note: "", now: now)
        #expect(try storeFault { try subject.store.finish(live, note: "", now: now) }?.code == .leaseLost)
    }

    @Test(arguments: Kind.allCases)
    func `patients that a study was taken for before are known, without the one it has now`(kind: Kind) throws {
        let subject = try Subject(kind)
        var study = try Samples.study(1, patientID: "A")
        var keys: [PatientKey] = []
        var study1: StudyKey?
        for patientID in ["A", "B", "C", "B"] {
            study.patient.patientID = patientID
            study1 = try subject.store.enqueue(study, now: Samples.moment(0)).studyKey
            keys.append(try #require(try subject.store.summaries().first).patientKey)
        }
        let other = try subject.store.enqueue(try Samples.study(2, patientID: "A"), now: Samples.moment(1)).studyKey
        #expect(try subject.store.formerPatients(of: try #require(study1)) == [keys[0], keys[2]].sorted())
        #expect(try subject.store.formerPatients(of: other).isEmpty)
    }

    @Test(arguments: Kind.allCases, ["fail", "commit", "confirm"])
    func `a verdict stays with the patient it was judged for until there is one on what came since`(
        kind: Kind, then: String
    ) throws {
        let subject = try Subject(kind)
        var study = try Samples.study(1, patientID: "A")
        let key = try subject.store.enqueue(study, now: Samples.moment(0)).studyKey
        let first = try #require(try subject.claim(1))
        let judged = try subject.store.commit(
            try Samples.result(), of: study.identity, under: first, now: Samples.moment(2))
        try subject.store.finish(first, note: "", now: Samples.moment(3))
        study.patient.patientID = "B"
        study.study.studyDescription = "another"
        _ = try subject.store.enqueue(study, now: Samples.moment(4))
        let lease = try #require(try subject.claim(5))
        #expect(try subject.store.latestRecord(of: key)?.patient.patientID == "A")
        #expect(try subject.summary(key).patientKey == judged.patientKey)
        let now = Samples.moment(6)
        switch then {
        case "fail": try subject.store.fail(lease, failure: try Samples.failure(), retryAt: nil, now: now)
        case "commit": _ = try subject.store.commit(try Samples.result(), of: study.identity, under: lease, now: now)
        default: try subject.store.confirm(lease, of: study.identity, now: now)
        }
        let record = try #require(try subject.store.latestRecord(of: key))
        let former = try subject.store.formerPatients(of: key)
        if then == "fail" {
            #expect(record.patientKey == judged.patientKey && record.patient.patientID == "A" && former.isEmpty)
            #expect(record.study == judged.study && record.failedSince != nil)
        } else {
            #expect(record.patientKey != judged.patientKey && record.patient.patientID == "B")
            #expect(record.study.studyDescription == "another" && former == [judged.patientKey])
        }
    }

    @Test(arguments: Kind.allCases, ["first verdict", "commit", "confirm"])
    func `a verdict is on the patient of the files that were analysed, whoever's were queued meanwhile`(
        kind: Kind, which: String
    ) throws {
        let subject = try Subject(kind)
        var study = try Samples.study(1, patientID: "A")
        if which != "first verdict" {
            _ = try subject.store.enqueue(study, now: Samples.moment(0))
            let first = try #require(try subject.claim(1))
            _ = try subject.store.commit(
                try Samples.result(), of: study.identity, under: first, now: Samples.moment(2))
            try subject.store.finish(first, note: "", now: Samples.moment(3))
            study.patient.patientID = "B"
        }
        let analysed = study
        let key = try subject.store.enqueue(analysed, now: Samples.moment(4)).studyKey
        let lease = try #require(try subject.claim(5))
        study.patient.patientID = "C"
        study.study.studyDescription = "another"
        _ = try subject.store.enqueue(study, now: Samples.moment(6))
        let now = Samples.moment(7)
        if which == "confirm" {
            try subject.store.confirm(lease, of: analysed.identity, now: now)
        } else {
            let record = try subject.store.commit(
                try Samples.result(salt: 2), of: analysed.identity, under: lease, now: now)
            #expect(record.identity == analysed.identity)
        }
        let record = try #require(try subject.store.latestRecord(of: key))
        #expect(record.identity == analysed.identity)
        #expect(try subject.summary(key).patientKey == record.patientKey)
        #expect(try subject.store.records(of: record.patientKey) == [record])
        #expect(try subject.store.formerPatients(of: key).contains(record.patientKey) == false)
        try subject.store.finish(lease, note: "", now: Samples.moment(8))

        // What came meanwhile is queued again, and moves the study when there is a verdict on it.
        _ = try subject.store.enqueue(study, now: Samples.moment(9))
        let next = try #require(try subject.claim(10))
        #expect(try subject.store.latestRecord(of: key) == record)
        let moved = try subject.store.commit(
            try Samples.result(salt: 3), of: study.identity, under: next, now: Samples.moment(11))
        #expect(moved.identity == study.identity && moved.patientKey != record.patientKey)
        #expect(try subject.store.formerPatients(of: key).contains(record.patientKey))
    }

    @Test(arguments: Kind.allCases)
    func `folders that were input are kept in mind, each once`(kind: Kind) throws {
        let subject = try Subject(kind)
        #expect(try subject.store.inputs().isEmpty)
        try subject.store.remember(inputs: ["/data/b", "/data/a"])
        try subject.store.remember(inputs: ["/data/a"])
        #expect(try subject.store.inputs() == ["/data/a", "/data/b"])
    }

    @Test(arguments: Kind.allCases)
    func `what a drop folder waits for is kept until something else is, or nothing`(kind: Kind) throws {
        let subject = try Subject(kind)
        #expect(try subject.store.settling() == nil)
        let study = try Samples.study(1)
        let key = try subject.store.studyKey(of: study.studyInstanceUID)
        #expect(try subject.store.summaries().isEmpty, "a study has its key before it is queued")
        #expect(try subject.store.enqueue(study, now: Samples.moment(0)).studyKey == key)
        var settling = Settling(
            studies: 30, unreadFiles: 2,
            longest: [
                .init(
                    studyKey: key, files: 9, since: Samples.moment(1), takenAt: Samples.moment(61),
                    latestAt: Samples.moment(5401)),
                .init(
                    studyKey: key, files: 1, since: Samples.moment(2), takenAt: nil, latestAt: Samples.moment(5402)),
            ])
        try subject.store.keep(settling)
        #expect(try subject.store.settling() == settling)
        settling.unreadFiles = 0
        try subject.store.keep(settling)
        #expect(try subject.store.settling() == settling)
        try subject.store.keep(nil)
        #expect(try subject.store.settling() == nil)
    }

    @Test(arguments: Kind.allCases)
    func `an unknown study is unknown`(kind: Kind) throws {
        let subject = try Subject(kind)
        let key = try #require(StudyKey("0123456789abcdef"))
        let lease = StudyLease(
            studyKey: key, patientKey: try #require(PatientKey("0123456789abcdef")),
            studyInstanceUID: try Samples.uid("1.2"), worker: "w1", attempt: 1, failedAttempts: 0,
            previousState: .queued, leaseUntil: Samples.moment(9))
        #expect(try storeFault { try subject.store.release(lease, now: Samples.moment(0)) }?.code == .unknownStudy)
        #expect(try subject.store.history(of: key) == nil)
        #expect(try subject.store.latestRecord(of: key) == nil)
    }

    @Test(arguments: Kind.allCases)
    func `patients are told apart by identifier and issuer, and strangers are not merged`(kind: Kind) throws {
        let subject = try Subject(kind)
        let now = Samples.moment(0)
        let studies = [
            try Samples.study(1, patientID: "A"), try Samples.study(2, patientID: " A "),
            try Samples.study(3, patientID: "A", issuer: "North"), try Samples.study(4, patientID: nil),
            try Samples.study(5, patientID: "  "), try Samples.study(6, patientID: "B"),
        ]
        let keys = try studies.map { try subject.store.enqueue($0, now: now).studyKey }
        let patients = try subject.store.summaries().map(\.patientKey)
        #expect(Set(keys).count == 6)
        #expect(patients[0] == patients[1])
        #expect(Set(patients).count == 5)
        #expect(Set(try subject.store.patientKey(patientID: "A")) == [patients[0], patients[2]])
        #expect(try subject.store.patientKey(patientID: "B  ") == [patients[5]])
        #expect(try subject.store.patientKey(patientID: "nobody") == [])

        var corrected = studies[5]
        corrected.patient.patientID = "A"
        _ = try subject.store.enqueue(corrected, now: now)
        #expect(try subject.summary(keys[5]).patientKey == patients[0], "a corrected identity moves the study")
    }

    @Test(arguments: Kind.allCases)
    func `a patient's records come by study date and time`(kind: Kind) throws {
        let subject = try Subject(kind)
        let studies = [
            try Samples.study(1, date: "20261103"), try Samples.study(2, date: "20261101", time: "120000"),
            try Samples.study(3, date: "20261101", time: "0930"), try Samples.study(4, date: nil),
            try Samples.study(5, patientID: "other"), try Samples.study(6, date: "20260101"),
        ]
        for (number, study) in studies.enumerated() {
            _ = try subject.store.enqueue(study, now: Samples.moment(Int64(number)))
        }
        for number in 0..<5 {
            let lease = try #require(try subject.claim(20))
            _ = try subject.store.commit(
                try Samples.result(salt: number), of: studies[number].identity, under: lease, now: Samples.moment(21))
            try subject.store.finish(lease, note: "", now: Samples.moment(22))
        }
        let patient = try #require(try subject.store.summaries().first).patientKey
        let records = try subject.store.records(of: patient)
        #expect(records.map(\.studyInstanceUID) == [3, 2, 1, 0].map { studies[$0].studyInstanceUID })
        for record in records { #expect(try subject.store.latestRecord(of: record.studyKey) == record) }
    }
}
