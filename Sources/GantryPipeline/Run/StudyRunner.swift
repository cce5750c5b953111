import GantryCore
import GantryGround
import Synchronization

/// Works through the queue: each worker, a thread of its own, claims a study, takes it through the pipeline, commits
/// the result, writes the reports and finishes it, until nothing is left or it is asked to stop.
///
/// What is not finished when the process ends, however it ends, is found again in the store by the next run.
final class StudyRunner: Sendable {
    /// Reports that are to be written, and when they are tried again where that failed.
    private struct OutstandingReports: Sendable {
        /// The end of a study with a verdict, which is entered once its reports are written.
        struct Ending: Sendable {
            var lease: StudyLease
            var record: StudyRecord
            var files: [FileOutcome]
            var generation: Int
            var isUnchanged: Bool
        }

        var studyKey: StudyKey
        /// Nil where the study failed after it was judged: its end hangs on no report, and no lease holds it.
        var ending: Ending?
        var attempt = 1
        var due: Timestamp
        /// Why they could not be written at the last attempt.
        var fault: ReportFault?

        /// Reports of a verdict that are due at once.
        init(
            _ lease: StudyLease, _ record: StudyRecord, files: [FileOutcome], generation: Int, isUnchanged: Bool,
            now: Timestamp
        ) {
            studyKey = lease.studyKey
            ending = Ending(
                lease: lease, record: record, files: files, generation: generation, isUnchanged: isUnchanged)
            due = now
        }

        /// Reports of a study that failed after it was judged, if it was, due at once: they say so.
        init(ofFailed key: StudyKey, now: Timestamp) {
            studyKey = key
            due = now
        }
    }

    let inputs = StudyInputs()
    private let environment: RunEnvironment
    private let waitsForDisk: Bool
    private let outstanding = Mutex<[OutstandingReports]>([])
    private let isDiskLow = Mutex(false)
    /// The moment until which the run was last said to wait.
    private let saidWait = Mutex<Timestamp?>(nil)
    /// Held while a study is queued and entered, and while its end is entered: new files are never lost between.
    private let booking = Mutex(())
    /// Held while a study is claimed, so that no worker claims what another of this run holds.
    private let claiming = Mutex(())

    /// A runner. `waitsForDisk`: where space runs out it waits for more instead of ending.
    init(_ environment: RunEnvironment, waitsForDisk: Bool) {
        self.environment = environment
        self.waitsForDisk = waitsForDisk
    }

    private var store: any StudyStore { environment.store }
    private func now() -> Timestamp { environment.clock.now() }

    /// Why the run was asked to stop; nil where it was not.
    var stopReason: StopReason? { environment.stop.stopped }

    /// Takes over what a killed run left behind. Call once, before `submit`.
    func recover() throws(StoreFault) {
        _ = try store.recoverAbandoned(now: now())
        for summary in try store.summaries() where summary.state == .judged {
            inputs.putReportsOnly(summary.studyKey)
        }
    }

    /// Puts a study in the queue; may be called while the workers run.
    func submit(_ input: StudyInput) throws(StoreFault) {
        let queued = try booking.withLock { _ throws(StoreFault) in
            let queued = try enqueue(input)
            inputs.put(queued.studyKey, input)
            leaveInQuarantine(queued, input)
            return queued
        }
        announce(queued, input)
        environment.waker.wake()
    }

    private func enqueue(_ input: StudyInput) throws(StoreFault) -> QueuedStudy {
        try store.enqueue(
            EnqueuedStudy(input, leavesQuarantine: environment.settings.retriesQuarantined), now: now())
    }

    /// Enters the end of a study that the store keeps in quarantine. A worker writes its reports again, as of every study
    /// that a run comes to an end with.
    private func leaveInQuarantine(_ queued: QueuedStudy, _ input: StudyInput) {
        guard let detail = queued.quarantine else { return }
        outstanding.withLock { $0.append(OutstandingReports(ofFailed: queued.studyKey, now: now())) }
        inputs.leave(
            queued.studyKey, .quarantined(detail: detail), files: input.ends(unread: "The study is in quarantine."),
            at: now())
    }

    private func announce(_ queued: QueuedStudy, _ input: StudyInput) {
        if queued.quarantine == nil {
            environment.observer.note(.studyQueued(queued.studyKey, folder: input.folder, files: input.fileCount))
        } else if let line = inputs.line(of: queued.studyKey) {
            environment.observer.note(.studyEnded(line))
        }
    }

    /// No study will be submitted any more: the workers end when the queue is empty.
    func close() {
        inputs.close()
        environment.waker.wake()
    }

    /// Works until the queue is closed and empty, or the run is asked to stop. Blocks; the calling thread is the first
    /// of the workers, and none is left when this returns.
    func run() {
        let name = environment.settings.workerName
        // Where the system refuses a thread, the others do its share.
        let others = (1..<max(1, environment.settings.jobs)).compactMap { index in
            try? JoinableThread(name: "study-\(index + 1)") { [self] in work("\(name)-\(index + 1)") }
        }
        work("\(name)-1")
        for worker in others { worker.join() }
    }

