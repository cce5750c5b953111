import Foundation
import GantryCore
import GantryReports
import Testing

@Suite struct StudyPageTests {
    /// `report.html` of a record, read as XML.
    static func page(_ record: StudyRecord, among records: [StudyRecord]? = nil) throws -> MarkupElement {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        return try MarkupDocument.parse(folder.text(writer.write(record, patientRecords: records ?? [record]).paths[1]))
    }

    private static func number(_ text: String) -> Double? {
        Double(text.replacingOccurrences(of: "\u{2212}", with: "-"))
    }

    @Test func `the page says at once who, what and how sure`() throws {
        let record = try SampleRecord.study()
        let page = try Self.page(record)
        #expect(page.elements("h1").map(\.text) == ["Lindqvist, Dr Astrid Maria"])
        let identity = try #require(page.with("facts", "identity").first).with("value").map(\.text)
        #expect(
            identity == [
                "GY-0042-7", "1961-03-09 (65 y at study)", "female", "2026-11-14 09:15", "CT Thorax nativ",
                "A20261114-1",
            ])
        #expect(page.with("word").map(\.text) == ["Positive"])
        let probability = try #require(record.result.verdict.probability)
        let shown = try #require(page.with("big").first.flatMap { Self.number($0.text) })
        #expect(abs(shown - probability) <= 0.0005)
        let interval = try #require(record.result.verdict.interval)
        let ends = try #require(page.with("number").first?.with("fine").first?.text).split(separator: " ")
        #expect(abs(try #require(Double(ends[1])) - interval.lower) <= 0.0005)
        #expect(abs(try #require(Double(ends[3])) - interval.upper) <= 0.0005)
    }

    @Test(arguments: Finding.allCases) func `each finding has its word, its shape and its reasons`(finding: Finding)
        throws
    {
        var record = try SampleRecord.study(finding: finding)
        record.result.verdict.findings = [
            QualityFinding(code: .missingSlices, isFailure: finding == .indeterminate, detail: "5 slices are missing.")
        ]
        let page = try Self.page(record)
        let verdict = try #require(page.id("verdict"))
        #expect(verdict.classes.contains(finding.rawValue))
        let shapes = try #require(verdict.with("mark").first).children.map(\.name)
        switch finding {
        case .negative: #expect(shapes == ["circle", "line"])
        case .indeterminate: #expect(shapes == ["polygon", "text"])
        case .positive: #expect(shapes == ["rect", "line", "line"])
        }
        let reasons = verdict.elements("li").map(\.text)
        #expect(reasons == (finding == .indeterminate ? ["5 slices are missing."] : []))
        #expect(try #require(page.id("quality")).text.contains("5 slices are missing."))
    }

    @Test func `an indeterminate verdict without findings still says why`() throws {
        let page = try Self.page(try SampleRecord.study(peak: 0.5, finding: .indeterminate))
        #expect(
            try #require(page.id("verdict")).elements("li").map(\.text)
                == ["The probability lies between the thresholds 0.40 and 0.60."])
    }

    @Test func `every slice is in the table and every scored one in the chart`() throws {
        let record = try SampleRecord.doubtful()
        let page = try Self.page(record)
        let section = try #require(page.id("slices"))
        let rows = try #require(page.id("slice-table")).elements("tbody").flatMap { $0.elements("tr") }.map {
            $0.elements("td").map(\.text)
        }
        #expect(rows.count == record.result.slices.count)
        for (row, slice) in zip(rows, record.result.slices) {
            #expect(row[0] == String(slice.index + 1))
            #expect(Self.number(row[1]) == slice.positionMillimetres)
            if slice.reason == .scored {
                #expect(abs(try #require(Double(row[2])) - SampleRecord.positive(slice)) <= 0.0005)
            } else {
                #expect(row[2] == "\u{2013}")
            }
            #expect(row[5] == slice.sopInstanceUID.value)
        }
        let scored = record.result.slices.filter { $0.reason == .scored }
        for layout in ["wide", "narrow"] {
            let chart = try #require(section.with("chart", layout).first)
            let dots = chart.with("dot")
            #expect(dots.count == scored.count)
            #expect(
                dots.filter { $0.classes.contains("high") }.count == scored.count { SampleRecord.positive($0) >= 0.5 })
            #expect(chart.with("gap").map(\.text) == ["2 missing"])
            #expect(chart.with("cross").count == 2 * 2)
            #expect(chart.with("strip", "rejected").count == 1)
            #expect(chart.with("threshold").count == 3)
            #expect(chart.elements("a").map { $0.attributes["href"] } == ["#picture-1", "#picture-2", "#picture-3"])
        }
    }

    @Test func `dots lie where position and probability say`() throws {
        let record = try SampleRecord.study()
        let chart = try #require(try Self.page(record).with("chart", "wide").first)
        let scored = record.result.slices.filter { $0.reason == .scored }
        let places = try chart.with("dot").map { dot in
            (x: try #require(Double(dot.attributes["cx"] ?? "")), y: try #require(Double(dot.attributes["cy"] ?? "")))
        }
        try #require(places.count == scored.count)
        // Two dots fix each axis; the others must lie on it. Coordinates have two decimals.
        func check(_ values: [Double], _ pixels: [Double]) throws {
            let low = try #require(values.indices.min { values[$0] < values[$1] })
            let high = try #require(values.indices.max { values[$0] < values[$1] })
            let slope = (pixels[high] - pixels[low]) / (values[high] - values[low])
            for (value, pixel) in zip(values, pixels) {
                #expect(abs(pixels[low] + slope * (value - values[low]) - pixel) < 0.02)
            }
        }
        try check(scored.map(\.positionMillimetres), places.map(\.x))
        try check(scored.map(SampleRecord.positive), places.map(\.y))
        #expect(places[0].x < places[places.count - 1].x)
    }

    @Test func `the feet are on the left also where positions grow towards them`() throws {
        var record = try SampleRecord.study()
        for index in record.result.seriesDecisions.indices {
            record.result.seriesDecisions[index].geometry?.normal = Vector3(0, 0, -1)
        }
        let chart = try #require(try Self.page(record).with("chart", "wide").first)
        let places = chart.with("dot").compactMap { Double($0.attributes["cx"] ?? "") }
        #expect(places == places.sorted(by: >))
        #expect(places.count > 2)
    }

    @Test func `pictures are the record's, with their captions`() throws {
        let record = try SampleRecord.study()
        let figures = try Self.page(record).elements("figure")
        #expect(figures.count == record.result.keyPictures.count)
        for (offset, (figure, picture)) in zip(figures, record.result.keyPictures).enumerated() {
            let image = try #require(figure.elements("img").first)
            let source = try #require(image.attributes["src"])
            let prefix = "data:image/png;base64,"
            #expect(source.hasPrefix(prefix))
            #expect(Data(base64Encoded: String(source.dropFirst(prefix.count))) == Data(picture.png))
            let slice = record.result.slices[picture.sliceIndex]
            #expect(figure.attributes["id"] == "picture-\(offset + 1)")
            #expect(figure.text.contains("Slice \(picture.sliceIndex + 1) of \(record.result.slices.count)"))
            #expect(figure.text.contains("window C \u{2212}600 / W 1500 HU"))
            #expect(figure.text.contains("RLAP"))
            #expect(figure.text.contains(slice.sopInstanceUID.value))
            let shown = try #require(figure.with("p").first.flatMap { Double($0.text) })
            #expect(abs(shown - SampleRecord.positive(slice)) <= 0.0005)
        }
    }

    @Test func `a series that was tried and left says why, and how much air its images show`() throws {
        var record = try SampleRecord.study()
        let index = try #require(record.result.seriesDecisions.firstIndex { $0.rank == 2 })
        record.result.seriesDecisions[index].trial = CandidateTrial(
            left: .notAChest, detail: "little air", enclosedAirMillilitres: 49.2)
        let series = try #require(try Self.page(record).id("series")).with("series")
        #expect(series[1].with("chip").first?.text == "Tried and left: too little air for a chest")
        #expect(series[1].text.contains("Air enclosed by the body: 49 ml."))
        #expect(!series[0].text.contains("Air enclosed"))
    }

    @Test func `the table of series shows every one, the chosen one first, with every rule`() throws {
        let record = try SampleRecord.study()
        let series = try #require(try Self.page(record).id("series")).with("series")
        #expect(
            series.map { $0.elements("strong").first?.text } == [
                "Series 3: Lunge 5.0 Bl57", "Series 2: Thorax 5.0 Br40", "Series 1: Topogramm 0.6 T20f",
            ])
        #expect(series.map { $0.with("chip").first?.text } == ["Chosen", "Suitable, rank 2", "Not suitable"])
        for (element, decision) in zip(series, record.result.seriesDecisions.reversed()) {
            let rows = element.elements("tbody").flatMap { $0.elements("tr") }.map { $0.elements("td").map(\.text) }
            #expect(rows.map { $0[0] } == decision.rules.map(\.rule.rawValue))
            #expect(rows.map { $0[2] } == decision.rules.map(\.measured))
            #expect(rows.map { $0[3].hasSuffix("yes") } == decision.rules.map(\.passed))
            #expect(element.text.contains(decision.reason))
            #expect(element.text.contains(decision.seriesInstanceUID.value))
        }
    }

    @Test func `a part of a series says which, and counts its images`() throws {
        var record = try SampleRecord.study()
        let chosen = try #require(record.result.seriesDecisions.firstIndex { $0.isChosen })
        record.result.seriesDecisions[chosen].part = "phase 2 of 3 (temporal position 2)"
        record.result.seriesDecisions[chosen].instances = 1
        record.result.seriesDecisions[chosen].images = 321
        let series = try #require(try Self.page(record).id("series")).with("series")
        #expect(series[0].text.contains("phase 2 of 3 (temporal position 2)"))
        #expect(series[0].text.contains("321"))
        #expect(!series[2].text.contains("phase") && series[1].text.contains("stack 1 of 2 (Stack ID 1)"))
    }

    @Test func `slices of one file are told apart by their frame, slices of files of their own need none`() throws {
        var record = try SampleRecord.study()
        #expect(!(try Self.page(record).text.contains(", frame ")))
        let uid = record.result.slices[0].sopInstanceUID
        for index in record.result.slices.indices {
            record.result.slices[index].sopInstanceUID = uid
            record.result.slices[index].frameNumber = index + 1
        }
        let page = try Self.page(record)
        let cells = try #require(page.id("slice-table")).elements("tr").compactMap { $0.elements("td").last?.text }
        #expect(cells == (1...record.result.slices.count).map { "\(uid), frame \($0)" })
        let first = try #require(record.result.keyPictures.first)
        #expect(try #require(page.id("picture-1")).text.contains("\(uid), frame \(first.sliceIndex + 1)"))
    }

    @Test func `the loss of pixel data is told with its transfer syntax`() throws {
        var record = try SampleRecord.study()
        let detail =
            "Pixel data had been compressed with loss: 12 slices JPEG Baseline (1.2.840.10008.1.2.4.50), 9.8:1."
        record.result.verdict.findings = [QualityFinding(code: .lossyCompression, isFailure: false, detail: detail)]
        #expect(try Self.page(record).text.contains(detail))
    }

    @Test func `files add up and each that was not scored is named with its reason`() throws {
        let record = try SampleRecord.doubtful()
        let section = try #require(try Self.page(record).id("files"))
        let sum = try #require(section.with("sum").first).elements("b").compactMap { Int($0.text) }
        #expect(sum.count == 4)
        #expect(sum[0] + sum[1] + sum[2] == sum[3])
        #expect(sum[3] == record.result.files.count)
        #expect(sum[2] == record.result.files.count { $0.disposition == .rejected })
        let listed = Set(section.elements("tr").compactMap { $0.elements("td").first?.text })
        #expect(listed == Set(record.result.files.filter { $0.disposition != .scored }.map(\.file)))
        #expect(section.text.contains("131,072 bytes of pixel data were expected and 65,536 found"))
    }

    @Test func `the page says what a second reader compared, what differs, and what had no witness`() throws {
        var record = try SampleRecord.study()
        #expect(try #require(try Self.page(record).id("provenance")).text.contains("Not asked."))
        record.result.secondOpinion = try SampleRecord.secondOpinion()
        let text = try #require(try Self.page(record).id("provenance")).text
        #expect(
            text.contains(
                "DCMTK read 3 slices again: 1 compared in attributes and every pixel, 1 in those attributes alone that "
                    + "DCMTK reads, 1 not compared; 1 differs."))
        #expect(text.contains("1 slice: DCMTK has no codec."))
        #expect(text.contains("1 slice: no second opinion: no answer from the reader process within 20.0 s."))
    }

    @Test func `provenance names every digest in full`() throws {
        let record = try SampleRecord.study()
        let provenance = record.result.provenance
        let text = try #require(try Self.page(record).id("provenance")).text
        for value in [
            provenance.modelSHA256, provenance.scoringDigest, provenance.judgingDigest, provenance.contentDigest,
            provenance.gantryVersion, provenance.pipelineName, record.studyInstanceUID.value, "in 4.3 s",
            "Fitted to phantoms, for demonstration.",
        ] { #expect(text.contains(value), "\(value)") }
    }

    @Test(
        arguments: [
            (.f32, "32-bit floating point (f32)"), (.bf16, "16-bit floating point (bf16)"),
            (.int8, "8-bit integers (int8)"), (nil, "32-bit floating point (f32)"),
        ] as [(Precision?, String)])
    func `provenance names the network's arithmetic, which was Float32 before there was another`(
        precision: Precision?, words: String
    ) throws {
        var record = try SampleRecord.study()
        record.result.provenance.precision = precision
        let text = try #require(try Self.page(record).id("provenance")).text
        #expect(text.contains(words))
        #expect(text.contains("Arithmetic"))
    }

    @Test func `labels are no classes, and what was stored before there were any is of classes`() throws {
        var record = try SampleRecord.study()
        let before = try Self.page(record)
        #expect(try #require(before.id("provenance")).text.contains("Classes"))
        record.result.provenance.activation = .softmax
        #expect(try Self.page(record).text == before.text)

        record.result.provenance.activation = .sigmoid
        let labels = try Self.page(record)
        let provenance = try #require(labels.id("provenance")).text
        #expect(provenance.contains("Labels") && provenance.contains("each has a probability of its own"))
        let count = record.result.provenance.classes.count
        #expect(labels.text.contains("one of \(count) labels, any number of which may hold"))
    }

    @Test func `other revisions are told`() throws {
        let first = try SampleRecord.study()
        var second = try SampleRecord.study(revision: 2)
        second.result.verdict.finding = .indeterminate
        let newer = try Self.page(second, among: [first, second])
        #expect(newer.text.contains("Revision 1 of this study"))
        #expect(!newer.text.contains("A newer revision"))
        #expect(
            try Self.page(first, among: [first, second]).text.contains("A newer revision (2) of this study exists."))
    }

    @Test func `a study that failed since says so above all else, when and why, and what stands`() throws {
        let page = try Self.page(try SampleRecord.failedSince())
        let banner = try #require(page.with("failed").first)
        #expect(page.with("failed").count == 1)
        #expect(
            banner.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                == "This study failed on 2026-11-29 at 14:03 UTC: The study's only series cannot be scored (series 3: "
                + "5 slices; the pipeline asks for at least 10). What follows is revision 2, judged on 2026-11-06 at "
                + "23:20 UTC, from what lay there then.")
        let order = page.all.filter { $0.name == "h1" || $0.classes.contains("failed") || $0.name == "section" }
        #expect(order.first?.classes == ["failed"])
        // The verdict and every printed sheet say it too: they may be looked at alone.
        let label = try #require(page.id("verdict")?.elements("h2").first)
        #expect(label.text == "Verdict of revision 2, before the study failed, for \u{201C}covid19\u{201D}")
        #expect(try #require(page.with("running").first).text.contains("revision 2, the study failed since"))
    }

    @Test func `a study that did not fail since says nothing of it`() throws {
        let page = try Self.page(try SampleRecord.study())
        #expect(page.with("failed").isEmpty)
        #expect(!page.with("page").contains { $0.text.contains("failed since") || $0.text.contains("failed on") })
        #expect(page.id("verdict")?.elements("h2").first?.text == "Verdict for \u{201C}covid19\u{201D}")
    }

    @Test func `a long series is complete`() throws {
        let record = try SampleRecord.study(count: 1000, spacing: 0.4)
        let section = try #require(try Self.page(record).id("slice-table"))
        #expect(section.elements("tbody").flatMap { $0.elements("tr") }.count == 1000)
    }

    @Test(arguments: [0, 1, 2]) func `few slices make a page`(count: Int) throws {
        let page = try Self.page(try SampleRecord.study(finding: .indeterminate, count: count))
        #expect(page.with("chart").count == (count == 0 ? 0 : 2))
        #expect(page.with("dot").count >= 2 * count)
    }

    @Test func `a study without a number, pictures and identity makes a page`() throws {
        let page = try Self.page(try SampleRecord.empty())
        #expect(page.elements("h1").map(\.text) == ["Name not given"])
        #expect(page.with("big", "none").count == 1)
        #expect(page.with("scale").isEmpty)
        #expect(page.elements("img").isEmpty)
        #expect(page.with("missing").count == 6)
    }

    @Test func `positions and gaps that make no sense do no harm`() throws {
        var record = try SampleRecord.study()
        for index in record.result.seriesDecisions.indices {
            record.result.seriesDecisions[index].geometry?.gaps = [
                .init(afterSlice: -1, distanceMillimetres: 9, missingSlices: 3),
                .init(afterSlice: 44, distanceMillimetres: 9, missingSlices: Int.max),
                .init(afterSlice: Int.max, distanceMillimetres: .nan, missingSlices: Int.max),
            ]
        }
        record.result.provenance.positiveClass = "absent"
        for index in record.result.slices.indices { record.result.slices[index].positionMillimetres = 1e300 }
        let folder = try TemporaryFolder()
        let written = try FolderReportWriter(outputFolder: folder.path).write(record, patientRecords: [record])
        #expect(written.missing.map(\.format) == [.json] && written.missing.first?.fault.code == .cannotEncode)
        #expect(written.paths.allSatisfy { $0.hasSuffix(".html") } && written.paths.count == 2)
        #expect(!(try folder.everything().contains { $0.hasSuffix(".json") }))
        for index in record.result.seriesDecisions.indices { record.result.seriesDecisions[index].geometry?.gaps = [] }
        #expect(try Self.page(record).with("dot").count == 2)
    }
}
