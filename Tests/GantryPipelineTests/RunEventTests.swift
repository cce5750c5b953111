import Foundation
import GantryCore
import GantryPipeline
import Synchronization
import Testing

/// What a run says while it lasts: every end, and everything that it waits for, once.
struct RunEventTests {
    private let high = [900, 910, 920, 930, 940]

    private func watch(_ setting: Setting, _ folder: PlayedDropFolder, quietSeconds: Int64 = 0) -> RunSummary {
        WatchRun(
            setting.environment, folder: folder, root: "/drop", shown: "drop",
            settings: WatchSettings(studyQuietSeconds: quietSeconds)
        ).run()
    }

    private func ends(_ setting: Setting) -> [StudyLine] {
        setting.observer.events.compactMap { if case .studyEnded(let line) = $0 { line } else { nil } }
    }

    // MARK: - Ends

    @Test func `a revision for whose study new files came meanwhile has its event, before the study is queued again`()
        throws
    {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let early = setting.reader.content.withLock { $0.instances.keys.sorted() }
        try setting.add(study: 1, slices: [nil, nil, nil, nil, nil, 950, 960])
        let all = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let (environment, store, observer) = (setting.environment, setting.store, setting.observer)
        let reader = setting.reader
        // The late slices come when the early ones are being read, and that goes on when they stand in the queue.
        setting.reader.content.withLock {
            $0.beforeSlice = {
                while environment.stop.stopped == nil, observer.count(where: \.isQueued) < 2 { sched_yield() }
            }
        }
        let late = all.filter { !early.contains($0) }
        let folder = PlayedDropFolder(
            [.put(early), .put(late)], time: setting.time,
            movesOn: { reader.reads.withLock { !$0.isEmpty } }, timePasses: { false },
            atEnd: {
                if store.entries.contains(where: { $0.state == .done && $0.records.count == 2 }) {
                    environment.requestStop(.signal(15))
                }
            })
        let summary = watch(setting, folder)
        #expect(setting.store.records.map(\.result.slices.count) == [5, 7])
        #expect(ends(setting).map(\.end.verdict?.revision) == [1, 2])
        #expect(ends(setting).map(\.endedAt) == [setting.time.now(), setting.time.now()])
        let course = observer.events.filter { $0.isQueued || $0.isEnd }.map(\.isEnd)
        #expect(course == [false, false, true, false, true])
        // The table at the end has one line a study.
        #expect(summary.studies.map(\.end.verdict?.revision) == [2])
    }

    // MARK: - Waiting

    private func waits(_ setting: Setting) -> [RunEvent] {
        setting.observer.events.filter { if case .waiting = $0 { true } else { false } }
    }