    private func work(_ worker: String) {
        while environment.stop.stopped == nil {
            let mark = environment.waker.wakes
            do {
                if let reports = takeDueReports() {
                    try writeAgain(reports)
                    environment.waker.wake()
                } else if let pause = pauseForDisk() {
                    guard waitsForDisk else { return environment.requestStop(pause) }
                    environment.waker.wait(since: mark, until: now().advanced(bySeconds: 60))
                } else if let lease = try claim(worker) {
                    try fenced(lease) { () throws(StoreFault) in try process(lease) }
                    environment.waker.wake()
                } else {
                    let next = nextMoment()
                    if next == nil && inputs.isClosed { return }
                    if let next { noteWait(until: next) }
                    environment.waker.wait(since: mark, until: next)
                }
            } catch {
                environment.requestStop(.storeFault(error))
            }
        }
    }

    private func claim(_ worker: String) throws(StoreFault) -> StudyLease? {
        try claiming.withLock { _ throws(StoreFault) in
            let claimable = inputs.claimable
            guard !claimable.isEmpty else { return nil }
            let lease = try store.claim(
                worker: worker, among: claimable, leaseSeconds: environment.settings.leaseSeconds, now: now())
            if let lease { inputs.begin(lease.studyKey) }
            return lease
        }
    }

    /// When there may be work again without anybody's wake; nil where never.
    private func nextMoment() -> Timestamp? {
        let now = now()
        return [inputs.nextRetry(after: now), outstanding.withLock { $0.map(\.due).min() }].compactMap(\.self).min()
    }

    /// Says, once for each such moment, that nothing is left to do until then.
    private func noteWait(until moment: Timestamp) {
        let reports = outstanding.withLock { $0 }
        // A study that another worker is at keeps the run busy; those whose reports are due later do not.
        guard inputs.held == reports.count else { return }
        let isNew = saidWait.withLock { said in
            defer { said = moment }
            return said != moment
        }
        guard isNew else { return }
        let first = reports.min { $0.due < $1.due }
        environment.observer.note(
            .waiting(until: moment, reports: reports.count, fault: first?.fault, studies: inputs.retries(after: now())))
    }

    /// The reason to take no work; nil where there is space.
    private func pauseForDisk() -> StopReason? {
        let needed = environment.settings.smallestFreeBytes
        guard let free = environment.freeSpace(), free.bytes < needed else {
            let recovered = isDiskLow.withLock { low in
                defer { low = false }
                return low
            }
            if recovered { environment.observer.note(.diskRecovered) }
            return nil
        }
        guard !inputs.claimable.isEmpty else { return nil }
        let isNew = isDiskLow.withLock { low in
            defer { low = true }
            return !low
        }
        if isNew { environment.observer.note(.diskLow(free, needed: needed)) }
        return .lowDisk(path: free.path, freeBytes: free.bytes)
    }
}

// MARK: - One study

extension StudyRunner {
    /// Does `work` under `lease`. Where another attempt has begun meanwhile, what was done here is dropped.
    private func fenced(_ lease: StudyLease, _ work: () throws(StoreFault) -> Void) throws(StoreFault) {
        do {
            try work()
        } catch {
            guard error.code == .leaseLost else { throw error }
            environment.observer.note(.leaseLost(lease.studyKey))
            // Files that came meanwhile are queued again; otherwise the study is the other attempt's.
            let generation = inputs.begunGeneration(of: lease.studyKey)
            try end(lease.studyKey, generation: generation, .unfinished, files: [])
        }
    }

    private func process(_ lease: StudyLease) throws(StoreFault) {
        let key = lease.studyKey
        environment.observer.note(.studyStarted(key, attempt: lease.attempt))
        let latest = try store.latestRecord(of: key)
        let ticket = inputs.ticket(for: key)
        if lease.previousState == .judged, let latest {
            return try write(
                OutstandingReports(
                    // No generation is 0: where the files are at hand the study is queued again and looked at anew.
                    lease, latest, files: [], generation: ticket == nil ? 1 : 0, isUnchanged: false, now: now()))
        }
        guard let ticket else { return try handBack(lease, generation: 1) }
        let passage: StudyPassage
        do {
            passage = try StudyPassage(environment: environment)
        } catch {
            environment.requestStop(.scorerFault(error))
            return try handBack(lease, generation: ticket.generation)
        }
        let control = WorkControl(environment, lease: lease)
        let outcome = passage.run(ticket.input, latest: latest, control: control)
        if case .storeFault(let fault) = control.end { throw fault }
        switch outcome {
        case .judged(let result):
            let record = try store.commit(result, under: lease, now: now())
            try write(
                OutstandingReports(
                    lease, record, files: result.files, generation: ticket.generation, isUnchanged: false, now: now()))
        case .unchanged(let files, let opinion):
            guard let latest else { return try handBack(lease, generation: ticket.generation) }
            // Before the reports: they are made from the store, which still knows of the failure.
            if latest.failedSince != nil { try store.confirm(lease, now: now()) }
            let record =
                if let opinion { try store.keep(opinion, under: lease, now: now()) } else { latest }
            try write(
                OutstandingReports(
                    lease, record, files: files, generation: ticket.generation, isUnchanged: true, now: now()))
        case .failed(let failure, let disposition):
            try fail(lease, failure, disposition, ticket: ticket, wasJudged: latest != nil)
        case .interrupted:
            try handBack(lease, generation: ticket.generation)
        }
    }

