import Foundation
import GantryCore
import GantryReports
import Testing

@Suite struct PatientPageTests {
    private func page(_ records: [StudyRecord]) throws -> MarkupElement {
        let folder = try TemporaryFolder()
        let last = try #require(records.last)
        let paths = try FolderReportWriter(outputFolder: folder.path).write(last, patientRecords: records).paths
        return try MarkupDocument.parse(folder.text(paths[2]))
    }

    private func rows(_ page: MarkupElement) -> [[String]] {
        (page.id("studies")?.elements("tbody") ?? []).flatMap { $0.elements("tr") }.map { row in
            row.elements("td").map { $0.text.trimmingCharacters(in: .whitespacesAndNewlines) }
        }
    }

    @Test func `studies stand in time order, undated ones last`() throws {
        var undated = try SampleRecord.study(key: 9, date: nil)
        undated.study.studyDescription = "undated one"
        let records = try [
            SampleRecord.study(key: 3, date: "20260301"), undated, SampleRecord.study(key: 1, date: "20251231"),
            SampleRecord.study(key: 2, date: "20260101"),
        ]
        #expect(try rows(page(records)).map { $0[0] } == ["2025-12-31", "2026-01-01", "2026-03-01", "undated"])
    }

    @Test func `a row says verdict, probability and revision, and leads to the report`() throws {
        let record = try SampleRecord.study()
        let page = try page([record])
        let row = try #require(rows(page).first)
        #expect(row[2] == "Positive")
        let probability = try #require(record.result.verdict.probability)
        #expect(row[3].hasPrefix(DecimalText.fixed(probability, places: 3)))
        #expect(row[4] == "1")
        #expect(page.elements("a").map { $0.attributes["href"] } == ["\(record.studyKey)/report.html"])
    }

    @Test func `a replaced revision is shown as such and does not link`() throws {
        let records = try [SampleRecord.study(), SampleRecord.study(revision: 2)]
        let page = try page(records)
        #expect(rows(page).map { $0[4] } == ["1", "2"])
        #expect(rows(page).map { $0[5] } == ["replaced by a later revision", "Open report"])
        #expect(page.with("superseded").count == 1)
        #expect(page.text.contains("1 study"))
    }

    @Test func `the page says on top which of the studies failed since, and their rows do`() throws {
        let first = try SampleRecord.study(key: 1, date: "20260101")
        let second = try SampleRecord.failedSince(key: 2, date: "20260201")
        var third = try SampleRecord.failedSince(key: 3, date: nil)
        third.study.studyDescription = nil
        let page = try page([first, second, third])
        let banner = try #require(page.with("failed").first)
        let sentences = banner.elements("p").map {
            $0.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        try #require(sentences.count == 2)
        #expect(
            sentences[0].hasPrefix(
                "The study of 2026-02-01, CT Thorax nativ, failed on 2026-11-29 at 14:03 UTC: The study's only series"))
        #expect(
            sentences[0].hasSuffix(
                "What is shown of it below is revision 2, judged on 2026-11-06 at 23:20 UTC, from what lay there then.")
        )
        #expect(sentences[1].hasPrefix("The undated study failed on 2026-11-29"))
        #expect(rows(page).map { $0[2].contains("failed since") } == [false, true, true])
        #expect(try #require(page.all.first { $0.name == "h1" || $0.classes.contains("failed") }).name == "div")
    }

    @Test func `a revision that was replaced has not failed since`() throws {
        var replaced = try SampleRecord.failedSince()
        replaced.revision = 1
        let page = try page([replaced, try SampleRecord.study(revision: 2)])
        #expect(page.with("failed").isEmpty)
        #expect(!rows(page).contains { $0[2].contains("failed since") })
    }

    @Test func `several studies make a trend of one mark each`() throws {
        let one = try SampleRecord.study(key: 1, date: "20260101", peak: 0.2, finding: .negative)
        let two = try SampleRecord.study(key: 2, date: "20260201")
        let trend = try #require(try page([one, two]).id("trend"))
        for layout in ["wide", "narrow"] {
            let chart = try #require(trend.with("chart", layout).first)
            #expect(
                chart.elements("a").map { $0.attributes["href"] } == [one, two].map { "\($0.studyKey)/report.html" })
        }
        // As wide as the page's other chart, and nothing in the style sheet keeps it from that.
        #expect(trend.with("chart", "wide").first?.attributes["viewBox"]?.hasPrefix("0 0 880 ") == true)
        #expect(!StyleSheet.css.contains(".trend"))
        #expect(trend.text.contains("positive from 0.60 and negative below 0.40"))
        #expect(try page([one]).id("trend") == nil)
    }

    @Test func `a printed sheet names the patient`() throws {
        let head = try #require(try page([SampleRecord.study()]).with("running").first)
        #expect(head.text.contains("Lindqvist, Dr Astrid Maria") && head.text.contains("ID GY-0042-7"))
    }

    @Test func `numbers of different networks are not put on one line`() throws {
        let one = try SampleRecord.study(key: 1, date: "20260101")
        var two = try SampleRecord.study(key: 2, date: "20260201")
        two.result.provenance.scoringDigest = String(repeating: "0", count: 64)
        let page = try page([one, two])
        #expect(page.id("trend") == nil)
        #expect(page.text.contains("their probabilities cannot be compared"))
    }

    @Test func `a record that the list forgot, and one of another patient, do no harm`() throws {
        let record = try SampleRecord.study(key: 1)
        let stranger = try SampleRecord.study(key: 2, patient: 2)
        let folder = try TemporaryFolder()
        let paths = try FolderReportWriter(outputFolder: folder.path).write(record, patientRecords: [stranger]).paths
        let text = try folder.text(paths[2])
        #expect(text.contains(record.studyKey.value))
        #expect(!text.contains(stranger.studyKey.value))
    }
}
