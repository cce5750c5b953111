import GantryCore
import GantryGround
import Synchronization

/// Works through the queue: each worker, a thread of its own, claims a study, takes it through the pipeline, commits
/// the result, writes the reports and finishes it, until nothing is left or it is asked to stop.
///
/// What is not finished when the process ends, however it ends, is found again in the store by the next run.
final class StudyRunner: Sendable {
    /// What a run knows of its studies, and what it has said of itself.
    private struct State {
        var studies = StudiesInRun()
        var owedReports = OwedReportsQueue()
        var isDiskLow = false
        /// The moment until which the run was last said to wait.
        var saidWait: Timestamp?
    }

    private let environment: RunEnvironment
    private let waitsForDisk: Bool

    // Two locks, taken in this order.

    /// Held where the store and `state` move together: while a study is queued, while one is claimed, and while its end
    /// is entered. New files are never lost between, and no worker claims what another of this run holds. The store and
    /// the observer are called under it.
    private let booking = Mutex(())
    /// Held for one look or one change, also under `booking`; no store, observer, writer or clock is called under it.
    private let state = Mutex(State())

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
            state.withLock { $0.studies.putReportsOnly(summary.studyKey) }
        }
    }

    /// Puts a study in the queue; may be called while the workers run.
    func submit(_ input: StudyInput) throws(StoreFault) {
        let queued = try booking.withLock { _ throws(StoreFault) in
            let queued = try enqueue(input)
            state.withLock { $0.studies.put(queued.studyKey, input) }
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

    /// Enters the end of a study that the store keeps in quarantine. A worker writes its reports again, as of every
    /// study that a run comes to an end with.
    private func leaveInQuarantine(_ queued: QueuedStudy, _ input: StudyInput) {
        guard let detail = queued.quarantine else { return }
        let files = input.outcomes(unread: "The study is in quarantine.")
        let now = now()
        state.withLock { state in
            state.owedReports.append(OwedReports(ofFailed: queued.studyKey, now: now))
            state.studies.keepInQuarantine(queued.studyKey, detail: detail, files: files, at: now)
        }
    }

    private func announce(_ queued: QueuedStudy, _ input: StudyInput) {
        if queued.quarantine == nil {
            environment.observer.note(.studyQueued(queued.studyKey, folder: input.folder, files: input.fileCount))
        } else if let line = state.withLock({ $0.studies.line(of: queued.studyKey) }) {
            environment.observer.note(.studyEnded(line))
        }
    }

    /// No study will be submitted any more: the workers end when the queue is empty.
    func close() {
        state.withLock { $0.studies.isClosed = true }
        environment.waker.wake()
    }

    /// The studies whose doubt hangs on a file that has vanished or changed; see `StudiesInRun`.
    func doubting(_ path: String, of study: UID?) -> (studies: Set<UID>, isAll: Bool) {
        state.withLock { $0.studies.doubting(path, of: study) }
    }

    /// `summary` with the ends of all studies.
    func complete(_ summary: RunSummary) -> RunSummary {
        var summary = summary
        let studies = state.withLock { $0.studies }
        summary.studies = studies.lines()
        summary.account = studies.account + FileAccount(summary.strayFiles)
        summary.unfinishedFiles = studies.unfinishedFiles
        summary.stopped = stopReason
        return summary
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
        environment.reader.endPreparation()
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
                    let isClosed = state.withLock { $0.studies.isClosed }
                    // A study that was queued before the queue was closed, and after this worker looked, has woken it.
                    if next == nil && isClosed && environment.waker.wakes == mark { return }
                    if let next { noteWait(until: next) }
                    environment.waker.wait(since: mark, until: next)
                }
            } catch {
                environment.requestStop(.storeFault(error))
            }
        }
    }

    private func claim(_ worker: String) throws(StoreFault) -> StudyLease? {
        try booking.withLock { _ throws(StoreFault) in
            let claimable = state.withLock { $0.studies.claimable }
            guard !claimable.isEmpty else { return nil }
            let lease = try store.claim(
                worker: worker, among: claimable, leaseSeconds: environment.settings.leaseSeconds, now: now())
            if let lease { state.withLock { $0.studies.begin(lease.studyKey) } }
            return lease
        }
    }

    /// When there may be work again without anybody's wake; nil where never.
    private func nextMoment() -> Timestamp? {
        let now = now()
        return state.withLock { state in
            [state.studies.nextRetry(after: now), state.owedReports.next?.due].compactMap(\.self).min()
        }
    }

    /// Says, once for each such moment, that nothing is left to do until then.
    private func noteWait(until moment: Timestamp) {
        let waiting = state.withLock { state -> OwedReportsQueue? in
            guard state.studies.busy == 0, state.saidWait != moment else { return nil }
            state.saidWait = moment
            return state.owedReports
        }
        guard let waiting else { return }
        let now = now()
        environment.observer.note(
            .waiting(
                until: moment, reports: waiting.count, fault: waiting.next?.fault,
                studies: state.withLock { $0.studies.retries(after: now) }))
    }

    /// The reason to take no work; nil where there is space.
    private func pauseForDisk() -> StopReason? {
        let needed = environment.settings.smallestFreeBytes
        guard let free = environment.freeSpace(), free.bytes < needed else {
            if changesDisk(isLow: false) { environment.observer.note(.diskRecovered) }
            return nil
        }
        guard !state.withLock({ $0.studies.claimable.isEmpty }) else { return nil }
        if changesDisk(isLow: true) { environment.observer.note(.diskLow(free, needed: needed)) }
        return .lowDisk(path: free.path, freeBytes: free.bytes)
    }

    /// Notes whether space has run out; returns whether that is new.
    private func changesDisk(isLow: Bool) -> Bool {
        state.withLock { state in
            defer { state.isDiskLow = isLow }
            return state.isDiskLow != isLow
        }
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
            try settle { $0.drop(lease.studyKey, at: $1) }
        }
    }

    private func process(_ lease: StudyLease) throws(StoreFault) {
        let key = lease.studyKey
        environment.observer.note(.studyStarted(key, attempt: lease.attempt))
        let latest = try store.latestRecord(of: key)
        if lease.previousState == .judged, let latest {
            // Its files, where they are at hand, are not taken: the study is queued again, and they are looked at anew.
            return try write(OwedReports(lease, latest, files: [], isUnchanged: false, now: now()))
        }
        guard let input = state.withLock({ $0.studies.take(key) }) else { return try handBack(lease) }
        let analysis: StudyAnalysis
        do {
            analysis = try StudyAnalysis(environment: environment)
        } catch {
            environment.requestStop(.scorerFault(error))
            return try handBack(lease)
        }
        let control = WorkControl(environment, lease: lease)
        let outcome = analysis.run(input, latest: latest, control: control)
        prepareNext()
        if case .storeFault(let fault) = control.end { throw fault }
        switch outcome {
        case .judged(let result):
            let record = try store.commit(result, of: input.study.identity, under: lease, now: now())
            try write(OwedReports(lease, record, files: result.files, isUnchanged: false, now: now()))
        case .unchanged(let files, let opinion):
            guard let latest else { return try handBack(lease) }
            var record = latest
            // Before the reports: they are made from the store, which still knows of the failure, or the former
            // identity.
            if latest.failedSince != nil || latest.identity != input.study.identity {
                try store.confirm(lease, of: input.study.identity, now: now())
                record = try store.latestRecord(of: key) ?? latest
            }
            if let opinion { record = try store.keep(opinion, under: lease, now: now()) }
            try write(OwedReports(lease, record, files: files, isUnchanged: true, now: now()))
        case .failed(let failure, let disposition):
            try fail(lease, failure, disposition, wasJudged: latest != nil)
        case .interrupted:
            try handBack(lease)
        }
    }

    /// Where another study waits for a worker, or may still come, its reader is made ready while the results of the one
    /// before are written: the scoring threads rest then.
    private func prepareNext() {
        let mayFollow = state.withLock { !$0.studies.claimable.isEmpty || !$0.studies.isClosed }
        guard stopReason == nil, mayFollow else { return }
        environment.reader.prepareReading()
    }

    /// Hands a study back untouched; in this run it is over.
    private func handBack(_ lease: StudyLease) throws(StoreFault) {
        try store.release(lease, now: now())
        try end(lease.studyKey, .unfinished, files: [])
    }

    private func fail(
        _ lease: StudyLease, _ failure: StudyFailure, _ disposition: FaultDisposition, wasJudged: Bool
    ) throws(StoreFault) {
        let key = lease.studyKey
        let retryAt: Timestamp? =
            disposition == .retryable
            ? environment.settings.retry.next(
                afterAttempt: lease.failedAttempts + 1, now: now(), random: environment.random()) : nil
        try store.fail(lease, failure: failure, retryAt: retryAt, now: now())
        if let retryAt {
            state.withLock { $0.studies.wait(key, until: retryAt) }
            environment.observer.note(
                .studyWaiting(key, code: failure.code, detail: failure.detail, retryAt: retryAt))
        } else {
            if wasJudged { try write(OwedReports(ofFailed: key, now: now())) }
            try end(key, .failed(failure.code, detail: failure.detail), files: failure.files)
        }
    }

    /// Enters the end of a study; where there are files that its worker was not given, it is then queued again.
    private func end(_ key: StudyKey, _ end: StudyEnd, files: [FileOutcome]) throws(StoreFault) {
        try settle { $0.end(key, end, files: files, at: $1) }
    }

    private func settle(
        _ enterEnd: (inout StudiesInRun, Timestamp) -> StudiesInRun.Aftermath
    ) throws(StoreFault) {
        let again = try booking.withLock { _ throws(StoreFault) -> (QueuedStudy, StudyInput)? in
            let now = now()
            let (line, input) = state.withLock { enterEnd(&$0.studies, now) }
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
    private func takeDueReports() -> OwedReports? {
        let now = now()
        return state.withLock { state in
            guard let reports = state.owedReports.takeDue(at: now) else { return nil }
            if reports.ending != nil { state.studies.resume(reports.studyKey) }
            return reports
        }
    }

    /// Writes reports that are due; those of a verdict under its lease.
    private func writeAgain(_ reports: OwedReports) throws(StoreFault) {
        guard let ending = reports.ending else { return try write(reports) }
        try fenced(ending.lease) { () throws(StoreFault) in try write(reports) }
    }

    /// Writes the reports of a study and finishes it, where a verdict waits for that. Where they cannot be written such
    /// a study stays `judged` under its lease, and they are tried again, here or in the next run. Those of a study that
    /// failed are tried again here; then whoever comes to an end with it next writes them, or `gantry report`.
    private func write(_ reports: OwedReports) throws(StoreFault) {
        let written: WrittenReports
        switch try StudyReports(store: store, writer: environment.reports).write(reports.studyKey) {
        case .success(let some): written = some
        case .failure(let fault): return try postpone(reports, fault)
        }
        if !written.paths.isEmpty { environment.observer.note(.reportsWritten(reports.studyKey, paths: written.paths)) }
        if !written.remarks.isEmpty { environment.observer.note(.reportsRemarked(reports.studyKey, written.remarks)) }
        // What may pass is tried again, with everything else; what will not costs neither the others nor the study.
        if let owed = written.missing.first(where: { $0.fault.disposition == .retryable }) {
            return try postpone(reports, owed.fault)
        }
        let failed = written.missing.filter { $0.fault.code != .notApplicable }
        if !failed.isEmpty { environment.observer.note(.formatsMissing(reports.studyKey, failed)) }
        guard let ending = reports.ending else { return }
        let (record, isUnchanged) = (ending.record, ending.isUnchanged)
        try store.finish(
            ending.lease,
            note: (isUnchanged ? "unchanged: nothing was scored" : "reports of revision \(record.revision) written")
                + written.missing.map { "; " + $0.sentence }.joined(),
            now: now())
        let line = VerdictLine(record)
        try end(reports.studyKey, isUnchanged ? .unchanged(line) : .judged(line), files: ending.files)
    }

    private func postpone(_ reports: OwedReports, _ fault: ReportFault) throws(StoreFault) {
        let key = reports.studyKey
        let retryAt: Timestamp? =
            fault.disposition == .retryable
            ? environment.settings.retry.next(afterAttempt: reports.attempt, now: now(), random: environment.random())
            : nil
        environment.observer.note(.reportsFailed(key, fault, retryAt: retryAt))
        guard let retryAt else {
            guard let ending = reports.ending else { return }
            // It stays judged for whoever comes next, and nobody has to wait for this lease to lapse.
            try store.release(ending.lease, now: now())
            return try end(
                key, .unreported(VerdictLine(ending.record), detail: fault.description), files: ending.files)
        }
        state.withLock { state in
            if reports.ending != nil { state.studies.oweReports(key) }
            state.owedReports.append(reports.postponed(until: retryAt, after: fault))
        }
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