    /// Hands a study back untouched; in this run it is over.
    private func handBack(_ lease: StudyLease, generation: Int) throws(StoreFault) {
        try store.release(lease, now: now())
        try end(lease.studyKey, generation: generation, .unfinished, files: [])
    }

    private func fail(
        _ lease: StudyLease, _ failure: StudyFailure, _ disposition: FaultDisposition, ticket: StudyInputs.Ticket,
        wasJudged: Bool
    ) throws(StoreFault) {
        let key = lease.studyKey
        let retryAt: Timestamp? =
            disposition == .retryable
            ? environment.settings.retry.next(
                afterAttempt: lease.failedAttempts + 1, now: now(), random: environment.random()) : nil
        try store.fail(lease, failure: failure, retryAt: retryAt, now: now())
        if let retryAt {
            inputs.wait(key, until: retryAt)
            environment.observer.note(
                .studyWaiting(key, code: failure.code, detail: failure.detail, retryAt: retryAt))
        } else {
            if wasJudged { try write(OutstandingReports(ofFailed: key, now: now())) }
            try end(
                key, generation: ticket.generation, .failed(failure.code, detail: failure.detail),
                files: failure.files)
        }
    }

    /// Enters the end of a study; where new files came meanwhile, it is then queued again.
    private func end(_ key: StudyKey, generation: Int, _ end: StudyEnd, files: [FileOutcome]) throws(StoreFault) {
        let again = try booking.withLock { _ throws(StoreFault) -> (QueuedStudy, StudyInput)? in
            let (line, input) = inputs.end(key, generation: generation, end, files: files, at: now())
            // Before the study is queued again: nobody shall hear of a revision before the one that it follows.
            if let line { environment.observer.note(.studyEnded(line)) }
            guard let input else { return nil }
            let queued = try enqueue(input)
            leaveInQuarantine(queued, input)
            return (queued, input)
        }
        if let again { announce(again.0, again.1) }
    }
}

// MARK: - Reports

extension StudyRunner {
    private func takeDueReports() -> OutstandingReports? {
        let now = now()
        return outstanding.withLock { list in
            guard let index = list.firstIndex(where: { $0.due <= now }) else { return nil }
            return list.remove(at: index)
        }
    }

    /// Writes reports that are due; those of a verdict under its lease.
    private func writeAgain(_ reports: OutstandingReports) throws(StoreFault) {
        guard let ending = reports.ending else { return try write(reports) }
        try fenced(ending.lease) { () throws(StoreFault) in try write(reports) }
    }

    /// Writes the reports of a study and finishes it, where a verdict waits for that. Where they cannot be written such a
    /// study stays `judged` under its lease, and they are tried again, here or in the next run. Those of a study that
    /// failed are tried again here; then whoever comes to an end with it next writes them, or `gantry report`.
    private func write(_ reports: OutstandingReports) throws(StoreFault) {
        let written = try StudyReports(store: store, writer: environment.reports).write(reports.studyKey)
        switch written {
        case .success(let paths):
            if !paths.isEmpty { environment.observer.note(.reportsWritten(reports.studyKey, paths: paths)) }
        case .failure(let fault): return try postpone(reports, fault)
        }
        guard let ending = reports.ending else { return }
        let (record, isUnchanged) = (ending.record, ending.isUnchanged)
        try store.finish(
            ending.lease,
            note: isUnchanged ? "unchanged: nothing was scored" : "reports of revision \(record.revision) written",
            now: now())
        let line = VerdictLine(record)
        try end(
            reports.studyKey, generation: ending.generation, isUnchanged ? .unchanged(line) : .judged(line),
            files: ending.files)
    }

    private func postpone(_ reports: OutstandingReports, _ fault: ReportFault) throws(StoreFault) {
        let key = reports.studyKey
        let retryAt: Timestamp? =
            fault.disposition == .retryable
            ? environment.settings.retry.next(afterAttempt: reports.attempt, now: now(), random: environment.random())
            : nil
        environment.observer.note(.reportsFailed(key, fault, retryAt: retryAt))
        guard let retryAt else {
            guard let ending = reports.ending else { return }
            return try end(
                key, generation: ending.generation,
                .unreported(VerdictLine(ending.record), detail: fault.description), files: ending.files)
        }
        var next = reports
        next.attempt += 1
        next.due = retryAt
        next.fault = fault
        outstanding.withLock { $0.append(next) }
    }
}

extension EnqueuedStudy {
    /// What the store has to know of `input`.
    init(_ input: StudyInput, leavesQuarantine: Bool) {
        self.init(
            studyInstanceUID: input.study.studyInstanceUID, patient: input.study.patient,
            study: input.study.attributes, root: input.root, fileCount: input.fileCount,
            leavesQuarantine: leavesQuarantine)
    }
}
