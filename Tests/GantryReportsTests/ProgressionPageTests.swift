import Foundation
import GantryCore
import GantryReports
import Testing

/// A patient's page and `report.json` on each study beside the one before it.
@Suite struct ProgressionPageTests {
    private func written(_ records: [StudyRecord]) throws -> (page: MarkupElement, reports: [[String: Any]]) {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        var reports: [[String: Any]] = []
        var page: MarkupElement?
        for record in records {
            let paths = try writer.write(record, patientRecords: records).paths
            let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + paths[0]))
            reports.append(try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]))
            page = try MarkupDocument.parse(folder.text(#require(paths.last)))
        }
        return (try #require(page), reports)
    }

    /// The cells of each row, spaces and lines folded.
    private func rows(_ page: MarkupElement) -> [[String]] {
        (page.id("progression")?.elements("tbody") ?? []).flatMap { $0.elements("tr") }.map { row in
            row.elements("td").map { $0.text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        }
    }

    @Test func `a patient of one study has nothing to compare`() throws {
        let (page, reports) = try written([SampleRecord.study()])
        #expect(page.id("progression") == nil)
        let progression = try #require(reports[0]["progression"] as? [String: Any])
        #expect(progression["absence"] as? String == "firstStudy" && progression["probability"] == nil)
        let positive = try #require(reports[0]["positiveSlices"] as? [String: Any])
        #expect(positive["lungMillilitres"] as? Double ?? 0 > 100)
    }

    @Test func `each study stands beside the one before it, with the difference and what is said of it`() throws {
        let (page, reports) = try written(try SampleRecord.course())
        let rows = rows(page)
        try #require(rows.count == 7)
        #expect(rows[0][1] == "the first study" && !rows[0][2].contains("was"))
        #expect(rows[1][1] == "2026-01-03")
        #expect(rows[1][2].contains("more was 0.") && rows[1][2].hasSuffix("band 0.047"))
        #expect(rows[1][3].contains(" mL more was ") && rows[1][3].hasSuffix("band 186 mL"))
        #expect(rows[1][4].contains(" slices, +") && rows[1][4].contains(" mm more was "))
        #expect(rows[2][2].contains("no clear change was") && rows[2][4].contains("no clear change was"))
        let called = page.id("progression")?.with("called").count
        #expect(called == 3)
        let probability = try #require(reports[1]["progression"] as? [String: Any])["probability"] as? [String: Any]
        let (value, previous) = (probability?["value"] as? Double ?? 0, probability?["previous"] as? Double ?? 0)
        // Each is read from a decimal text by itself.
        #expect(abs((probability?["difference"] as? Double ?? 0) - (value - previous)) < 1e-12 && value > previous)
        #expect(probability?["band"] as? Double == 0.0473 && probability?["change"] as? String == "more")
        let link = page.id("progression")?.elements("a").first?.attributes["href"]
        #expect(link == "\(try SampleRecord.course()[0].studyKey)/report.html")
    }

    @Test func `another scanner, another bundle and a doubtful study are said, and not called`() throws {
        let course = try SampleRecord.course()
        let (page, reports) = try written(course)
        let rows = rows(page)
        #expect(rows[3][1].contains("Scanned by another make or model: not called more or less."))
        #expect(rows[3][2].contains("not called was") && rows[3][2].contains("\u{2212}0."))
        #expect(rows[4][1].hasPrefix("with none") && rows[4][1].contains("judged by another network or other rules"))
        #expect(rows[5][1].hasPrefix("2026-03-02 The study of 2026-04-01 is passed over"), "\(rows[5][1])")
        #expect(rows[6][1].contains("This study is incomplete or doubtful: not called more or less."))
        let last = try #require(reports[6]["progression"] as? [String: Any])
        #expect(last["reservations"] as? [String] == ["doubtful"])
        let passed = try #require(reports[5]["progression"] as? [String: Any])["passedOver"] as? [[String: Any]]
        #expect(passed?.count == 1 && passed?[0]["because"] as? String == "otherBundle")
        #expect(passed?[0]["studyKey"] as? String == course[4].studyKey.value)
    }

    @Test func `a volume that is not known is null, and the page says so`() throws {
        let (page, reports) = try written(try SampleRecord.course())
        #expect(rows(page)[5][3].hasPrefix("not known change not known was "), "\(rows(page)[5][3])")
        let volume = try #require(reports[5]["progression"] as? [String: Any])["lungMillilitres"] as? [String: Any]
        #expect(volume?["value"] is NSNull && volume?["difference"] is NSNull && volume?["previous"] is Double)
        #expect(volume?["change"] as? String == "unknown")
        let positive = reports[5]["positiveSlices"] as? [String: Any]
        #expect(positive?["lungMillilitres"] is NSNull && positive?["count"] is Int)
        #expect(page.id("progression")?.text.contains("did not keep the area of lung") == true)
    }

    @Test func `without a band nothing is called, and the page says what would measure one`() throws {
        let records = try ["20260101", "20260201"].enumerated().map {
            try SampleRecord.study(key: $0.offset + 1, date: $0.element, peak: $0.offset == 0 ? 0.6 : 0.95)
        }
        let (page, _) = try written(records)
        let section = try #require(page.id("progression"))
        #expect(rows(page)[1][2].contains("no band measured was") && section.with("called").isEmpty)
        #expect(section.text.contains("gantry model repeatability"))
        let (measured, _) = try written(Array(try SampleRecord.course().prefix(3)))
        #expect(measured.id("progression")?.text.contains("gantry model repeatability") == false)
    }

    @Test func `slices that are not as far apart have their lengths compared`() throws {
        let one = try SampleRecord.study(key: 1, date: "20260101")
        let two = try SampleRecord.study(key: 2, date: "20260201", count: 90, spacing: 2.5)
        let (page, reports) = try written([one, two])
        let cell = rows(page)[1][4]
        #expect(cell.contains("slices 2.5 mm apart, before 5 mm: lengths are compared"), "\(cell)")
        #expect(!cell.contains(" slices, ") && cell.contains(" mm no band measured"))
        let slices = try #require(reports[1]["progression"] as? [String: Any])["positiveSlices"] as? [String: Any]
        #expect(slices?["difference"] is NSNull && slices?["value"] as? Int ?? 0 > slices?["previous"] as? Int ?? 99)
    }

    @Test func `what another version or revision wrote is renewed by the writing it is owed`() throws {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        let (first, last) = (
            try SampleRecord.study(key: 1, date: "20260101"), try SampleRecord.study(key: 2, date: "20260201")
        )
        let path = try writer.write(last, patientRecords: [last]).paths[0]
        // A report that nobody wrote yet is not made beside, and one that is no report is left.
        #expect(try writer.write(first, patientRecords: [first, last]).paths.count == 4)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: folder.path + "/" + path))
        #expect(try writer.write(first, patientRecords: [first, last]).paths.count == 3)
        #expect(try folder.text(path) == "{}")
        try FileManager.default.removeItem(atPath: folder.path + "/" + path)
        #expect(try writer.write(first, patientRecords: [first, last]).paths.count == 3)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + path))
    }
}
