import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// What a run keeps for the comparison with the study before.
struct ProgressionRunTests {
    private func record(_ setting: Setting) throws -> StudyRecord { try #require(setting.store.records.last) }

    @Test func `the area of lung on each decoded slice is kept, selected or not`() throws {
        var setting = Setting()
        setting.lung = .lung(smallestFraction: 0.05, airRangeHU: -1000...(-400))
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940, 950])
        // 16 of the 64 pixels of a square millimetre; one slice shows no lung, one cannot be decoded.
        setting.reader.content.withLock { content in
            content.airy = Set((1..<6).map { "study1/\(900 - $0).dcm" })
            content.undecodable = ["study1/897.dcm"]
        }
        _ = setting.ingest()
        let slices = try record(setting).result.slices
        #expect(slices.map(\.lungAreaSquareMillimetres) == [0, 16, 16, nil, 16, 16])
        #expect(slices[0].reason == .sliceNotSelected && slices[1].reason == .scored)
        let positive = try #require(PositiveSlices(try record(setting).result))
        // The hole between the third and the fifth slice is shared by these.
        #expect(positive.count == 4 && positive.extentMillimetres == 2.5 + 3.75 + 3.75 + 2.5)
        #expect(positive.lungMillilitres == 12.5 * 16 / 1000)
    }

    @Test func `bands that the bundle has since make a new revision, without inference and once`() throws {
        var setting = Setting()
        try setting.add(study: 1, slices: [900, 910, 920, 930, 940, 950])
        _ = setting.ingest()
        #expect(try record(setting).result.provenance.repeatability == nil)
        let scored = setting.scorer.count.withLock { $0.scored }
        let bands = Repeatability(
            probability: 0.1, lungMillilitres: nil, extentMillimetres: 3, pairs: 12, dataSHA256: "d",
            measuringDigest: DefinitionDigest.measuring(setting.definition))
        setting.repeatability = bands
        for _ in 0..<2 { _ = setting.ingest() }
        let again = try record(setting)
        #expect(again.revision == 2 && again.result.provenance.repeatability == bands)
        #expect(again.result.provenance.scoresFromStore && setting.scorer.count.withLock { $0.scored } == scored)
        // Under other rules they do not hold.
        setting.judging.slicePositiveFrom = 0.8
        _ = setting.ingest()
        #expect(try record(setting).result.provenance.repeatability == nil)
    }

    @Test func `a study that arrives later and lies before renews what is said of the next`() throws {
        let setting = Setting()
        func add(_ study: Int, date: String) throws {
            try setting.add(study: study, slices: [900, 910, 920, 930, 940, 950])
            setting.reader.content.withLock { content in
                for file in content.instances.keys where file.hasPrefix("study\(study)/") {
                    content.instances[file]?.study.studyDate = date
                }
            }
            _ = setting.ingest()
        }
        func reports() throws -> [String] {
            try setting.store.records.map { record in
                let path = "patients/\(record.patientKey)/\(record.studyKey)/report.json"
                return String(decoding: try #require(setting.writtenReports.file(path)), as: UTF8.self)
            }
        }
        try add(1, date: "20260101")
        try add(2, date: "20260301")
        let (first, last) = (setting.store.records[0], setting.store.records[1])
        #expect(try reports()[1].hasSuffix(" after \(first.studyKey)"))
        try add(3, date: "20260201")
        let known = [first.studyKey, last.studyKey]
        let between = try #require(setting.store.records.first { !known.contains($0.studyKey) })
        let path = "patients/\(last.patientKey)/\(last.studyKey)/report.json"
        let renewed = String(decoding: setting.writtenReports.file(path) ?? [], as: UTF8.self)
        #expect(renewed.hasSuffix(" after \(between.studyKey)"))
    }
}
