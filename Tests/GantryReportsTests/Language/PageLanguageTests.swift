import Foundation
import GantryCore
import GantryReports
import Testing

/// The pages in every language.
@Suite struct PageLanguageTests {
    /// Files of a record by name, written in `language`.
    private func files(_ record: StudyRecord, among records: [StudyRecord], _ language: ReportLanguage) throws
        -> [String: String]
    {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path, language: language)
        let paths = try writer.write(record, patientRecords: records).paths
        return Dictionary(
            try paths.map { (String($0.split(separator: "/").last ?? ""), try folder.text($0)) },
            uniquingKeysWith: { $1 })
    }

    private func page(_ record: StudyRecord, _ language: ReportLanguage) throws -> MarkupElement {
        try MarkupDocument.parse(try #require(try files(record, among: [record], language)["report.html"]))
    }

    /// Records that between them say nearly everything that a page can say.
    private static func patients() throws -> [[StudyRecord]] {
        var explained = try MapPageTests.explained()
        explained.result.secondOpinion = try SampleRecord.secondOpinion()
        explained.result.provenance.activation = .sigmoid
        explained.result.provenance.scoresFromStore = true
        explained.result.provenance.distanceQuantiles = DistanceQuantiles(
            shares: [0.9, 0.995], distances: [0.5, 0.75], samples: 40)
        explained.result.slices = explained.result.slices.map { slice in
            var slice = slice
            if slice.reason == .scored { slice.distance = 1.25 }
            return slice
        }
        for index in explained.result.keyPictures.indices {
            explained.result.keyPictures[index].window.function = .sigmoid
        }
        return try SamplesForLooking.patients() + [[explained]]
    }

    // MARK: - Nothing is left in English

    /// Words of what a page shows and did not say itself: what the record says, and a few names.
    static func words(ofData records: [StudyRecord]) -> Set<String> {
        var data = [
            "Gantry", "gantry model repeatability", "report.json", "gantry.report", "L", "P", "R", "A", "H", "F",
        ]
        for record in records {
            let provenance = record.result.provenance
            data += [IdentityText.name(record.patient.patientName, ReportTexts(.pseudo))]
            data += [
                record.patient.patientID, record.study.studyDescription, record.study.accessionNumber,
                provenance.pipelineName, provenance.pipelineDescription,
            ].compactMap(\.self)
            data += provenance.classes + record.result.keyPictures.map(\.window.function.rawValue)
            for decision in record.result.seriesDecisions {
                let attributes = decision.attributes
                data += [
                    attributes.seriesDescription, attributes.modality, attributes.convolutionKernel,
                    attributes.manufacturer, attributes.manufacturerModelName, attributes.patientPosition,
                ].compactMap(\.self)
                data += decision.transferSyntaxes.map(\.name)
            }
        }
        return Set(data.flatMap(words))
    }

    static func words(_ text: String) -> [String] { text.split { !$0.isLetter }.map(String.init) }

    /// What of a text stands outside every pair of guillemets, of which `depth` are open before it: markup may lie
    /// between them.
    private func unmarked(_ text: String, _ depth: inout Int) -> String {
        var result = ""
        for character in text {
            if character == "\u{AB}" { depth += 1 }
            if depth == 0 { result.append(character) }
            if character == "\u{BB}" { depth -= 1 }
        }
        return result
    }

    /// Whether every vowel of `word` is there twice, as the pseudo-language has it.
    static func isDoubled(_ word: String) -> Bool {
        !word.lowercased().replacing(#/aa|ee|ii|oo|uu/#, with: "").contains(#/[aeiou]/#)
    }

    @Test func `every text of a page comes from the language`() throws {
        for records in try Self.patients() {
            let data = Self.words(ofData: records)
            for record in records {
                for (name, page) in try files(record, among: records, .pseudo) where name.hasSuffix(".html") {
                    let texts = try PageText.all(of: page).filter { !$0.classes.contains("code") }
                    #expect(texts.count > 30)
                    var depth = 0
                    for shown in texts {
                        let outside = Self.words(unmarked(shown.text, &depth)).filter { !data.contains($0) }
                        #expect(outside.isEmpty, "\(name): not marked: \(outside) in \(shown.text)")
                        let plain = Self.words(shown.text).filter { !Self.isDoubled($0) && !data.contains($0) }
                        #expect(plain.isEmpty, "\(name): English: \(plain) in \(shown.text)")
                    }
                    #expect(depth == 0, "\(name)")
                }
            }
        }
    }

    @Test(arguments: [ReportLanguage.german, .pseudo])
    func `what was stored as a sentence says that it is English`(language: ReportLanguage) throws {
        let record = try SampleRecord.failedSince()
        let page = try page(record, language)
        let stored = page.all.filter { $0.attributes["lang"] == "en" }.map(\.text)
        #expect(stored.contains(try #require(record.failedSince?.detail)))
        #expect(stored.contains(try #require(record.result.seriesDecisions.first?.reason)))
        let doubtful = try SampleRecord.doubtful()
        let again = try self.page(doubtful, language).all.filter { $0.attributes["lang"] == "en" }.map(\.text)
        for finding in doubtful.result.verdict.findings { #expect(again.contains(finding.detail)) }
    }

    // MARK: - German

    @Test func `a German page speaks German and writes a comma`() throws {
        let record = try SampleRecord.doubtful()
        let page = try page(record, .german)
        #expect(page.attributes["lang"] == "de")
        #expect(page.with("word").map(\.text) == ["Unbestimmt"])
        let number = try #require(record.result.verdict.probability).writtenAsProbability(apartFrom: [0.4, 0.6])
        #expect(page.with("big").map(\.text) == [number.replacing(".", with: ",")])
        #expect(
            page.with("notice").map(\.text)
                == Array(
                    repeating: "Nur für Forschungszwecke. Nicht für den klinischen Einsatz.", count: 2))
        #expect(page.with("running").first?.text.contains("Nur für Forschungszwecke.") == true)
        let slices = try #require(page.id("slices")).text
        #expect(slices.contains("Schichten bewertet; Serie: 45 Positionen, Abstand 5 mm (5 bis 15 mm), "))
        #expect(slices.contains("2 Schichten fehlen in 1 Lücke, Neigung 12,5\u{B0}."))
        #expect(page.text.contains("Für diese Untersuchung gibt es keine klare Antwort."))
    }

    @Test(arguments: ReportLanguage.allCases)
    func `the page says its language, and its style sheet is the one that it names`(language: ReportLanguage) throws {
        let record = try SampleRecord.study()
        let (css, digest) = StyleSheet.sheet(in: ReportTexts(language))
        #expect(try PageSafetyTests.digest(of: css) == digest)
        for (name, page) in try files(record, among: [record], language) where name.hasSuffix(".html") {
            #expect(page.contains("<style>\(css)</style>") && page.contains("style-src '\(digest)'"))
            let tag = try #require([ReportLanguage.english: "en", .german: "de", .pseudo: "en-XA"][language])
            #expect(page.contains("<html lang=\"\(tag)\">"))
        }
        let number = try #require(
            [
                ReportLanguage.english: #"content: "page " counter(page) " of " counter(pages);"#,
                .german: #"content: "Seite " counter(page) " von " counter(pages);"#,
                .pseudo: "content: \"\u{AB}paagee \" counter(page) \" oof \" counter(pages) \"\u{BB}\";",
            ][language])
        #expect(css.contains(number))
    }

    // MARK: - In every language

    @Test func `what programs read is the same in every language, and a page the same each time`() throws {
        let records = try SampleRecord.course()
        let record = try #require(records.last)
        let english = try files(record, among: records, .english)
        for language in ReportLanguage.allCases {
            let written = try files(record, among: records, language)
            #expect(written["report.json"] == english["report.json"])
            #expect(try files(record, among: records, language) == written)
            for name in ["report.html", "index.html"] {
                #expect((written[name] == english[name]) == (language == .english))
            }
        }
    }

    @Test(arguments: ReportLanguage.allCases)
    func `hostile text stays text`(language: ReportLanguage) throws {
        let record = try PageSafetyTests.record()
        for (name, text) in try files(record, among: [record], language) where name.hasSuffix(".html") {
            let page = try MarkupDocument.parse(text)
            #expect(page.elements("script").isEmpty, "\(name)")
            #expect(page.text.contains("<script>alert(1)</script>"))
            #expect(!text.contains("<script"))
        }
    }

    @Test(arguments: [ReportLanguage.german, .pseudo])
    func `words of a drawing stay in it, and beside each other`(language: ReportLanguage) throws {
        let texts = ReportTexts(language)
        for (lower, upper) in [
            (0.4, 0.6), (0.7, 0.85), (0.6, 0.601), (0.02, 0.03), (0.98, 0.99), (0.123_456, 0.234_567),
        ] {
            var record = try SampleRecord.study()
            record.result.provenance.judging.negativeBelow = lower
            record.result.provenance.judging.positiveFrom = upper
            let page = try page(record, language)
            func number(_ element: MarkupElement, _ name: String) throws -> Double {
                try #require(Double(element.attributes[name] ?? ""))
            }
            for chart in page.with("chart") {
                let box = try #require(chart.attributes["viewBox"]).split(separator: " ").compactMap { Double($0) }
                for text in chart.with("start") {
                    let end = try number(text, "x") + 6.2 * Double(text.text.unicodeScalars.count)
                    #expect(end <= box[2], "\(text.text)")
                }
            }
            let words = try #require(page.with("scale").first).with("zone-word")
            #expect(Set(words.map(\.text)) == Set(Finding.allCases.map { texts(.zone($0)) }))
            for row in Dictionary(grouping: words, by: { $0.attributes["y"] }).values {
                let ends = try row.map { word in
                    let (middle, half) = (try number(word, "x"), Double(word.text.unicodeScalars.count) * 2.85)
                    return (left: middle - half, right: middle + half)
                }.sorted { $0.left < $1.left }
                #expect(ends.allSatisfy { $0.left >= 0 && $0.right <= 350 })
                for (one, next) in zip(ends, ends.dropFirst()) { #expect(one.right <= next.left) }
            }
        }
    }
}
