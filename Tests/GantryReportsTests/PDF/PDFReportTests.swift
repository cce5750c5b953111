import Foundation
import GantryCore
import GantryReports
import Testing

/// The report to be printed, read back by poppler.
@Suite struct PDFReportTests {
    /// Records that every format must say right.
    enum Sample: String, CaseIterable, Sendable {
        case plain, negative, doubtful, failed, empty, explained, many, hostile, reasons, thousands, foreign

        func record() throws -> StudyRecord {
            switch self {
            case .plain: return try SampleRecord.study()
            case .negative: return try SampleRecord.study(peak: 0.2, finding: .negative)
            case .doubtful: return try SampleRecord.doubtful()
            case .failed: return try SampleRecord.failedSince()
            case .empty: return try SampleRecord.empty()
            case .explained: return try PDFReportTests.explained()
            case .many: return try SampleRecord.study(count: 300, spacing: 1, pictures: 64)
            case .hostile: return try PDFReportTests.hostile()
            case .reasons: return try PDFReportTests.reasons(60)
            case .thousands: return try SampleRecord.study(count: 2000, spacing: 0.2, pictures: 6)
            case .foreign: return try PDFReportTests.foreign()
            }
        }
    }

    /// With a map of where the network looked on each picture.
    static func explained() throws -> StudyRecord {
        var record = try SampleRecord.study(pictures: 6)
        let map = try #require(
            ActivationMap(rows: 3, columns: 3, values: [0, 0.2, 0.1, 0.3, 1, 0.4, 0, 0.5, 0.2]))
        for index in record.result.keyPictures.indices {
            record.result.keyPictures[index].explanation = SliceExplanation(map: map, outsideBodyShare: 0.07)
        }
        return record
    }

    static func reasons(_ count: Int) throws -> StudyRecord {
        try SampleRecord.study(
            finding: .indeterminate,
            findings: (1...count).map {
                QualityFinding(
                    code: .missingSlices, isFailure: $0 % 2 == 1,
                    detail: "Reason number \($0): slices are missing after slice \($0 * 3), where neighbours are 15 mm "
                        + "apart instead of 5 mm, and more of the same follows here to fill a line or two.")
            }, pictures: 6)
    }

    /// What other systems write: too much of everything, and what means something elsewhere.
    static func hostile() throws -> StudyRecord {
        let text = "<script>alert(1)</script> <b>&amp; \\ =cmd|' /C calc' \u{202E}gnp \u{0} \u{2028}"
        var record = try SampleRecord.study(
            finding: .indeterminate,
            findings: [
                QualityFinding(
                    code: .rejectedFiles, isFailure: true, detail: text + String(repeating: " lang", count: 3000))
            ])
        record.studyInstanceUID = try SampleRecord.uid("1." + String(repeating: "1", count: 62))
        record.patient.patientName = text + "^Åsa^^^=x" + String(repeating: "ß", count: 200)
        record.patient.patientID = "=cmd|<script>" + String(repeating: "9", count: 400)
        record.patient.patientBirthDate = "20261399"
        record.patient.patientSex = "divers & \\"
        record.study.studyDate = "00000000"
        record.study.studyTime = "996199.1"
        record.study.studyDescription = text + String(repeating: "Verlaufskontrolle", count: 40)
        record.study.accessionNumber = "A\\1&<i>" + String(repeating: "0", count: 80)
        record.result.provenance.positiveClass = "Kovid-19 <Verdacht> & mehr"
        record.result.provenance.classes[2] = record.result.provenance.positiveClass
        record.result.provenance.pipelineName = String(repeating: "pipeline_of.a-name", count: 12)
        record.result.provenance.pipelineDescription = text + String(repeating: "beschrieben ", count: 200)
        return record
    }

    static func foreign() throws -> StudyRecord {
        var record = try SampleRecord.study()
        record.patient.patientName = "Иванова^Мария=محمد^أحمد"
        record.study.studyDescription = "Ελληνικά, Żółć, naïve – ½ µm ≥ 5"
        return record
    }

    @Test(arguments: Sample.allCases) func `it has one to three pages, none of them empty`(sample: Sample) throws {
        let record = try sample.record()
        let file = try PDFFile(record)
        let pages = try file.pages()
        #expect((1...3).contains(pages.count), "\(pages.count)")
        let renderings = try file.renderings()
        #expect(renderings.count == pages.count)
        for (number, page) in pages.enumerated() {
            #expect(page.contains("RESEARCH USE ONLY. NOT FOR CLINICAL USE."))
            #expect(page.contains("Page \(number + 1) of \(pages.count)"))
            if sample != .hostile { #expect(page.contains("evision \(record.revision)")) }
            // Something dark, and nothing at the edges.
            let grey = renderings[number]
            let (columns, rows) = (331, 468)
            #expect(grey.count == columns * rows)
            #expect(grey.count { $0 < 200 } > 150)
            for row in 0..<rows where grey.count == columns * rows {
                #expect(grey[row * columns] > 240 && grey[row * columns + columns - 1] > 240)
            }
        }
        #expect(try file.fonts().allSatisfy(\.isEmbedded))
        #expect(try file.fonts().contains { $0.name.hasSuffix("+NotoSans-Regular") })
    }

    @Test(arguments: Sample.allCases) func `it says the numbers and texts of report json`(sample: Sample) throws {
        let record = try sample.record()
        let letters = try PDFFile(record).letters()
        func says(_ text: String?, _ location: SourceLocation = #_sourceLocation) {
            guard let text else { return }
            let wanted = PDFFile.letters(text)
            #expect(letters.contains(wanted), "\(text)", sourceLocation: location)
        }
        let (result, verdict) = (record.result, record.result.verdict)
        let (judging, provenance) = (result.provenance.judging, result.provenance)
        says(verdict.finding.rawValue.prefix(1).uppercased() + verdict.finding.rawValue.dropFirst())
        let thresholds = [judging.negativeBelow, judging.positiveFrom]
        says(verdict.probability.map { DecimalText.probability($0, thresholds: thresholds) } ?? "none")
        says(verdict.interval.map { "interval " + DecimalText.probability($0.lower, thresholds: thresholds) })
        says(verdict.interval.map { DecimalText.probability($0.upper, thresholds: thresholds) })
        says("negative below \(DecimalText.threshold(judging.negativeBelow))")
        says("positive from \(DecimalText.threshold(judging.positiveFrom))")
        says("Slices scored")
        says("\(verdict.scoredSlices)")
        for digest in [
            provenance.modelSHA256, provenance.scoringDigest, provenance.judgingDigest, provenance.contentDigest,
            record.studyInstanceUID.value, record.studyKey.value,
        ] { says(digest) }
        says("Gantry \(provenance.gantryVersion)")
        // Where there is much to say, fewer fit.
        for picture in result.keyPictures.prefix(sample == .reasons ? 3 : 6) {
            let slice = try #require(result.slices.first { $0.index == picture.sliceIndex })
            says("Slice \(slice.index + 1) of \(result.slices.count)")
            says("position \(DecimalText.fixed(slice.positionMillimetres, places: 1)) mm")
            says(slice.sopInstanceUID.value)
            says(
                DecimalText.probability(
                    slice.probabilities.last ?? 0, thresholds: [judging.slicePositiveFrom]))
        }
        for finding in verdict.findings.prefix(3) where sample != .hostile { says(finding.detail) }
        guard sample != .hostile else { return }
        says(record.patient.patientID ?? "not given")
        says(IdentityText.date(record.patient.patientBirthDate) ?? "not given")
        says(IdentityText.date(record.study.studyDate) ?? "not given")
        says(record.study.accessionNumber ?? "not given")
        says(provenance.pipelineDescription)
        if sample != .foreign { says(IdentityText.name(record.patient.patientName)) }
    }

    @Test func `what is not given is said to be`() throws {
        let letters = try PDFFile(SampleRecord.empty()).letters()
        #expect(letters.contains("Namenotgiven"))
        #expect(letters.ranges(of: "notgiven").count >= 6)
        #expect(letters.contains("Nosliceofthisstudyreachedthenetwork."))
        #expect(letters.contains("Nopictureswerekeptforthisstudy."))
    }

    @Test func `texts are no markup, and steer nothing`() throws {
        let file = try PDFFile(Self.hostile())
        let letters = try file.letters()
        #expect(letters.contains("<script>alert(1)</script><b>&amp;\\=cmd|'/Ccalc'gnp"))
        #expect(letters.contains("Kovid-19<Verdacht>&mehr"))
        #expect(file.remark == nil)
        let raw = String(decoding: file.bytes, as: UTF8.self)
        for word in ["/JavaScript", "/URI", "/Launch", "/OpenAction"] { #expect(!raw.contains(word)) }
    }

    @Test func `names of other writings are shown where a font has them, and said to lack where none has`() throws {
        let file = try PDFFile(Self.foreign())
        let letters = try file.letters()
        #expect(letters.contains("Иванова,Мария"))
        #expect(letters.contains("Ελληνικά,Żółć,naïve–½"))
        #expect(file.remark == nil)
        var record = try SampleRecord.study()
        // Of a private area, and of a plane that has no characters.
        record.patient.patientName = "A\u{F4321}\u{E123}^B"
        let absent = try PDFFile(record)
        #expect(absent.remark?.hasPrefix("2 characters of the PDF are in no installed font") == true)
        #expect(absent.remark?.contains("E123") == false)
    }

    @Test func `a long list of findings is cut, and where the rest is stands below it`() throws {
        let letters = try PDFFile(Self.reasons(60)).letters()
        let hidden = try #require(letters.firstMatch(of: /([0-9]+)morefindingsinreport\.html/)).1
        let shown = 60 - (Int(hidden) ?? 0)
        #expect(shown >= 6 && shown < 60)
        // The even ones stand nowhere else.
        for number in stride(from: 2, through: 60, by: 2) {
            #expect(letters.contains("Reasonnumber\(number):") == (number <= shown), "\(number) of \(shown)")
        }
        // Of the 30 that make it indeterminate, five beside the verdict.
        #expect(letters.contains("25morebelow,underqualityfindings."))
        let all = try PDFFile(Self.reasons(4)).letters()
        #expect((1...4).allSatisfy { all.contains("Reasonnumber\($0):") } && !all.contains("morefinding"))
    }

    @Test func `six pictures are shown, and how many there are`() throws {
        let file = try PDFFile(Sample.many.record())
        #expect(try file.pictures() == Array(repeating: 256, count: 6))
        #expect(try file.letters().contains("Thefirst6of64areshown;theothersareinreport.html."))
        // Each is listed where it is shown, alone and below its map; a map and its mask for each, and the scale of all.
        let explained = try PDFFile(Self.explained())
        #expect(try explained.pictures().filter { $0 == 256 }.count == 13)
        #expect(try explained.pictures().filter { $0 == 160 }.count == 12)
        #expect(try explained.letters().contains("7.0%ofthemapoutsidethebody"))
    }

    @Test func `the change since the study before stands in it`() throws {
        let course = try SampleRecord.course()
        let letters = try PDFFile(course[1], among: course).letters()
        #expect(letters.contains("Comparedwiththestudyof2026-01-03."))
        #expect(letters.contains("Changesincethestudybefore"))
        let number = DecimalText.probability(
            course[0].result.verdict.probability ?? 0,
            thresholds: [
                course[0].result.provenance.judging.negativeBelow, course[0].result.provenance.judging.positiveFrom,
            ])
        #expect(letters.contains("was" + number))
        #expect(try PDFFile(course[0], among: course).letters().contains("Comparison:thefirststudy."))
        #expect(try !PDFFile(course[1]).letters().contains("Changesincethestudybefore"))
    }

    @Test func `a failure that came since stands above everything`() throws {
        let pages = try PDFFile(SampleRecord.failedSince()).pages()
        let first = try #require(pages.first)
        let failure = try #require(first.range(of: "This study failed on"))
        let verdict = try #require(first.range(of: "Positive"))
        #expect(failure.lowerBound < verdict.lowerBound)
        #expect(pages[1].contains("the study failed since"))
    }

    @Test func `it says of itself what it is, and when the study was judged`() throws {
        let record = try SampleRecord.study()
        let facts = try PDFFile(record).facts()
        #expect(facts["Title"] == "CT report 2026-11-14 – Lindqvist, Dr Astrid Maria")
        #expect(facts["Author"] == "Gantry 0.1.0, pipeline covid19-chest-ct, version 1")
        #expect(facts["Creator"] == "Gantry 0.1.0")
        #expect(
            facts["Subject"] == "CT study 2026-11-14 09:15, accession number A20261114-1, revision 1. "
                + "Research use only. Not for clinical use.")
        #expect(facts["CreationDate"].map { $0.hasPrefix("2026-11-06T22:20:00") } == true, "\(facts)")
        #expect(facts["ModDate"] == facts["CreationDate"])
        #expect(facts["Page size"]?.contains("A4") == true)
        #expect(facts["JavaScript"] == "no" && facts["Encrypted"] == "no")
    }

    @Test(arguments: Sample.allCases) func `the same record gives the same bytes`(sample: Sample) throws {
        let record = try sample.record()
        let first = try PDFWriter().files(of: record, patientRecords: [record])
        #expect(first.map(\.path) == ["patients/\(record.patientKey)/\(record.studyKey)/report.pdf"])
        #expect(try PDFWriter().files(of: sample.record(), patientRecords: []) == first)
    }

    @Test func `many threads make what one makes`() async throws {
        let samples: [Sample] = [.plain, .doubtful, .foreign, .explained]
        let alone = try samples.map { try PDFFile($0.record()).bytes }
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for number in 0..<12 {
                group.addTask {
                    let record = try samples[number % 4].record()
                    return (number % 4, try PDFWriter().pdf(of: record, patientRecords: [record]).bytes)
                }
            }
            for try await (index, bytes) in group { #expect(bytes == alone[index]) }
        }
    }

    @Test func `a stored picture that is none is a fault, and no file`() throws {
        var record = try SampleRecord.study()
        for png in [[], [0x89, 0x50], Array(record.result.keyPictures[0].png.dropLast(200))] {
            record.result.keyPictures[0].png = png
            let fault = #expect(throws: ReportFault.self) { try PDFFile(record) }
            #expect(fault?.code == .cannotEncode)
        }
        record.result.keyPictures[0].png = record.result.keyPictures[1].png
        record.result.keyPictures[0].rows = 255
        let fault = #expect(throws: ReportFault.self) { try PDFFile(record) }
        #expect(fault?.explanation == "it is stored with 255 x 256 pixels and has 256 x 256")
    }

    @Test func `a study that comes between two others renews the later one's`() throws {
        let folder = try TemporaryFolder()
        let course = try SampleRecord.course()
        let writer = try FolderReportWriter(outputFolder: folder.path, formats: [.pdf], others: [PDFWriter()])
        func pdf(_ record: StudyRecord) -> String {
            "patients/\(record.patientKey)/\(record.studyKey)/report.pdf"
        }
        let without = [course[0], course[2]]
        for record in without { _ = try writer.write(record, patientRecords: without) }
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + pdf(course[2])))
        let all = Array(course.prefix(3))
        let written = try writer.write(course[1], patientRecords: all)
        #expect(written.paths == [pdf(course[1]), pdf(course[2])] && written.missing.isEmpty)
        let after = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + pdf(course[2])))
        #expect(after != before)
        #expect(try Array(after) == PDFFile(course[2], among: all).bytes)
        try writer.withdraw(course[1].studyKey, from: course[1].patientKey, patientRecords: without)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + pdf(course[2]))) == before)
        #expect(try !folder.everything().contains(pdf(course[1])))
    }
}
