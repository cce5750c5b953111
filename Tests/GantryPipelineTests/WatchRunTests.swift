import GantryCore
import GantryPipeline
import Synchronization
import Testing

struct WatchRunTests {
    /// Watches until the last of `steps` has happened, everything is at its end and `isEnough` says so of the
    /// records; or until a thousand looks after that, where it never does.
    private func watch(
        _ setting: Setting, _ steps: [PlayedDropFolder.Step],
        until isEnough: @escaping @Sendable ([StudyRecord]) -> Bool
    ) -> RunSummary {
        let environment = setting.environment
        let store = setting.store
        let looks = Mutex(0)
        @Sendable func isIdle() -> Bool { store.entries.allSatisfy { $0.state == .done || $0.state == .failed } }
        let folder = PlayedDropFolder(
            steps, time: setting.time, movesOn: isIdle, timePasses: isIdle,
            atEnd: {
                guard isIdle() else { return }
                let count = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                if isEnough(store.records) || count > 1000 { environment.requestStop(.signal(15)) }
            })
        return WatchRun(
            environment, folder: folder, root: "/drop", shown: "drop", settings: WatchSettings(studyQuietSeconds: 0)
        ).run()
    }

    @Test func `wrong files of a study are removed, and it is judged for the right patient`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940], folder: "a", patient: "WRONG")
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940], folder: "b", patient: "RIGHT")
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let wrong = files.filter { $0.hasPrefix("a/") }
        _ = watch(setting, [.put(files), .rest, .remove(wrong), .rest]) { $0.count == 2 }
        let records = setting.store.records
        try #require(records.count == 2)
        #expect(records.map(\.result.verdict.finding) == [.indeterminate, .positive])
        #expect(records[0].result.verdict.findings.map(\.code).contains(.patientConflict))
        #expect(records.map(\.patient.patientID) == ["WRONG", "RIGHT"])
        // Nothing is scored twice for it.
        #expect(setting.reader.reads.withLock { $0.count } == 1)
    }

    @Test func `a stray file that is removed lifts the doubt of every study beside it`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940], folder: "a")
        try setting.add(study: 2, slices: [100, 110, 120, 130, 140], folder: "b")
        // Two studies share a folder, and nobody knows whose the stray file is.
        setting.reader.content.withLock { content in
            for (path, instance) in content.instances where path.hasPrefix("b/") {
                var moved = instance
                moved.file = "a/b" + path.dropFirst(2)
                content.instances[path] = nil
                content.instances[moved.file] = moved
                content.thousandths[moved.file] = content.thousandths[path]
            }
            content.rejected["a/IM0001"] = .damaged
        }
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() } + ["a/IM0001"]
        _ = watch(setting, [.put(files), .rest, .remove(["a/IM0001"]), .rest]) { $0.count == 4 }
        let findings = setting.store.entries.map { $0.records.map(\.result.verdict.finding) }
        #expect(findings == [[.indeterminate, .positive], [.indeterminate, .negative]])
    }

    @Test func `a verdict without a doubt stands, whatever is cleared up`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        _ = watch(setting, [.put(files), .rest, .remove([files[0]]), .rest]) { _ in false }
        #expect(setting.store.records.map(\.result.verdict.finding) == [.positive])
        #expect(setting.store.entries.map(\.attempt) == [1])
    }

    @Test func `once: what is there is taken when everything has settled, and each header is read once`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let folder = PlayedDropFolder([.put(files), .grow(files[4]), .rest], time: setting.time)
        let summary = WatchRun(
            setting.environment, folder: folder, root: "/drop", shown: "drop", settings: WatchSettings(once: true)
        ).run()
        #expect(summary.exitStatus == ExitStatus.done)
        #expect(summary.studies.map(\.folder) == ["drop/study1"])
        #expect(setting.store.records.first?.result.slices.count == 5)
        #expect(setting.reader.scans.withLock { $0.flatMap(\.self).sorted() } == files)
        #expect(folder.looks.withLock { $0 } == 3)
    }

    @Test func `a reading is made ready before a study comes, and after each for the next`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let summary = watch(setting, [.put(files), .rest]) { !$0.isEmpty }
        #expect(summary.studies.count == 1)
        #expect(setting.reader.preparations.withLock { $0 } == [true, true, false])
    }

    @Test func `once: an empty folder is no input`() {
        let setting = Setting()
        let folder = PlayedDropFolder([.rest], time: setting.time)
        let summary = WatchRun(
            setting.environment, folder: folder, root: "/drop", shown: "drop", settings: WatchSettings(once: true)
        ).run()
        #expect(summary.exitStatus == ExitStatus.noInput)
    }

    @Test func `a study that never rests is taken after its time, and is indeterminate`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let growing = "study1/growing.dcm"
        let steps =
            [.put(files + [growing])] + Array(repeating: PlayedDropFolder.Step.grow(growing), count: 545)
            + [.remove([growing])]
        let environment = setting.environment
        let store = setting.store
        let folder = PlayedDropFolder(
            steps, time: setting.time,
            // None that the study is worked on: looks outrun the runner.
            timePasses: { store.entries.allSatisfy { $0.state == .done } },
            atEnd: {
                // Nothing more will come; the verdict that is there by now is the one under test.
                if store.entries.contains(where: { $0.state == .done }) { environment.requestStop(.signal(15)) }
            })
        let summary = WatchRun(
            environment, folder: folder, root: "/drop", shown: "drop", settings: WatchSettings()
        ).run()
        #expect(summary.exitStatus == 143)
        let verdict = try #require(setting.store.records.first?.result.verdict)
        #expect(verdict.finding == .indeterminate)
        #expect(verdict.findings.contains { $0.code == .takenUnsettled && $0.isFailure })
    }

    @Test func `a restart leaves studies in quarantine alone`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let death = ReaderFault(.quarantined, subject: files[0], explanation: "died twice")
        setting.reader.content.withLock { $0.readFault = death }
        let store = setting.store
        func restart() -> RunSummary {
            let folder = PlayedDropFolder(
                [.put(files), .rest], time: setting.time,
                timePasses: { !store.entries.contains { $0.state == .running } })
            return WatchRun(
                setting.environment, folder: folder, root: "/drop", shown: "drop", settings: WatchSettings(once: true)
            ).run()
        }
        #expect(restart().studies.map(\.end) == [.failed(.quarantined, detail: "died twice")])
        #expect(restart().studies.map(\.end) == [.quarantined(detail: "died twice")])
        #expect(setting.reader.reads.withLock { $0.count } == 1)
    }

    @Test(arguments: [7200, -7200])
    func `a date that is set makes no study overdue, and none wait`(seconds: Int64) throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        let files = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let environment = setting.environment
        let (store, time) = (setting.store, setting.time)
        let looks = Mutex(0)
        let folder = PlayedDropFolder(
            [.put(files), .rest], time: time,
            movesOn: {
                // At the second look, when the files are at rest but their study is not yet quiet.
                let look = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                if look == 2 { time.setDate(bySeconds: seconds) }
                return true
            },
            timePasses: { store.entries.allSatisfy { $0.state == .done } },
            atEnd: {
                if store.entries.contains(where: { $0.state == .done }) { environment.requestStop(.signal(15)) }
            })
        _ = WatchRun(environment, folder: folder, root: "/drop", shown: "drop", settings: WatchSettings()).run()
        #expect(time.elapsed() < .seconds(600))
        #expect(setting.store.records.first?.result.verdict.finding == .positive)
    }

    @Test func `a study that is taken again for late slices has each of its files counted once`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        let early = setting.reader.content.withLock { $0.instances.keys.sorted() }
        try setting.add(study: 1, slices: [nil, nil, nil, nil, nil, 950, 960])
        let all = setting.reader.content.withLock { $0.instances.keys.sorted() }
        let environment = setting.environment
        let store = setting.store
        // A failure ends the test as well.
        let ended: Set<StudyState> = [.done, .failed, .quarantined]
        // The late slices come when the early ones have been judged.
        let late = all.filter { !early.contains($0) }
        let folder = PlayedDropFolder([.put(early), .put(late)], time: setting.time) {
            store.entries.contains { ended.contains($0.state) }
        } timePasses: {
            store.entries.allSatisfy { ended.contains($0.state) }
        } atEnd: {
            if store.entries.contains(where: { ended.contains($0.state) && $0.records.count != 1 }) {
                environment.requestStop(.signal(15))
            }
        }
        let summary = WatchRun(
            environment, folder: folder, root: "/drop", shown: "drop", settings: WatchSettings()
        ).run()
        #expect(setting.store.records.map(\.result.slices.count) == [5, 7])
        #expect(summary.account.scored == 7 && summary.filesSeen == 7)
    }
}
