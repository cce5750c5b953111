import GantryCore
import GantryPipeline
import Synchronization
import Testing

struct RunnerTests {
    private let high = [900, 910, 920, 930, 940, 950]
    private let low = [100, 110, 120, 130, 140, 150]
    private let unavailable = ReaderFault(.readerUnavailable, subject: "reader", explanation: "cannot be started")

    @Test func `studies come in the order of their folders, whatever their UIDs`() throws {
        var setting = Setting()
        setting.jobs = 3
        try setting.add(study: 1, slices: high, folder: "c")
        try setting.add(study: 2, slices: low, folder: "b", patient: "P2")
        try setting.add(study: 3, slices: low, folder: "a", patient: "P3")
        let summary = setting.ingest()
        #expect(summary.studies.map(\.folder) == ["data/a", "data/b", "data/c"])
        #expect(summary.studies.map { $0.end.verdict?.finding } == [.negative, .negative, .positive])
        #expect(summary.account.scored == 18)
    }

    @Test func `a reading is made ready for each study, and nothing is left of it at the end`() throws {
        for (studies, expected) in [(1, [true, false, false]), (3, [true, true, true, false, false])] {
            let setting = Setting()
            for study in 1...studies { try setting.add(study: study, slices: low, patient: "P\(study)") }
            _ = setting.ingest()
            #expect(setting.reader.preparations.withLock { $0 } == expected)
        }
    }

