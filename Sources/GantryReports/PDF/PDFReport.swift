import CCairo
import GantryCore

/// One record on one to three pages: what a radiologist reads of the report, to be printed or filed.
///
/// What does not fit is said to be elsewhere. Its texts are those of the pages (`StudyPage`), set anew.
struct PDFReport {
    let record: StudyRecord
    let history: PatientHistory
    let texts: ReportTexts
    private let running: RunningHead

    init(_ record: StudyRecord, history: PatientHistory, _ texts: ReportTexts) {
        self.record = record
        self.history = history
        self.texts = texts
        running = RunningHead(record, texts)
    }

    var result: StudyResult { record.result }

    private var maker: String {
        let provenance = result.provenance
        return texts(
            .maker,
            [
                "gantry": provenance.gantryVersion, "pipeline": provenance.pipelineName,
                "version": provenance.pipelineVersion,
            ])
    }

    /// The PDF, and the characters that no installed font has.
    ///
    /// **Throws** `.notInstalled`, `.cannotEncode`.
    func made() throws(ReportFault) -> (bytes: [UInt8], absent: [UInt32]) {
        let canvas = try PDFCanvas(width: PDFSheet.width, height: PDFSheet.height)
        describe(canvas)
        let pages = try divided(canvas)
        for (number, page) in pages.enumerated() {
            if number > 0 { try drawRunningHead(canvas) }
            try drawFrame(canvas, page: number + 1, of: pages.count)
            for (block, y) in page { try block.draw(canvas, y) }
            canvas.endPage()
        }
        return (try canvas.finish(), canvas.absentCharacters)
    }

    private func describe(_ canvas: borrowing PDFCanvas) {
        let provenance = result.provenance
        let name = IdentityText.name(record.patient.patientName, texts)
        canvas.describe(
            CCAIRO_TITLE,
            texts(
                .studyTitle, ["date": IdentityText.date(record.study.studyDate) ?? texts(.undated), "name": name]))
        canvas.describe(
            CCAIRO_AUTHOR,
            maker)
        canvas.describe(CCAIRO_SUBJECT, "\(running.subject). \(texts(.notice))")
        canvas.describe(CCAIRO_KEYWORDS, "\(record.studyInstanceUID), \(record.studyKey)")
        canvas.describe(CCAIRO_CREATOR, "Gantry \(provenance.gantryVersion)")
        // 2026-11-22T14:05:09Z: not now, so that the same record makes the same file.
        let judged = record.judgedAt.description
        let second = judged.lastIndex(of: ".").map { judged[..<$0] + "Z" } ?? judged[...]
        canvas.describe(CCAIRO_CREATED, String(second))
        canvas.describe(CCAIRO_MODIFIED, String(second))
    }

    // MARK: - Pages

    /// As much as three pages hold: findings are left out first, of which a few come before the last rows of pictures.
    private func divided(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [[(block: PDFBlock, y: Double)]] {
        let start = try header(canvas) + failure(canvas) + verdict(canvas) + slices(canvas)
        let rows = try pictureRows(canvas)
        let change = try change(canvas)
        let findings = try findings(canvas)
        let end = try series(canvas) + provenance(canvas)
        // What was noticed stands on the first page, where it has all the room it needs.
        let noticed = change + [findings.heading] + findings.rows
        if PDFPages(start + noticed).pages.count == 1 {
            let pages = PDFPages(start + noticed + (try pictureHeading(rows: rows.count, canvas)) + rows + end)
            if pages.fits { return pages.pages }
        }
        // A last row of pictures is worth less than the first findings.
        let few = min(findings.rows.count, 6)
        for (shownRows, fewest) in (0...rows.count).reversed().map({ ($0, $0 > 1 ? few : 0) }) {
            let heading = shownRows > 0 || rows.isEmpty ? try pictureHeading(rows: shownRows, canvas) : []
            let upper = start + heading + rows.prefix(shownRows) + change
            for shown in (fewest...findings.rows.count).reversed() {
                let hidden = max(result.verdict.findings.count, findings.rows.count) - shown
                var blocks = upper + [findings.heading] + findings.rows.prefix(shown)
                if hidden > 0 {
                    let sentence = texts(.moreFindings, count: hidden)
                    blocks.append(try PDFBlocks.paragraph(sentence, PDFBlocks.fine, lines: 1, on: canvas))
                }
                let pages = PDFPages(blocks + end)
                if pages.fits { return pages.pages }
            }
        }
        return Array(PDFPages(start + end).pages.prefix(PDFSheet.mostPages))
    }

    /// What stands on every page: that it is for research only, who made it, and which page it is.
    private func drawFrame(_ canvas: borrowing PDFCanvas, page: Int, of count: Int) throws(ReportFault) {
        let (left, width) = (PDFSheet.left, PDFSheet.contentWidth)
        canvas.rectangle(
            x: left, y: 22, width: width, height: 17, radius: 2.5, fill: PDFColours.noticeWash,
            pen: PDFPen(PDFColours.noticeLine, 0.8))
        let notice = try canvas.text(
            texts(.notice).uppercased(), PDFFont(8.5, PDFColours.notice, isBold: true), width: width, lines: 1,
            alignment: .middle)
        canvas.show(notice, x: left, y: 22 + (17 - notice.height) / 2)

        let y = PDFSheet.height - 34
        canvas.line(left, y, left + width, y, PDFPen(PDFColours.line, 0.7))
        let made = try canvas.text(maker, PDFBlocks.fine, width: width - 100, lines: 1)
        canvas.show(made, x: left, y: y + 4)
        let number = try canvas.text(
            texts(.printedPage, ["page": String(page), "pages": String(count)]), PDFBlocks.fine, width: 90, lines: 1,
            alignment: .right)
        canvas.show(number, x: left + width - 90, y: y + 4)
    }

    /// Who and what the page is about: sheets get separated.
    private func drawRunningHead(_ canvas: borrowing PDFCanvas) throws(ReportFault) {
        let (left, width) = (PDFSheet.left, PDFSheet.contentWidth)
        let name = try canvas.text(running.name, PDFBlocks.strong(8.5), width: width * 0.55, lines: 1)
        canvas.show(name, x: left, y: 45)
        let identity = try canvas.text(
            running.identity, PDFBlocks.label(8), width: width * 0.43, lines: 1, alignment: .right)
        canvas.show(identity, x: left + width * 0.57, y: 45 + name.baseline - identity.baseline)
        let subject = try canvas.text(running.subject, PDFBlocks.label(8), width: width, lines: 1)
        canvas.show(subject, x: left, y: 45 + name.height)
        let y = 45 + name.height + subject.height + 2.5
        canvas.line(left, y, left + width, y, PDFPen(PDFColours.line, 0.7))
    }
}