    @Test func `a run that only waits for reports to be written says so once for each wait`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        try setting.add(study: 2, slices: high, patient: "P2")
        let full = ReportFault(.diskFull, subject: "out", explanation: "full")
        setting.reports.state.withLock { $0.faults = [full, full, full] }
        let begin = setting.time.now()
        #expect(setting.ingest().exitStatus == ExitStatus.done)
        #expect(
            waits(setting) == [
                .waiting(until: begin.advanced(bySeconds: 30), reports: 2, fault: full, studies: 0),
                .waiting(until: begin.advanced(bySeconds: 150), reports: 1, fault: full, studies: 0),
            ])
    }

    @Test func `a run that only waits to try a study again says so`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let unavailable = ReaderFault(.readerUnavailable, subject: "reader", explanation: "cannot be started")
        setting.reader.content.withLock { $0.digestFaults = [unavailable] }
        let begin = setting.time.now()
        #expect(setting.ingest().exitStatus == ExitStatus.done)
        #expect(
            waits(setting) == [
                .waiting(until: begin.advanced(bySeconds: 30), reports: 0, fault: nil, studies: 1)
            ])
    }

    @Test func `a run that has everything behind it waits for nothing`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        #expect(waits(setting).isEmpty)
    }

    // MARK: - The drop folder

    private func folderEvents(_ setting: Setting) -> [RunEvent] {
        setting.observer.events.filter {
            switch $0 {
            case .dropFolderFault, .dropFolderBack, .dropFolderEmpty, .dropFolderFilled: true
            default: false
            }
        }
    }

    @Test func `a drop folder that is gone is said once, and once that it is back`() {
        let setting = Setting()
        let environment = setting.environment
        let gone = DropFolderFault(.unreadable, subject: "drop", explanation: "there is no such file or folder")
        let locked = DropFolderFault(.unreadable, subject: "drop", explanation: "permission denied")
        let folder = PlayedDropFolder(
            [.rest], time: setting.time,
            failing: { look in
                if look == 10 { environment.requestStop(.signal(15)) }
                return switch look {
                case 2...4, 8...9: gone
                case 5...6: locked
                default: nil
                }
            })
        #expect(watch(setting, folder).exitStatus == 143)
        #expect(
            folderEvents(setting) == [
                .dropFolderFault(gone), .dropFolderFault(locked), .dropFolderBack, .dropFolderFault(gone),
                .dropFolderBack,
            ])
    }

    @Test func `a full folder that is empty at once is said once, and what comes back is not judged anew`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let (environment, store, observer) = (setting.environment, setting.store, setting.observer)
        let folder = PlayedDropFolder(
            [.put(files), .remove(files), .rest, .rest, .put(files), .rest], time: setting.time,
            // Nothing happens before the study has been judged.
            movesOn: { store.entries.contains { $0.state == .done } }, timePasses: { false },
            atEnd: { if observer.count(where: \.isEnd) == 2 { environment.requestStop(.signal(15)) } })
        #expect(watch(setting, folder).exitStatus == 143)
        #expect(folderEvents(setting) == [.dropFolderEmpty(files: 5), .dropFolderFilled(files: 5)])
        #expect(setting.store.records.map(\.revision) == [1])
        #expect(setting.reader.reads.withLock { $0.count } == 1)
        let line = try #require(ends(setting).first?.end.verdict)
        #expect(ends(setting).map(\.end) == [.judged(line), .unchanged(line)])
    }

    @Test func `a folder that is emptied file by file is not taken for one that is not mounted`() {
        let setting = Setting()
        let files = ["a/1.txt", "a/2.txt", "a/3.txt"]
        let (environment, time) = (setting.environment, setting.time)
        let looks = Mutex(0)
        let folder = PlayedDropFolder(
            [.put(files), .rest, .remove(Array(files.prefix(2))), .remove([files[2]]), .rest], time: time,
            atEnd: {
                let count = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                if count == 3 { environment.requestStop(.signal(15)) }
            })
        #expect(watch(setting, folder).exitStatus == 143)
        #expect(folderEvents(setting).isEmpty)
    }

    // MARK: - What settles

    private func settling(_ setting: Setting) -> RunSummary {
        let (environment, store) = (setting.environment, setting.store)
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let folder = PlayedDropFolder(
            [.put(files), .rest], time: setting.time,
            timePasses: { store.entries.allSatisfy { $0.state == .done } },
            atEnd: {
                if store.entries.contains(where: { $0.state == .done }) { environment.requestStop(.signal(15)) }
            })
        return watch(setting, folder, quietSeconds: 60)
    }

    @Test func `what settles is kept for status, by keys and in the time of people, and taken away when it is over`()
        throws
    {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let begin = setting.time.now()
        #expect(settling(setting).exitStatus == 143)
        let key = try #require(setting.store.entries.first).key
        let study = Settling.Study(
            studyKey: key, files: 5, since: begin, takenAt: begin.advanced(bySeconds: 60),
            latestAt: begin.advanced(bySeconds: 5400))
        #expect(
            setting.faultyStore.calls.settlings == [
                Settling(studies: 0, unreadFiles: 5, longest: []),
                Settling(studies: 1, unreadFiles: 0, longest: [study]), nil,
            ])
    }

    @Test func `a store that cannot keep what settles ends no watch`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.faultyStore.faults.withLock { $0.refusesSettling = true }
        #expect(settling(setting).exitStatus == 143)
        #expect(setting.store.records.count == 1)
        #expect(setting.faultyStore.calls.settlings.count > 1)
    }
}

extension RunEvent {
    fileprivate var isQueued: Bool { if case .studyQueued = self { true } else { false } }
    fileprivate var isEnd: Bool { if case .studyEnded = self { true } else { false } }
}

extension FakeObserver {
    fileprivate func count(where isCounted: (RunEvent) -> Bool) -> Int { events.count(where: isCounted) }
}
