import Foundation
import GantryCore
import GantryReports
import Testing

/// The pages open offline, run nothing, and take no orders from what a file says.
@Suite struct PageSafetyTests {
    static let hostile = "<script>alert(1)</script>\"\u{301} onload='x' & </style>日本語\u{0}{{title}}{{{css}}}"

    /// What a person sees of it.
    static let shown = hostile.replacingOccurrences(of: "\u{0}", with: "\u{FFFD}")

    /// Every text of a record hostile.
    static func record() throws -> StudyRecord {
        var record = try SampleRecord.doubtful()
        record.patient.patientName = hostile
        record.failedSince = StudyFailureSince(at: record.judgedAt, code: .timedOut, detail: hostile)
        record.patient.patientID = hostile
        record.patient.patientBirthDate = hostile
        record.patient.patientSex = hostile
        record.study.studyDate = hostile
        record.study.studyTime = hostile
        record.study.studyDescription = hostile
        record.study.accessionNumber = hostile
        record.result.provenance.gantryVersion = hostile
        record.result.provenance.pipelineName = hostile
        record.result.provenance.modelSHA256 = hostile
        record.result.provenance.positiveClass = hostile
        record.result.provenance.classes[2] = hostile
        for index in record.result.verdict.findings.indices { record.result.verdict.findings[index].detail = hostile }
        for index in record.result.files.indices {
            record.result.files[index].file = hostile + String(index)
            record.result.files[index].detail = hostile
        }
        for index in record.result.seriesDecisions.indices {
            record.result.seriesDecisions[index].reason = hostile
            record.result.seriesDecisions[index].attributes.seriesDescription = hostile
            record.result.seriesDecisions[index].attributes.modality = hostile
            record.result.seriesDecisions[index].attributes.convolutionKernel = hostile
            record.result.seriesDecisions[index].attributes.patientPosition = hostile
            record.result.seriesDecisions[index].attributes.manufacturer = hostile
            record.result.seriesDecisions[index].transferSyntaxes = [TransferSyntax(hostile)]
            record.result.seriesDecisions[index].rules = [
                RuleOutcome(rule: .modality, expected: hostile, measured: hostile, passed: false)
            ]
        }
        return record
    }

    /// Both pages of a record, as text.
    private func pages(_ record: StudyRecord) throws -> [String] {
        let folder = try TemporaryFolder()
        let paths = try FolderReportWriter(outputFolder: folder.path).write(record, patientRecords: [record]).paths
        return try paths.filter { $0.hasSuffix(".html") }.map(folder.text)
    }

    @Test func `hostile text stays text`() throws {
        for text in try pages(Self.record()) {
            // It parses, so no text has opened or closed an element.
            let page = try MarkupDocument.parse(text)
            #expect(
                page.text.contains(Self.shown))
            check(page)
        }
    }

    @Test func `pages of every kind are well-formed, without script and without anything from elsewhere`() throws {
        for record in try SamplesForLooking.patients().flatMap(\.self) {
            for text in try pages(record) { check(try MarkupDocument.parse(text)) }
        }
    }

    private func check(_ page: MarkupElement) {
        let known: Set = [
            "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section", "p", "div", "span",
            "h1", "h2", "h3", "a", "bdi", "b", "i", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
            "details", "summary", "figure", "figcaption", "img", "input", "label", "svg", "line", "rect", "circle",
            "polyline", "polygon", "text",
        ]
        #expect(Set(page.all.map(\.name)).subtracting(known) == [])
        for element in page.all {
            for (name, value) in element.attributes {
                #expect(!name.hasPrefix("on") && name != "style" && name != "srcset", "\(element.name) \(name)")
                if name == "href" {
                    #expect(
                        value.wholeMatch(
                            of: /#picture-[0-9]+|\.\.\/index\.html|report\.json|[0-9a-f]{16}\/report\.html/) != nil)
                }
                if name == "src" { #expect(value.hasPrefix("data:image/png;base64,")) }
                if value.contains("://") { #expect(name == "xmlns") }
            }
        }
        let targets = Set(page.all.compactMap { $0.attributes["id"] })
        for link in page.elements("a").compactMap({ $0.attributes["href"] }) where link.hasPrefix("#") {
            #expect(targets.contains(String(link.dropFirst())), "\(link)")
        }
        #expect(
            page.with("notice").map(\.text) == Array(repeating: "Research use only. Not for clinical use.", count: 2))
        let policy = page.elements("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
        let content = policy?.attributes["content"] ?? ""
        #expect(content.hasPrefix("default-src 'none'; img-src data:; style-src 'sha256-"))
        #expect(!content.contains("unsafe"))
    }

    /// The digest of a style sheet as a policy names it, by another program.
    static func digest(of css: String) throws -> String {
        let sum = try FinishedProgram("/usr/bin/sha256sum", ["-b"], input: Data(css.utf8))
        let hexadecimal = Array(sum.output.utf8.prefix(64))
        try #require(sum.status == 0 && hexadecimal.count == 64)
        let bytes = try stride(from: 0, to: 64, by: 2).map { offset in
            try #require(UInt8(String(decoding: hexadecimal[offset..<offset + 2], as: UTF8.self), radix: 16))
        }
        return "sha256-" + Data(bytes).base64EncodedString()
    }

    @Test func `the policy names the style sheet's digest`() throws {
        let digest = try Self.digest(of: StyleSheet.css)
        #expect(StyleSheet.digest == digest, "write \(digest) into StyleSheet.digest")
        // The page holds the very text that was digested.
        for text in try pages(SampleRecord.study()) { #expect(text.contains("<style>\(StyleSheet.css)</style>")) }
        #expect(!StyleSheet.css.contains("<") && !StyleSheet.css.contains("&") && !StyleSheet.css.contains("url("))
    }
}