    @Test func `the index of a patient is made from all studies known by then`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        try setting.add(study: 2, slices: low)
        _ = setting.ingest()
        #expect(setting.reports.state.withLock { $0.patientStudies } == [1, 2])
    }

    @Test func `after a corrected Patient ID the reports are withdrawn from the former patient`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        try setting.add(study: 2, slices: low)
        _ = setting.ingest()
        let former = try #require(setting.store.records.first?.patientKey)
        setting.reader.content.withLock { content in
            for (file, instance) in content.instances where instance.studyInstanceUID.value == "1.2.1" {
                content.instances[file]?.patient.patientID = "P9"
            }
        }
        // The withdrawal fails once, and is tried again with the reports.
        let full = ReportFault(.diskFull, subject: "out", explanation: "full")
        setting.reports.state.withLock { $0.withdrawalFaults = [full] }
        #expect(setting.ingest().exitStatus == ExitStatus.done)
        let shelves = setting.writtenReports.shelves
        #expect(shelves[former]?.count == 1)
        #expect(shelves.values.reduce(0) { $0 + $1.count } == 2)
    }

    @Test func `files of another patient that come while a study is scored do not move its verdict`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let (store, now) = (setting.store, setting.time.now())
        setting.reader.content.withLock { content in
            content.beforeSlice = {
                #expect(throws: Never.self) {
                    var another = try #require(store.entries.first).study
                    another.patient.patientID = "P9"
                    _ = try store.enqueue(another, now: now)
                }
            }
        }
        #expect(setting.ingest().exitStatus == ExitStatus.done)
        let record = try #require(store.entries.first?.records.last)
        #expect(record.patient.patientID == "P1")
        #expect(Array(setting.writtenReports.shelves.keys) == [record.patientKey])
    }

    @Test func `a transient failure is tried again when it is due`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { $0.digestFaults = [unavailable, unavailable] }
        let begin = setting.time.now()
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.done)
        #expect(setting.store.entries[0].attempt == 3)
        #expect(setting.time.now() == begin.advanced(bySeconds: 30 + 120))
    }

    @Test func `a transient failure that stays is permanent after three more attempts`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { $0.digestFaults = Array(repeating: unavailable, count: 9) }
        let summary = setting.ingest()
        #expect(setting.store.entries[0].attempt == 4)
        #expect(summary.studies.map(\.end.failureCode) == [.readerFault])
        #expect(summary.exitStatus == ExitStatus.temporaryFailure)
    }

    @Test func `reports that cannot be written are tried again, without another verdict`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let full = ReportFault(.diskFull, subject: "out", explanation: "full")
        setting.reports.state.withLock { $0.faults = [full, full] }
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.done)
        #expect(setting.store.records.count == 1)
        #expect(setting.store.entries[0].state == .done)
    }

    @Test func `reports that cannot be written at all leave the verdict to the next run`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let full = ReportFault(.diskFull, subject: "out", explanation: "full")
        setting.reports.state.withLock { $0.faults = Array(repeating: full, count: 4) }
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.inputOutput)
        #expect(setting.store.entries[0].state == .judged)
        let again = setting.ingest()
        #expect(again.exitStatus == ExitStatus.done)
        #expect(setting.store.entries[0].state == .done)
        #expect(setting.store.records.count == 1)
        #expect(setting.scorer.count.withLock { $0.scored } == 6)
    }

    @Test func `outstanding reports are written from the store also where the input is gone`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let full = ReportFault(.diskFull, subject: "out", explanation: "full")
        setting.reports.state.withLock { $0.faults = Array(repeating: full, count: 4) }
        _ = setting.ingest()
        setting.reader.content.withLock { $0.instances = [:] }
        let again = setting.ingest()
        #expect(again.studies.first?.end.verdict?.finding == .positive)
        #expect(setting.reports.state.withLock { $0.written.count } == 1)
        #expect(setting.store.entries[0].state == .done)
    }

    @Test func `a result under a lost lease is dropped, and the run goes on`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.faultyStore.faults.withLock { $0.losesLeaseAtCommit = true }
        let summary = setting.ingest()
        #expect(setting.store.records.isEmpty)
        #expect(setting.reports.state.withLock { $0.written.isEmpty })
        #expect(setting.observer.events.contains { if case .leaseLost = $0 { true } else { false } })
        #expect(summary.studies.map(\.end) == [.unfinished])
        #expect(summary.unfinishedFiles == 6)
        #expect(summary.filesSeen == 6)
    }

    @Test func `a lease is prolonged while slices are read`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: Array(repeating: 500, count: 40))
        setting.time.tick(milliseconds: 10_000)
        _ = setting.ingest()
        #expect(setting.faultyStore.calls.renewals >= 5)
    }

    /// Stops the run when it is asked for the given time whether to go on.
    private final class Stopping: RunObserver {
        let stop: StopFlag
        let left: Mutex<Int>
        init(_ stop: StopFlag, at question: Int) {
            self.stop = stop
            left = Mutex(question)
        }
        func note(_ event: RunEvent) {
            guard case .slices = event else { return }
            let isNow = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isNow { stop.stop(.signal(15)) }
        }
    }

    // It is asked before each of six slices.
    @Test(arguments: [2, 5])
    func `a stop hands the study back at the next slice and consumes no attempt`(question: Int) throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        try setting.add(study: 2, slices: low)
        var environment = setting.environment
        environment.observer = Stopping(setting.stop, at: question)
        let summary = IngestRun(environment, list: setting.lister().list).run(paths: ["data"])
        #expect(summary.exitStatus == 143)
        #expect(setting.store.entries.map(\.state) == [.queued, .queued])
        #expect(setting.store.entries.map(\.failedAttempts) == [0, 0])
        #expect(setting.store.records.isEmpty)
        #expect(summary.studies.map(\.end) == [.unfinished, .unfinished])
        #expect(summary.filesSeen == 12)
    }

    // Where there is an earlier revision, it is asked for each of seven slices while the digest is taken, and then
    // before each of them.
    @Test(arguments: [3, 10])
    func `a stop while a known study is looked at anew leaves its revision`(question: Int) throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        try setting.add(study: 1, slices: [nil, nil, nil, nil, nil, nil, 100])
        var environment = setting.environment
        environment.observer = Stopping(setting.stop, at: question)
        let summary = IngestRun(environment, list: setting.lister().list).run(paths: ["data"])
        #expect(summary.exitStatus == 143)
        #expect(setting.store.entries.map(\.state) == [.queued])
        #expect(setting.store.records.map(\.revision) == [1])
        #expect(setting.reader.reads.withLock { $0.count } == (question == 3 ? 1 : 2))
    }

    @Test func `too little disk space takes no work and says so`() throws {
        var setting = Setting()
        setting.freeBytes = 4_999_999_999
        try setting.add(study: 1, slices: high)
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.temporaryFailure)
        #expect(setting.store.entries[0].attempt == 0)
        #expect(
            setting.observer.events.contains(
                .diskLow(FreeSpace(path: "out", bytes: 4_999_999_999), needed: 5_000_000_000)))
    }

    @Test(arguments: [false, true])
    func `killed at any call of the store and run again, it ends with the same verdicts, none twice`(
        afterEffect: Bool
    ) throws {
        var died = 0
        for call in 1...40 {
            var setting = Setting()
            try setting.add(study: 1, slices: high)
            try setting.add(study: 2, slices: low, patient: "P2")
            setting.faultyStore.faults.withLock {
                $0.diesAt = call
                $0.diesAfterEffect = afterEffect
            }
            let first = setting.ingest()
            if first.exitStatus == ExitStatus.inputOutput { died += 1 }
            setting.faultyStore.faults.withLock { $0.diesAt = nil }
            setting.stop = StopFlag()
            let second = setting.ingest()
            #expect(second.exitStatus == ExitStatus.done, "killed at call \(call)")
            #expect(setting.store.records.map(\.revision) == [1, 1], "killed at call \(call)")
            #expect(
                setting.store.records.map(\.result.verdict.finding) == [.positive, .negative], "killed at call \(call)")
            #expect(setting.store.entries.map(\.state) == [.done, .done], "killed at call \(call)")
            let reported = setting.reports.state.withLock { Set($0.written.map(\.studyKey)) }
            #expect(reported.count == 2, "killed at call \(call)")
        }
        // Recover, summaries, two to queue, and at least five calls a study: fewer deaths would test nothing.
        #expect((14...39).contains(died))
    }
}
