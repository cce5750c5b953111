import GantryCore
import GantryReports
import Testing

/// What a person sees of a page, as far as it can be told without looking.
@Suite struct PageReadingTests {
    private func page(_ record: StudyRecord) throws -> MarkupElement { try StudyPageTests.page(record) }

    private func number(_ element: MarkupElement, _ attribute: String) throws -> Double {
        try #require(Double(element.attributes[attribute] ?? ""))
    }

    // MARK: - The scale

    @Test(arguments: [(0.4, 0.6), (0.7, 0.85), (0.6, 0.601), (0.02, 0.03), (0.98, 0.99), (0.123_456, 0.234_567)])
    func `every zone of the scale has its word, however narrow`(lower: Double, upper: Double) throws {
        var record = try SampleRecord.study()
        record.result.provenance.judging.negativeBelow = lower
        record.result.provenance.judging.positiveFrom = upper
        let scale = try #require(try page(record).with("scale").first)
        let words = scale.with("zone-word")
        #expect(words.map(\.text).sorted() == ["indeterminate", "negative", "positive"])
        for row in Dictionary(grouping: words, by: { $0.attributes["y"] }).values {
            let ends = try row.map { word in
                let (middle, half) = (try number(word, "x"), Double(word.text.utf8.count) * 2.85)
                return (left: middle - half, right: middle + half)
            }.sorted { $0.left < $1.left }
            #expect(ends.allSatisfy { $0.left >= 0 && $0.right <= 350 })
            for (one, next) in zip(ends, ends.dropFirst()) { #expect(one.right <= next.left) }
        }
        // The numbers below do not cover each other either: a digit is about 6.8 wide.
        let numbers = try scale.with("small").map { (try number($0, "x"), Double($0.text.utf8.count) * 3.4) }
        for (one, next) in zip(numbers, numbers.dropFirst()) { #expect(one.0 + one.1 <= next.0 - next.1) }
    }

    @Test func `a zone that is not there has no word`() throws {
        var record = try SampleRecord.study()
        record.result.provenance.judging.negativeBelow = 0.5
        record.result.provenance.judging.positiveFrom = 0.5
        let scale = try #require(try page(record).with("scale").first)
        #expect(scale.with("zone-word").map(\.text) == ["negative", "positive"])
    }

    // MARK: - Numbers

    @Test func `no probability is rounded to certainty`() throws {
        var record = try SampleRecord.study()
        record.result.verdict.probability = 0.999_96
        record.result.verdict.interval = ProbabilityInterval(lower: 0.0002, upper: 1)
        for index in record.result.slices.indices where record.result.slices[index].reason == .scored {
            record.result.slices[index].probabilities = [0, 0, 1]
        }
        let page = try page(record)
        #expect(page.with("big").map(\.text) == [">0.999"])
        #expect(page.text.contains("interval <0.001 to >0.999"))
        #expect(!page.text.contains("1.000") && !page.text.contains("0.000"))
    }

    @Test(arguments: [(0.9998, "99.98 %"), (1, "100.0 %"), (0.0002, "0.02 %"), (0.5, "50.0 %")])
    func `a share that is not all does not read like all`(fraction: Double, text: String) throws {
        var record = try SampleRecord.study()
        record.result.verdict.fractionPositive = fraction
        #expect(try #require(try page(record).with("measures").first).text.contains("(\(text))"))
    }

    @Test(arguments: [
        (8.2999, 8.3001, true, "8.3 mm apart, no slice missing"), (8.2, 8.3, true, "8.3 mm apart (8.2 to 8.3 mm)"),
        (8.299, 8.301, false, "8.3 mm apart (8.299 to 8.301 mm)"),
    ])
    func `distances are a range only where they differ`(
        smallest: Double, largest: Double, isRegular: Bool, text: String
    )
        throws
    {
        var record = try SampleRecord.study(spacing: 8.3)
        for index in record.result.seriesDecisions.indices {
            record.result.seriesDecisions[index].geometry?.smallestSpacingMillimetres = smallest
            record.result.seriesDecisions[index].geometry?.largestSpacingMillimetres = largest
            record.result.seriesDecisions[index].geometry?.isRegular = isRegular
        }
        #expect(try #require(try page(record).id("slices")).text.contains(text))
    }

    @Test func `each digest is there once`() throws {
        var record = try SampleRecord.study()
        let digests = (1...4).map { digest in
            (0..<64).map {
                String(Int(Elementary.splitMix64(seed: 7, counter: UInt64(64 * digest + $0)) % 16), radix: 16)
            }
            .joined()
        }
        record.result.provenance.modelSHA256 = digests[0]
        record.result.provenance.scoringDigest = digests[1]
        record.result.provenance.judgingDigest = digests[2]
        record.result.provenance.contentDigest = digests[3]
        let text = try page(record).text
        for digest in digests {
            #expect(text.ranges(of: digest).count == 1 && text.ranges(of: digest.prefix(12)).count == 1)
        }
    }

    // MARK: - Pictures

    @Test(arguments: [
        (10.0, 3, 6, "is the mean of the first 3; the others come next."),
        (2.5, 12, 6, "is the mean of the 12 highest slices; the first 6 of them are shown."),
        (10.0, 3, 3, "is the mean of these 3."),
    ])
    func `the pictures say which of them made the number`(spacing: Double, deciding: Int, shown: Int, text: String)
        throws
    {
        var record = try SampleRecord.shipped(key: 7, peak: 0.95, count: 60, spacing: spacing)
        record.result.keyPictures = Array(record.result.keyPictures.prefix(shown))
        #expect(record.result.verdict.effectiveK == deciding)
        let section = try #require(try page(record).id("pictures"))
        #expect(section.text.contains("The study\u{2019}s number " + text))
        #expect(!section.text.contains("decided"))
        let parts = section.with("part").map(\.text)
        #expect(
            parts
                == (deciding < shown
                    ? (1...shown).map { ($0 > deciding ? "not " : "") + "in the study\u{2019}s number" } : []))
    }

    @Test(
        arguments: [
            (.maximum, "is that of the first; the others come next."), (.mean, "comes from all 29 scored slices."),
            (.noisyOr, "comes from all 29 scored slices."),
        ] as [(AggregationRule, String)])
    func `other rules take other slices`(rule: AggregationRule, text: String) throws {
        var record = try SampleRecord.study()
        record.result.provenance.judging.aggregation = rule
        record.result.verdict.effectiveK = nil
        #expect(try #require(try page(record).id("pictures")).text.contains("The study\u{2019}s number " + text))
    }

    // MARK: - Drawings

    @Test func `dots over and under the line are of one size`() throws {
        let chart = try #require(try page(try SampleRecord.study()).with("chart", "wide").first)
        #expect(Set(chart.with("dot").map { $0.attributes["r"] }).count == 1)
        let rules = StyleSheet.css.split(separator: "}").filter { $0.contains("svg .dot") }
        // One width of the stroke, in the rule for both, and a stroke that is seen on either.
        #expect(rules.filter { $0.contains("stroke-width") }.count == 1)
        #expect(rules.filter { $0.contains("svg .dot {") && $0.contains("stroke-width") }.count == 1)
        #expect(
            rules.filter { $0.contains("stroke: var(--positive)") || $0.contains("stroke: var(--negative)") }.count == 2
        )
    }

