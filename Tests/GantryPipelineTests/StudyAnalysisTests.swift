import GantryCore
import GantryPipeline
import GantryTestSupport
import Glibc
import Synchronization
import Testing

/// One study's way, seen from a run with one study in it.
struct StudyAnalysisTests {
    private let high = [900, 910, 920, 930, 940, 950]

    private func onlyRecord(_ setting: Setting) throws -> StudyRecord {
        try #require(setting.store.records.count == 1)
        return setting.store.records[0]
    }

    @Test func `slices are read and kept in the order of their positions, not of their names`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.done)
        #expect(setting.reader.reads.withLock { $0 } == [(0..<6).map { "study1/\(900 - $0).dcm" }])
        #expect(setting.reader.paddings.withLock { $0 } == [.air])
        let record = try onlyRecord(setting)
        #expect(record.result.slices.map { $0.probabilities.last } == high.map { Double($0) / 1000 })
        #expect(record.result.slices.map(\.positionMillimetres) == [0, 2.5, 5, 7.5, 10, 12.5])
        #expect(record.result.verdict.finding == .positive)
        #expect(record.result.files.allSatisfy { $0.reason == .scored })
    }

    @Test func `the images are kept as they name and place themselves, in the order of the slices`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { content in
            for (file, var instance) in content.instances {
                instance.source.stationName = file
                content.instances[file] = instance
            }
        }
        _ = setting.ingest()
        let result = try onlyRecord(setting).result
        let source = try #require(result.source)
        let instances = setting.reader.content.withLock { $0.instances }
        #expect(source.attributes.stationName == "study1/900.dcm")
        #expect(source.images.count == 6)
        for (index, image) in source.images.enumerated() {
            let instance = try #require(instances["study1/\(900 - index).dcm"])
            #expect(result.slices[index].sopInstanceUID == instance.sopInstanceUID)
            #expect(image.plane == instance.frames[0].plane && image.rescale == instance.frames[0].rescale)
            #expect(image.sopClassUID == instance.sopClassUID && image.numberOfFrames == 1)
            #expect(image.seriesInstanceUID == instance.seriesInstanceUID)
        }
        #expect(source.minutesAheadOfUTC == 0)
    }

    @Test func `key pictures are the slices of highest probability, highest first`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [100, 950, 300, 990, 200, 950])
        _ = setting.ingest()
        #expect(try onlyRecord(setting).result.keyPictures.map(\.sliceIndex) == [3, 1])
    }

    /// The study with a copy of one of its slices, of a name before or behind the others.
    private func withCopy(_ name: String) throws -> Setting {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { content in
            var copy = content.instances["study1/898.dcm"]
            copy?.file = "study1/" + name
            content.instances["study1/" + name] = copy
            content.thousandths["study1/" + name] = content.thousandths["study1/898.dcm"]
        }
        return setting
    }

    @Test(arguments: ["0.dcm", "999.dcm"])
    func `a copy changes nothing, and only what is there twice is compared`(name: String) throws {
        let setting = try withCopy(name)
        _ = setting.ingest()
        #expect(try onlyRecord(setting).result.verdict.finding == .positive)
        #expect(setting.reader.compared.withLock { $0.map { Set($0) } } == [["study1/898.dcm", "study1/" + name]])
    }

    @Test(arguments: ["0.dcm", "999.dcm"])
    func `an intact copy wins over a damaged one, which is mentioned and makes no doubt`(name: String) throws {
        for damaged in ["study1/898.dcm", "study1/" + name] {
            let setting = try withCopy(name)
            setting.reader.content.withLock { $0.undecodable = [damaged] }
            _ = setting.ingest()
            let result = try onlyRecord(setting).result
            #expect(result.verdict.finding == .positive && result.verdict.scoredSlices == 6)
            #expect(result.files.first { $0.reason == .damagedCopy }?.file == damaged)
            #expect(result.verdict.findings.contains { $0.code == .rejectedFiles && !$0.isFailure })
        }
    }

    @Test func `a study with a damaged slice gets a new revision when an intact copy has come`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { $0.undecodable = ["study1/898.dcm"] }
        _ = setting.ingest()
        #expect(try onlyRecord(setting).result.verdict.finding == .indeterminate)
        setting.reader.content.withLock { content in
            var copy = content.instances["study1/898.dcm"]
            copy?.file = "study1/again.dcm"
            content.instances["study1/again.dcm"] = copy
            content.thousandths["study1/again.dcm"] = content.thousandths["study1/898.dcm"]
        }
        _ = setting.ingest()
        let latest = try #require(setting.store.records.last)
        #expect(latest.revision == 2 && latest.result.verdict.finding == .positive)
    }

    @Test(arguments: ["0.dcm", "999.dcm"])
    func `other pixels under one UID are a conflict: indeterminate, named`(name: String) throws {
        let setting = try withCopy(name)
        setting.reader.content.withLock { $0.thousandths["study1/" + name] = 10 }
        _ = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .indeterminate)
        #expect(result.verdict.findings.contains { $0.code == .rejectedFiles && $0.isFailure })
        #expect(result.files.count { $0.reason == .instanceConflict } == 1)
    }

    @Test func `a missing slice makes the verdict indeterminate`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 900, 900, nil, 900, 900, 900, 900])
        _ = setting.ingest()
        let verdict = try onlyRecord(setting).result.verdict
        #expect(verdict.finding == .indeterminate)
        #expect(verdict.findings.first?.code == .missingSlices)
    }

    @Test func `a slice that cannot be decoded leaves a gap, and the others are scored`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { _ = $0.undecodable.insert("study1/898.dcm") }
        let summary = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .indeterminate)
        #expect(result.verdict.scoredSlices == 5)
        #expect(result.slices[2].reason == .pixelDataIncomplete)
        #expect(result.files.first { $0.file == "study1/898.dcm" }?.detail == "too short")
        #expect(summary.account.scored == 5)
        #expect(summary.account.rejected == 1)
        #expect(summary.exitStatus == ExitStatus.done)
    }

    @Test func `a study of which no slice can be decoded fails`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { $0.undecodable = Set($0.instances.keys) }
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.nothingReadable])
        #expect(summary.exitStatus == ExitStatus.badData)
        #expect(summary.account.rejected == 6)
    }

    @Test func `a study without air in it has no Hounsfield units`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { $0.lowestHU = -500 }
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.notHounsfield])
        #expect(setting.store.entries[0].failure?.detail.contains("-500 HU") == true)
        #expect(setting.store.records.isEmpty)
    }

    @Test func `a study without a suitable series fails and keeps its decisions`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 900])
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.noSuitableSeries])
        #expect(setting.store.entries[0].failure?.seriesDecisions.count == 1)
        #expect(summary.account.skipped == 2)
    }

    @Test func `a reader that dies twice quarantines the study, without another attempt`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock {
            $0.readFault = ReaderFault(.quarantined, subject: "study", explanation: "died twice")
        }
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.quarantined])
        #expect(setting.store.entries[0].state == .quarantined)
        #expect(setting.store.entries[0].attempt == 1)
        #expect(summary.filesSeen == 6)
    }

    @Test func `a fault of the scorer fails the study, and reading ends`() throws {
        var setting = Setting()
        setting.scorer = FaultyScorer(fault: ScorerFault(.notFinite, subject: "slice", explanation: "nan"))
        try setting.add(study: 1, slices: Array(repeating: 500, count: 100))
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.scorerFault])
        // It fails with the first batch: the line takes no more than its limit.
        #expect(setting.scorer.count.withLock { $0.most } <= 16)
    }

    /// Without anybody to take that slice, the study would wait for it until its hour is over.
    @Test(.timeLimit(.minutes(1)))
    func `a slice that was being prepared when the scorer failed is waited for by nobody`() throws {
        var setting = Setting()
        let ends = ThreadEnds()
        let isPreparing = Mutex(false)
        setting.scorer = FaultyScorer(
            fault: ScorerFault(.notFinite, subject: "slice", explanation: "nan"),
            before: { _ in while !isPreparing.withLock({ $0 }) { sched_yield() } },
            preparing: { count in
                // One more than a group: there was room for it, and now the scorer fails.
                guard count.alive == 5 else { return }
                isPreparing.withLock { $0 = true }
                while ends.ended < 1 { sched_yield() }
            })
        setting.scorer.ends.withLock { $0 = ends }
        try setting.add(study: 1, slices: high)
        #expect(setting.ingest().studies.map(\.end.failureCode) == [.scorerFault])
    }

    @Test func `never more tensors are alive than allowed, and groups are full`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: Array(repeating: 500, count: 102))
        _ = setting.ingest()
        let count = setting.scorer.count.withLock { $0 }
        #expect(count.most <= 8)
        #expect(count.scored == 102)
        #expect(count.batches == Array(repeating: 4, count: 25) + [2])
    }

    @Test func `several threads score every slice once, and give the verdict of one thread`() throws {
        let thousandths = (0..<100).map { ($0 * 37) % 1000 }
        let alone = Setting()
        try alone.add(study: 1, slices: thousandths)
        _ = alone.ingest()
        var several = Setting()
        several.scoringThreads = 3
        try several.add(study: 1, slices: thousandths)
        _ = several.ingest()
        let count = several.scorer.count.withLock { $0 }
        #expect(count.scored == 100 && count.batches.allSatisfy { $0 <= 4 })
        #expect(count.most <= 16)
        let (one, other) = (try onlyRecord(alone).result, try onlyRecord(several).result)
        #expect(one.slices == other.slices)
        #expect(one.verdict == other.verdict)
        #expect(one.keyPictures == other.keyPictures)
    }

    @Test func `what is left at the end, when no thread scores, is scored by all of them together`() throws {
        var setting = Setting()
        setting.scoringThreads = 3
        setting.groupSize = 8
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        let count = setting.scorer.count.withLock { $0 }
        #expect(count.batches == [6] && count.workers == [3])
    }

    @Test func `what is left while a thread still scores is shared among the threads`() throws {
        var setting = Setting()
        setting.scoringThreads = 2
        setting.groupSize = 4
        // The first group is scored when both others have begun.
        let calls = Mutex(0)
        setting.scorer = FaultyScorer(before: { _ in
            let call = calls.withLock {
                $0 += 1
                return $0
            }
            while call == 1 && calls.withLock({ $0 }) < 3 { sched_yield() }
        })
        try setting.add(study: 1, slices: high + [900])
        _ = setting.ingest()
        let count = setting.scorer.count.withLock { $0 }
        #expect(count.batches.sorted() == [1, 2, 4] && count.workers == [1, 1, 1])
    }

    @Test func `a scorer without a network ends the run, and the study is handed back`() throws {
        var setting = Setting()
        let fault = ScorerFault(.unavailable, subject: "model", explanation: "not a number")
        setting.scorer = FaultyScorer(fault: fault)
        try setting.add(study: 1, slices: high)
        let summary = setting.ingest()
        #expect(summary.stopped == .scorerFault(fault))
        #expect(summary.exitStatus == ExitStatus.configuration)
        #expect(summary.studies.map(\.end) == [.unfinished])
        #expect(setting.store.entries[0].state == .queued)
        #expect(setting.store.records.isEmpty)
    }

    @Test func `a definition whose positive class is none of its classes judges nothing`() throws {
        var setting = Setting()
        setting.positiveClass = "covid"
        try setting.add(study: 1, slices: high)
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.configuration)
        #expect(summary.studies.map(\.end) == [.unfinished])
        #expect(setting.store.records.isEmpty && setting.store.entries[0].state == .queued)
    }

    @Test func `slices without lung are left out, and counted as skipped`() throws {
        var setting = Setting()
        setting.lung = .defaultLung
        try setting.add(study: 1, slices: high)
        let summary = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.slices.allSatisfy { $0.reason == .sliceNotSelected && $0.lungFraction == 0 })
        #expect(result.verdict.finding == .indeterminate)
        #expect(result.verdict.probability == nil)
        #expect(summary.account.skipped == 6)
        #expect(setting.scorer.count.withLock { $0.scored } == 0)
    }

    @Test func `the same study again is unchanged, and nothing is scored`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        let again = setting.ingest()
        #expect(setting.scorer.count.withLock { $0.scored } == 6)
        #expect(setting.store.records.count == 1)
        #expect(again.exitStatus == ExitStatus.done)
        #expect(again.account.scored == 6)
        guard case .unchanged(let line) = again.studies.first?.end else {
            Issue.record("expected an unchanged study, found \(again.studies)")
            return
        }
        #expect(line.finding == .positive)
    }

    @Test func `another threshold makes a new verdict from stored scores`() throws {
        var setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        setting.judging.positiveFrom = 0.99
        setting.judging.negativeBelow = 0.98
        let again = setting.ingest()
        #expect(setting.scorer.count.withLock { $0.scored } == 6)
        #expect(setting.reader.reads.withLock { $0.count } == 1)
        #expect(setting.store.records.map(\.result.verdict.finding) == [.positive, .negative])
        #expect(setting.store.records.map(\.result.provenance.scoresFromStore) == [false, true])
        #expect(setting.store.records.map(\.result.keyPictures.count) == [2, 2])
        #expect(again.studies.first?.end.verdict?.revision == 2)
    }

    @Test func `late slices make the next revision`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        try setting.add(study: 1, slices: [nil, nil, nil, nil, nil, nil, 100])
        _ = setting.ingest()
        #expect(setting.store.records.map(\.revision) == [1, 2])
        #expect(setting.store.records.last?.result.slices.count == 7)
        #expect(setting.scorer.count.withLock { $0.scored } == 13)
    }

    @Test func `a study that takes too long fails with that reason`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: Array(repeating: 500, count: 50))
        setting.time.tick(milliseconds: 100_000)
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.timedOut])
        #expect(setting.scorer.count.withLock { $0.scored } < 50)
    }

    @Test func `every file ends once, whatever became of it`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        try setting.add(study: 1, slices: [1, 2], folder: "study1/scout", series: 2)
        setting.reader.content.withLock {
            $0.rejected["study1/broken.dcm"] = .damaged
            $0.rejected["readme.txt"] = .notDICOM
            // The same object under another name.
            var copy = $0.instances["study1/900.dcm"]
            copy?.file = "study1/copy.dcm"
            $0.instances["study1/copy.dcm"] = copy
            $0.thousandths["study1/copy.dcm"] = $0.thousandths["study1/900.dcm"]
        }
        let link = FileOutcome(file: "link", reason: .symbolicLink, detail: "a link")
        let summary = setting.ingest(outcomes: [link])
        #expect(summary.filesSeen == 12)
        #expect(summary.account.scored == 6)
        #expect(summary.account.rejected == 2)
        #expect(summary.account.skipped == 4)
        #expect(summary.strayFiles.map(\.file) == ["link", "readme.txt"])
        let files = try onlyRecord(setting).result.files
        #expect(Set(files.map(\.file)).count == files.count)
        #expect(files.count == 10)
        #expect(summary.exitStatus == ExitStatus.done)
    }

    @Test func `what the pipeline's file says about itself is kept with the verdict`() throws {
        var setting = Setting()
        setting.description = "Trained on phantoms"
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        #expect(try onlyRecord(setting).result.provenance.pipelineDescription == "Trained on phantoms")
        let silent = Setting()
        try silent.add(study: 1, slices: high)
        _ = silent.ingest()
        #expect(try onlyRecord(silent).result.provenance.pipelineDescription == nil)
    }

    @Test func `phases of one series: one is scored, and every file has its end`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { content in
            for (file, instance) in content.instances {
                var second = instance
                second.file = "late/" + file
                second.sopInstanceUID = UID("\(instance.sopInstanceUID).2") ?? instance.sopInstanceUID
                second.frames[0].temporalPosition = 2
                content.instances[second.file] = second
                content.instances[file]?.frames[0].temporalPosition = 1
                content.thousandths[second.file] = 100
            }
        }
        let summary = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .positive && result.slices.count == 6)
        #expect(result.seriesDecisions.map(\.part).compactMap { $0?.prefix(12) } == ["phase 1 of 2", "phase 2 of 2"])
        #expect(summary.account.scored == 6 && summary.account.skipped == 6 && summary.filesSeen == 12)
    }

    @Test func `many slices of one file: the file is scored once`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        try setting.reader.content.withLock { content in
            var object = try #require(content.instances["study1/900.dcm"])
            object.file = "study1/enhanced.dcm"
            object.sopClassUID = try #require(UID("1.2.840.10008.5.1.4.1.1.2.1"))
            object.frames = (0..<6).compactMap { content.instances["study1/\(900 - $0).dcm"]?.frames.first }
            object.pixels?.numberOfFrames = 6
            content.instances = [object.file: object]
            content.thousandths = [object.file: 900]
        }
        let summary = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.slices.map(\.frameNumber) == Array(1...6) && result.slices.allSatisfy { $0.reason == .scored })
        #expect(result.files.map(\.reason) == [.scored])
        #expect(summary.account.scored == 1 && summary.filesSeen == 1)
    }

    @Test func `a part of a study never overturns the whole, in however many pieces it comes`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940, 950, 960, 970])
        let whole = setting.reader.content.withLock { $0.instances }
        let files = whole.keys.sorted()
        for count in [8, 4, 5, 8] {
            setting.reader.content.withLock { content in
                content.instances = whole.filter { files.suffix(count).contains($0.key) }
            }
            _ = setting.ingest()
        }
        let verdicts = setting.store.records.map(\.result.verdict)
        #expect(verdicts.map(\.finding) == [.positive, .indeterminate, .indeterminate, .positive])
        #expect(verdicts[2].findings.map(\.code) == [.slicesWithdrawn])
    }

    @Test func `slices of a patient for whom the study was taken by mistake are not missed`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940, 950], folder: "a", patient: "WRONG")
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940], folder: "b", series: 2, patient: "RIGHT")
        _ = setting.ingest()
        setting.reader.content.withLock { content in
            content.instances = content.instances.filter { $0.key.hasPrefix("b/") }
        }
        _ = setting.ingest()
        let records = setting.store.records
        #expect(records.map(\.patient.patientID) == ["WRONG", "RIGHT"])
        #expect(records.map(\.result.verdict.finding) == [.indeterminate, .positive])
        #expect(
            records[0].result.verdict.findings[0].detail.hasPrefix("5 files of this study name another patient than 6"))
    }

    @Test func `a delivery of another patient's files that fails takes nothing from the patient of the verdict`() throws
    {
        let setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940])
        _ = setting.ingest()
        let judged = try #require(setting.store.records.first)
        setting.reader.content.withLock { $0.instances = [:] }
        // Too few for a series.
        try setting.add(study: 1, slices: [900, 910], folder: "b", series: 2, patient: "P9")
        #expect(setting.ingest().exitStatus == ExitStatus.badData)
        let record = try #require(try setting.store.latestRecord(of: judged.studyKey))
        #expect(record.patient == judged.patient && record.patientKey == judged.patientKey)
        #expect(record.failedSince != nil)
        #expect(setting.writtenReports.shelves.keys.map { $0 } == [judged.patientKey])
    }
}
