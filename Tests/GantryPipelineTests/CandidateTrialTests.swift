import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// Studies whose first candidate turns out not to be the one.
struct CandidateTrialTests {
    private let high = [900, 910, 920, 930, 940, 950]

    /// A study of two series of which the first cannot be decoded, with the second under `second/`.
    private func undecodableFirst() throws -> Setting {
        let setting = Setting()
        try setting.add(study: 1, slices: Array(repeating: 500, count: 7), folder: "first", series: 1)
        try setting.add(study: 1, slices: high, folder: "second", series: 2)
        setting.reader.content.withLock { content in
            content.undecodable = Set(content.instances.keys.filter { $0.hasPrefix("first/") })
        }
        return setting
    }

    private func onlyRecord(_ setting: Setting) throws -> StudyRecord {
        try #require(setting.store.records.count == 1)
        return setting.store.records[0]
    }

    @Test func `where no slice of the first candidate can be decoded, the next is scored`() throws {
        let setting = try undecodableFirst()
        let summary = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .positive && result.slices.count == 6)
        #expect(result.seriesDecisions.map(\.rank) == [1, 2])
        #expect(result.seriesDecisions.map(\.isChosen) == [false, true])
        #expect(result.seriesDecisions.map(\.trial?.left) == [.nothingDecodable, nil])
        #expect(
            result.seriesDecisions[0].reason == "Tried and left: none of its 7 slices could be decoded (too short).")
        #expect(result.seriesDecisions[1].reason.contains("tried before it and left: series 1.2.1.1 (none"))
        // Each file ends once, those of the first with the reader's own words.
        #expect(summary.filesSeen == 13 && summary.account.scored == 6 && summary.account.rejected == 7)
        let left = result.files.filter { $0.file.hasPrefix("first/") }
        #expect(left.count == 7 && left.allSatisfy { $0.reason == .pixelDataIncomplete && $0.detail == "too short" })
    }

    @Test func `a second ingest of a study that took a fallback says unchanged and decodes nothing`() throws {
        let setting = try undecodableFirst()
        _ = setting.ingest()
        let reads = setting.reader.reads.withLock { $0.count }
        let again = setting.ingest()
        #expect(reads == 2 && setting.reader.reads.withLock { $0.count } == 2)
        #expect(setting.store.records.count == 1)
        guard case .unchanged(let line) = again.studies.first?.end else {
            Issue.record("expected an unchanged study, found \(again.studies)")
            return
        }
        #expect(line.finding == .positive)
        #expect(again.account.scored == 6 && again.account.rejected == 7)
    }

    @Test func `the content of every stack that was tried is in the digest`() throws {
        let setting = try undecodableFirst()
        _ = setting.ingest()
        // Another file in the series that was left, and it can be decoded now.
        setting.reader.content.withLock { content in
            content.undecodable = []
            for file in content.instances.keys where file.hasPrefix("first/") { content.thousandths[file] = 100 }
        }
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.positive, .negative])
        #expect(setting.store.records.last?.result.slices.count == 7)
    }

    @Test func `the digest of a study whose first candidate is kept is that of its stack`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        let digest = try onlyRecord(setting).result.provenance.contentDigest
        #expect(digest == InMemoryStudyReader.digest(of: (1...6).map { "1.2.1.1.\($0)=\(high[$0 - 1])" }))
    }

    @Test func `where no candidate can be decoded the study fails, and says what was tried`() throws {
        let setting = try undecodableFirst()
        setting.reader.content.withLock { $0.undecodable = Set($0.instances.keys) }
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.nothingReadable])
        let failure = try #require(setting.store.entries[0].failure)
        #expect(
            failure.detail
                == "tried 2 series or parts, and left each: none of its 7 slices could be decoded (too short); "
                + "none of its 6 slices could be decoded (too short)")
        #expect(failure.seriesDecisions.map(\.trial?.left) == [.nothingDecodable, .nothingDecodable])
        #expect(summary.account.rejected == 13)
    }

    @Test func `a study without Hounsfield units fails, whatever its headers say`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { $0.lowestHU = 0 }
        try setting.add(study: 1, slices: [500, 500, 500, 500], folder: "second", series: 2)
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.notHounsfield])
        #expect(summary.filesSeen == 10 && summary.account.rejected == 4 && summary.account.skipped == 6)
    }

    // MARK: - Air enclosed by the body

    /// Two series, `head` and `chest`, of which the second encloses 0.24 ml of air, the first none; 0.1 ml are asked
    /// for.
    private func headAndChest(headSays: String? = nil, chestEnclosesAir: Bool = true) throws -> Setting {
        var setting = Setting()
        setting.smallestLungMillilitres = 0.1
        try setting.add(study: 1, slices: Array(repeating: 100, count: 7), folder: "head", series: 1)
        try setting.add(study: 1, slices: high, folder: "chest", series: 2)
        setting.reader.content.withLock { content in
            for file in content.instances.keys where file.hasPrefix("head/") {
                content.instances[file]?.series.seriesDescription = headSays
            }
            if chestEnclosesAir { content.airy = Set(content.instances.keys.filter { $0.hasPrefix("chest/") }) }
        }
        return setting
    }

    @Test func `a candidate that encloses too little air for a chest is left, and the next is scored`() throws {
        let setting = try headAndChest()
        _ = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .positive && result.slices.count == 6)
        #expect(result.seriesDecisions.map(\.trial?.left) == [.notAChest, nil])
        #expect(
            result.seriesDecisions[0].reason == "Tried and left: the body encloses 0 ml of air over it, of a chest at "
                + "least 0.1 ml are expected.")
        // 16 of 64 pixels of 1 mm, six slices 2.5 mm apart.
        let air = try #require(result.seriesDecisions[1].trial?.enclosedAirMillilitres)
        #expect(abs(air - 16 * 6 * 2.5 / 1000) < 1e-12)
        let reads = setting.reader.reads.withLock { $0.count }
        _ = setting.ingest()
        #expect(setting.store.records.count == 1 && setting.reader.reads.withLock { $0.count } == reads)
    }

    @Test func `a head alone is indeterminate, never failed`() throws {
        var setting = Setting()
        setting.smallestLungMillilitres = 0.1
        try setting.add(study: 1, slices: high)
        _ = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .indeterminate && result.verdict.findings.first?.code == .notAChest)
        #expect(result.seriesDecisions.map(\.isChosen) == [true])
        let again = setting.ingest()
        #expect(setting.store.records.count == 1 && setting.reader.reads.withLock { $0.count } == 1)
        guard case .unchanged = again.studies.first?.end else {
            Issue.record("expected an unchanged study, found \(again.studies)")
            return
        }
    }

    @Test func `where no candidate is a chest by its images the first is scored, in doubt`() throws {
        let setting = try headAndChest(chestEnclosesAir: false)
        _ = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .indeterminate && result.slices.count == 7)
        #expect(result.verdict.findings.contains { $0.code == .notAChest && $0.isFailure })
        #expect(result.seriesDecisions.map(\.trial?.left) == [nil, .notAChest])
        #expect(result.seriesDecisions.map(\.isChosen) == [true, false])
        _ = setting.ingest()
        #expect(setting.store.records.count == 1 && setting.reader.reads.withLock { $0.count } == 2)
    }

    private func end(_ summary: RunSummary) -> (isUnchanged: Bool, finding: Finding?) {
        switch summary.studies.first?.end {
        case .unchanged(let line): (true, line.finding)
        case .judged(let line): (false, line.finding)
        default: (false, nil)
        }
    }

    @Test func `a chest that arrives after a study had none is tried, although the first candidate is the same`() throws
    {
        var setting = Setting()
        setting.smallestLungMillilitres = 0.1
        try setting.add(study: 1, slices: Array(repeating: 100, count: 7), folder: "head", series: 1)
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate])
        try setting.add(study: 1, slices: high, folder: "chest", series: 2)
        setting.reader.content.withLock { content in
            content.airy = Set(content.instances.keys.filter { $0.hasPrefix("chest/") })
        }
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.indeterminate, .positive])
        let decisions = try #require(setting.store.records.last?.result.seriesDecisions)
        #expect(decisions.map(\.trial?.left) == [.notAChest, nil])
        let reads = setting.reader.reads.withLock { $0.count }
        #expect(end(setting.ingest()) == (true, .positive))
        #expect(setting.reader.reads.withLock { $0.count } == reads)
    }

    @Test func `another series that is no chest either is tried once`() throws {
        var setting = Setting()
        setting.smallestLungMillilitres = 0.1
        try setting.add(study: 1, slices: Array(repeating: 100, count: 7), folder: "head", series: 1)
        _ = setting.ingest()
        try setting.add(study: 1, slices: high, folder: "foot", series: 2)
        _ = setting.ingest()
        let record = try #require(setting.store.records.last)
        #expect(record.revision == 2 && record.result.verdict.finding == .indeterminate)
        #expect(record.result.seriesDecisions.map(\.trial?.left) == [nil, .notAChest])
        let reads = setting.reader.reads.withLock { $0.count }
        #expect(end(setting.ingest()) == (true, .indeterminate))
        #expect(setting.reader.reads.withLock { $0.count } == reads)
    }

    @Test func `a candidate that was left and by its corrected headers is a chest is looked at again`() throws {
        let setting = try headAndChest()
        _ = setting.ingest()
        setting.reader.content.withLock { content in
            for file in content.instances.keys where file.hasPrefix("head/") {
                content.instances[file]?.series.seriesDescription = "Chest 5 mm"
            }
        }
        _ = setting.ingest()
        #expect(setting.store.records.map(\.result.verdict.finding) == [.positive, .indeterminate])
        #expect(end(setting.ingest()) == (true, .indeterminate))
    }

    // MARK: - Slices that could not be decoded

    @Test func `a candidate is not left for little air that slices nobody has seen may hold`() throws {
        let setting = try headAndChest()
        // One slice is left, as it were of the apex.
        setting.reader.content.withLock { content in
            content.undecodable = Set(content.instances.keys.filter { $0.hasPrefix("head/") && $0 != "head/894.dcm" })
        }
        _ = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .indeterminate && result.slices.count == 7)
        #expect(result.verdict.findings.map(\.code).contains(.unreadableSlices))
        // It is not known to be none.
        #expect(!result.verdict.findings.map(\.code).contains(.notAChest))
        let trial = try #require(result.seriesDecisions[0].trial)
        #expect(trial.left == nil)
        #expect(
            trial.detail
                == "the body encloses 0 ml of air over the 1 of its 7 slices that could be decoded, of a chest at "
                + "least 0.1 ml are expected, which the others may hold")
        // Six slices 2.5 mm apart with 100 square centimetres of air each.
        #expect(abs((trial.unseenAirMillilitres ?? 0) - 6 * 2.5 * 10) < 1e-9)
        #expect(end(setting.ingest()) == (true, .indeterminate))
        #expect(setting.reader.reads.withLock { $0.count } == 1)
    }

    @Test func `what a slice holds that is missing between two others is told by these`() throws {
        let setting = try headAndChest()
        setting.reader.content.withLock { $0.undecodable = ["head/897.dcm"] }
        _ = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .positive)
        #expect(result.seriesDecisions.map(\.trial?.left) == [.notAChest, nil])
        #expect(result.seriesDecisions[0].trial?.unseenAirMillilitres == nil)
    }

    @Test func `where the headers say chest and the image does not, the study is indeterminate`() throws {
        let setting = try headAndChest(headSays: "Chest 5 mm")
        _ = setting.ingest()
        let result = try onlyRecord(setting).result
        #expect(result.verdict.finding == .indeterminate && result.slices.count == 7)
        #expect(result.verdict.findings.first?.code == .notAChest)
        #expect(setting.reader.reads.withLock { $0.count } == 1)
    }

    @Test func `a result of an earlier version keeps its verdict where its slices show lung, else they are read again`()
        throws
    {
        for (fraction, records) in [(0.3, 1), (0.08, 2)] {
            let setting = Setting()
            try setting.add(study: 1, slices: high)
            _ = setting.ingest()
            setting.store.change { record in
                for index in record.result.seriesDecisions.indices { record.result.seriesDecisions[index].trial = nil }
                for index in record.result.slices.indices { record.result.slices[index].lungFraction = fraction }
            }
            _ = setting.ingest()
            #expect(setting.store.records.count == records, "\(fraction)")
        }
    }

    @Test func `a series that goes on makes doubt where the scored one ends with lung`() throws {
        for showsLung in [true, false] {
            let setting = Setting()
            try setting.add(study: 1, slices: high, folder: "lower", series: 1)
            try setting.add(study: 1, slices: Array(repeating: nil, count: 6) + [100, 100], folder: "upper", series: 2)
            setting.reader.content.withLock { content in
                for (file, instance) in content.instances {
                    content.instances[file]?.frameOfReferenceUID = instance.studyInstanceUID
                }
                if showsLung { content.airy = ["lower/895.dcm"] }
            }
            _ = setting.ingest()
            let verdict = try onlyRecord(setting).result.verdict
            #expect(verdict.finding == (showsLung ? .indeterminate : .positive))
            #expect(verdict.findings.contains { $0.code == .seriesContinues } == showsLung)
            _ = setting.ingest()
            #expect(setting.store.records.count == 1)
        }
    }
}