    @Test func `labels stay within their drawing`() throws {
        var record = try SampleRecord.study()
        record.result.provenance.judging.slicePositiveFrom = 0.512_345
        for chart in try page(record).with("chart") {
            let box = try #require(chart.attributes["viewBox"]).split(separator: " ").compactMap { Double($0) }
            try #require(box.count == 4)
            let width = box[2]
            for text in chart.with("start") {
                #expect(try number(text, "x") + 6.2 * Double(text.text.unicodeScalars.count) <= width, "\(text.text)")
            }
        }
    }

    @Test func `what can be followed is not hidden within a picture, and what scrolls can be reached`() throws {
        let page = try page(try SampleRecord.doubtful())
        for drawing in page.elements("svg") where drawing.attributes["role"] == "img" {
            #expect(drawing.elements("a").isEmpty)
        }
        let scrolling = page.with("scroll")
        #expect(scrolling.count > 2)
        #expect(scrolling.allSatisfy { $0.attributes["tabindex"] == "0" && $0.attributes["aria-label"] != nil })
        #expect(Set(scrolling.map { $0.attributes["aria-label"] }).count == scrolling.count)
    }

    // MARK: - Tables

    @Test func `tables of files have the same columns, with their heads`() throws {
        let tables = try #require(try page(try SampleRecord.doubtful()).id("files")).elements("table")
        #expect(tables.count > 2)
        for table in tables {
            #expect(table.classes.contains("files"))
            #expect(table.elements("th").map(\.text) == ["File", "What was found"])
        }
        #expect(StyleSheet.css.contains(".files, .rules { table-layout: fixed; }"))
    }

    // MARK: - Paper and the dark

    @Test func `every printed sheet names patient and study`() throws {
        let head = try #require(try page(try SampleRecord.study()).with("running").first)
        for text in [
            "Lindqvist, Dr Astrid Maria", "ID GY-0042-7", "born 1961-03-09", "2026-11-14 09:15",
            "accession number A20261114-1", "Research use only.",
        ] { #expect(head.text.contains(text), "\(text)") }
        #expect(StyleSheet.css.contains(".running { display: table-header-group;"))
        #expect(StyleSheet.css.contains(".running { display: none; }"))
    }

    @Test func `a printed sheet shows what is closed, and is as large as the paper`() throws {
        let print = try #require(StyleSheet.css.split(separator: "@media print").last)
        #expect(print.contains("details::details-content { content-visibility: visible; block-size: auto; }"))
        #expect(!StyleSheet.css.contains("size: A4"))
        // What a person reads first is on the first sheets: the long tables are closed sections behind it.
        let page = try page(try SampleRecord.study())
        let sections = page.elements("section").compactMap { $0.attributes["id"] }
        #expect(
            sections == [
                "verdict", "slices", "pictures", "quality", "series", "slice-table", "files", "provenance",
            ])
    }

    @Test func `screens may be dark, paper is light`() {
        #expect(StyleSheet.css.contains("@media screen and (prefers-color-scheme: dark)"))
        #expect(!StyleSheet.css.contains("@media (prefers-color-scheme"))
        // Every colour of the page has a dark one: outside the two lists stand black and white of pictures and paper.
        let rules = StyleSheet.css.split(separator: "}").filter { !$0.contains("--") || $0.contains("var(--") }
        let colours = rules.filter { $0.contains(/#[0-9a-f]{3,6}\b/) && !$0.contains("body { background: #fff;") }
        #expect(colours.allSatisfy { $0.contains(".edge") || $0.contains("img") || $0.contains("@page") }, "\(colours)")
    }
}
