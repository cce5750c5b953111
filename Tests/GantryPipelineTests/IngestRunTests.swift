import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

struct IngestRunTests {
    private let high = [900, 910, 920, 930, 940, 950]

    @Test func `an unreadable study beside a good one is named, and the code is 8`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high, folder: "patient/good")
        setting.reader.content.withLock {
            $0.rejected["patient/bad/a/1.dcm"] = .damaged
            $0.rejected["patient/bad/b/2.dcm"] = .notDICOM
        }
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.someFailed)
        #expect(summary.unreadableFolders.map(\.folder) == ["data/patient/bad"])
        #expect(summary.unreadableFolders.first?.files == 2)
        #expect(summary.unreadableFolders.first?.detail == "1.dcm: bad file")
        #expect(summary.studies.first?.end.verdict?.finding == .positive)
    }

    @Test func `a stray file does not change the code, wherever readable files lie beside it`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high, folder: "a")
        try setting.add(study: 2, slices: high, folder: "mixed")
        try setting.add(study: 3, slices: high, folder: "mixed/more")
        setting.reader.content.withLock {
            $0.rejected["readme.txt"] = .notDICOM
            $0.rejected["a/notes.txt"] = .notDICOM
            $0.rejected["mixed/notes.txt"] = .notDICOM
            $0.rejected["letters/referral.txt"] = .notDICOM
        }
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.done)
        #expect(summary.unreadableFolders.isEmpty)
        #expect(summary.strayFiles.map(\.file) == ["letters/referral.txt", "readme.txt"])
        #expect(summary.account.rejected == 4)
    }

    @Test func `a file that may be anybody's slice makes every study of its folder doubtful, and no other`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high, folder: "shared")
        setting.reader.content.withLock { content in
            for (file, instance) in content.instances {
                var moved = instance
                moved.file = "shared/a" + file.dropFirst("shared/".count)
                content.instances[file] = nil
                content.instances[moved.file] = moved
                content.thousandths[moved.file] = 900
            }
        }
        try setting.add(study: 2, slices: high, folder: "shared")
        try setting.add(study: 3, slices: high, folder: "alone")
        setting.reader.content.withLock {
            $0.rejected["shared/broken.dcm"] = .damaged
            $0.rejected["shared/notes.txt"] = .notDICOM
        }
        let summary = setting.ingest()
        #expect(summary.studies.count == 3 && summary.exitStatus == ExitStatus.done)
        #expect(summary.strayFiles.map(\.file) == ["shared/broken.dcm", "shared/notes.txt"])
        let findings = setting.store.records.sorted { $0.studyInstanceUID < $1.studyInstanceUID }
            .map(\.result.verdict)
        #expect(findings.map(\.finding) == [.indeterminate, .indeterminate, .positive])
        #expect(
            findings[0].findings.first?.detail
                == "1 file in the study's folder cannot be read, so nobody knows whether it is a slice of this study: "
                + "send it again, or remove it. `gantry status` with the study's key names it.")
        #expect(findings[0].findings.first?.files?.map(\.file) == ["shared/broken.dcm"])
    }

    @Test(arguments: [
        (FileReason.attributeMissing, "cut.dcm", Finding.indeterminate), (.attributeInvalid, "spoilt", .indeterminate),
        (.attributeMissing, "plan.txt", .positive), (.transferSyntaxUnsupported, "video.dcm", .positive),
    ])
    func `a file whose header does not say whose it is makes the study beside it doubtful`(
        reason: FileReason, name: String, finding: Finding
    ) throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high, folder: "alone")
        setting.reader.content.withLock { $0.rejected["alone/" + name] = reason }
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [finding])
    }

    @Test func `where a study is asked for, nothing else below the path is taken or said a word about`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        try setting.add(study: 2, slices: [100, 110, 120, 130, 140])
        let run = IngestRun(setting.environment, list: setting.lister(extra: ["junk/IM0001"]).list)
        let (two, three) = (try #require(UID("1.2.2")), try #require(UID("1.2.3")))
        let summary = run.run(paths: ["data"], only: [two, three])
        #expect(summary.studies.map(\.folder) == ["data/study2"])
        #expect(summary.absentStudies == [three] && summary.unreadableFolders.isEmpty)
        #expect(summary.exitStatus == ExitStatus.someFailed)
        #expect(setting.store.entries.map(\.study.studyInstanceUID) == [two])
        let gone = run.run(paths: ["data"], only: [three])
        #expect(gone.studies.isEmpty && gone.exitStatus == ExitStatus.noInput)
    }

    @Test func `a folder of garbage alone is bad data, an empty one is no input`() {
        let setting = Setting()
        setting.reader.content.withLock { $0.rejected["x.dcm"] = .notDICOM }
        let garbage = setting.ingest()
        #expect(garbage.exitStatus == ExitStatus.badData)
        #expect(garbage.unreadableFolders.map(\.folder) == ["data"])
        #expect(Setting().ingest().exitStatus == ExitStatus.noInput)
    }

    @Test func `a folder that cannot be listed counts as unreadable`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high, folder: "good")
        let locked = FileOutcome(file: "locked/", reason: .unreadable, detail: "permission denied")
        let summary = setting.ingest(outcomes: [locked])
        #expect(summary.exitStatus == ExitStatus.someFailed)
        #expect(summary.unreadableFolders.map(\.folder) == ["data/locked"])
        // A folder is no file.
        #expect(summary.unreadableFolders.map(\.sentence) == ["permission denied"])
    }

    @Test func `a path that cannot be listed ends before any study is touched`() {
        let setting = Setting()
        let fault = DropFolderFault(.unreadable, subject: "nowhere", explanation: "there is no such file or folder")
        let summary = IngestRun(setting.environment, list: InMemoryFileLister().list).run(paths: ["nowhere"])
        #expect(summary.inputFault == .listing(fault))
        #expect(summary.exitStatus == ExitStatus.noInput)
        #expect(setting.faultyStore.calls.count == 0)
    }

    @Test func `a study below two paths is one study, below the folder that both are in`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 900, 900, nil, nil, nil], folder: "x")
        try setting.add(study: 1, slices: [nil, nil, nil, 100, 100, 100], folder: "y")
        let all = setting.reader.content.withLock { $0 }
        // Below each root the files have their own names; below the common folder the pixels are found again.
        let renamed = setting.reader
        renamed.content.withLock { content in
            for (file, instance) in all.instances {
                let name = String(file.dropFirst(2))
                var moved = instance
                moved.file = name
                content.instances[name] = moved
                content.thousandths[file] = all.thousandths[file]
            }
        }
        var lister = InMemoryFileLister(below: "/data/in")
        lister.put("", files: all.instances.keys)
        let summary = IngestRun(setting.environment, list: lister.list).run(paths: ["x", "y", "x"])
        #expect(summary.studies.count == 1)
        #expect(summary.filesSeen == 6)
        #expect(setting.store.entries.first?.study.root == "/data/in")
        #expect(setting.reader.reads.withLock { $0.first?.first } == "x/900.dcm")
        #expect(setting.store.records.first?.result.slices.count == 6)
    }
}
