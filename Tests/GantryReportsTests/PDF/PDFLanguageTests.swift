import Foundation
import GantryCore
import GantryReports
import Testing

/// The report to be printed, in other languages.
@Suite struct PDFLanguageTests {
    private typealias Sample = PDFReportTests.Sample

    @Test func `a German PDF speaks German and writes a comma`() throws {
        let record = try SampleRecord.doubtful()
        let pdf = try PDFFile(record, in: .german)
        let letters = try pdf.letters()
        for text in [
            "NUR FÜR FORSCHUNGSZWECKE. NICHT FÜR DEN KLINISCHEN EINSATZ.", "Bericht zur CT-Untersuchung",
            "Ergebnis für \u{201E}covid19\u{201C}", "Unbestimmt", "Wahrscheinlichkeit", "Qualitätsbefunde",
            "Neigung 12,5\u{B0}", "Seite 1 von", "Pipeline covid19-chest-ct", "Woher die Zahlen kommen",
        ] { #expect(letters.contains(PDFFile.letters(text)), "\(text)") }
        let title = try #require(try pdf.facts()["Title"])
        #expect(title == "CT-Bericht 2026-12-03 \u{2013} Lindqvist, Dr Astrid Maria")
        #expect(try pdf.bytes == PDFFile(record, in: .german).bytes)
    }

    @Test(arguments: ReportLanguage.allCases)
    func `every PDF has one to three pages, and German ones are not cut`(language: ReportLanguage) throws {
        for sample in [Sample.plain, .negative, .doubtful, .failed, .empty, .explained, .reasons] {
            let pages = try PDFFile(sample.record(), in: language).pages()
            #expect((1...3).contains(pages.count), "\(sample)")
            if language == .german, sample != .reasons {
                #expect(!pages.joined().contains("\u{2026}"), "\(sample): \(pages)")
            }
        }
    }

    @Test func `every text of a PDF comes from the language`() throws {
        for sample in [Sample.plain, .negative, .doubtful, .failed, .empty, .explained] {
            let record = try sample.record()
            let provenance = record.result.provenance
            var stored = record.result.verdict.findings.map(\.detail) + record.result.seriesDecisions.compactMap(\.part)
            stored += [
                record.failedSince?.detail ?? "", record.studyKey.value, provenance.modelSHA256,
                provenance.scoringDigest, provenance.judgingDigest, provenance.contentDigest, "report.html",
                "Series Instance UID",
            ]
            let data = PageLanguageTests.words(ofData: [record]).union(stored.flatMap(PageLanguageTests.words))
            for page in try PDFFile(record, in: .pseudo).pages() {
                // A word before an ellipsis was cut.
                let words = page.split(separator: " ").filter { !$0.contains("\u{2026}") }
                let plain = words.flatMap { PageLanguageTests.words(String($0)) }.filter {
                    !PageLanguageTests.isDoubled($0) && !data.contains($0)
                }
                #expect(plain.isEmpty, "\(sample): \(plain) in \(page)")
            }
        }
    }
}
