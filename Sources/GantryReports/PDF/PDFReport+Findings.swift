import GantryCore

/// What is to be known of the number: how it changed, what was noticed, where it comes from.
extension PDFReport {
    /// The study beside the one before it; nothing where the patient has but one.
    func change(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        let latest = history.latest
        guard let view = ProgressionView(history, texts),
            let index = latest.firstIndex(where: {
                $0.studyKey == record.studyKey && $0.revision == record.revision
            }),
            view.rows.indices.contains(index)
        else { return [] }
        let row = view.rows[index]
        let first =
            row.against.map { texts(.comparedWithStudy, ["date": $0.date]) }
            ?? texts(.comparedWithNone, ["reason": row.absence ?? ""])
        var blocks = [
            try PDFBlocks.heading(texts(.changeHeading), on: canvas),
            try PDFBlocks.paragraph(
                ([first] + row.notes).joined(separator: " "), PDFBlocks.body(8.5), lines: 4, gap: 0,
                keepsWithNext: row.against != nil, on: canvas),
        ]
        guard row.against != nil else { return blocks }
        let cells = [
            (texts(.probability), row.probability), (texts(.lungInPositive), row.lung),
            (texts(.positiveSlices), row.slices),
        ]
        let width = (PDFSheet.contentWidth - 28) / 3
        var placed: [(text: PDFText, x: Double, y: Double)] = []
        var height = 0.0
        for (column, (label, cell)) in cells.enumerated() {
            let x = Double(column) * (width + 14)
            let change = [cell.difference, cell.change].compactMap(\.self).joined(separator: " ")
            var y = 0.0
            for (words, font) in [
                (label, PDFBlocks.label()), (cell.value, PDFBlocks.strong(10)),
                (change, cell.isCalled ? PDFBlocks.strong(8.5) : PDFBlocks.body(8.5)),
            ] + cell.details.map({ ($0, PDFBlocks.fine) }) where !words.isEmpty {
                let text = try canvas.text(words, font, width: width, lines: 2)
                placed.append((text, x, y))
                y += text.height
            }
            height = max(height, y)
        }
        blocks.append(
            PDFBlock(height: height, gap: 4, keepsWithNext: true) { [placed] canvas, y in
                for one in placed { canvas.show(one.text, x: PDFSheet.left + one.x, y: y + one.y) }
            })
        let note =
            view.lacksBand
            ? texts(.noBandInShort)
            : texts(.bandInShort, ["more": texts(.change(.more)), "less": texts(.change(.less))])
        blocks.append(try PDFBlocks.paragraph(note, PDFBlocks.fine, lines: 3, on: canvas))
        return blocks
    }

    /// The heading, and a row for each finding.
    func findings(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> (heading: PDFBlock, rows: [PDFBlock]) {
        let heading = try PDFBlocks.heading(texts(.qualityHeading), on: canvas)
        // More than this never fit.
        let views = result.verdict.findings.map { QualityView($0, texts) }.prefix(100)
        guard !views.isEmpty else {
            return (
                heading, [try PDFBlocks.paragraph(texts(.nothingNoticed), PDFBlocks.label(8.5), lines: 1, on: canvas)]
            )
        }
        let chipWidth = 96.0
        var rows: [PDFBlock] = []
        for view in views {
            let chip = try canvas.text(
                view.isFailure ? texts(.makesIndeterminate) : texts(.noted),
                PDFFont(7.5, view.isFailure ? PDFColours.indeterminateInk : PDFColours.soft, isBold: true),
                width: chipWidth - 10, lines: 1, alignment: .middle)
            let width = PDFSheet.contentWidth - chipWidth
            let name = try canvas.text(view.name, PDFBlocks.strong(8.5), width: width, lines: 2)
            let detail = try canvas.text(view.detail, PDFBlocks.body(8.5), width: width, lines: 4)
            rows.append(
                PDFBlock(height: name.height + detail.height + 3, gap: 3) { canvas, y in
                    canvas.rectangle(
                        x: PDFSheet.left, y: y + 0.5, width: chipWidth - 10, height: chip.height + 3, radius: 3,
                        fill: view.isFailure ? PDFColour(0xf0d894) : PDFColour(0xe6eaee))
                    canvas.show(chip, x: PDFSheet.left, y: y + 2)
                    canvas.show(name, x: PDFSheet.left + chipWidth, y: y)
                    canvas.show(detail, x: PDFSheet.left + chipWidth, y: y + name.height)
                })
        }
        return (heading, rows)
    }

    /// The series that was scored, and what became of the files.
    func series(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        var blocks = [try PDFBlocks.heading(texts(.seriesAndFiles), on: canvas)]
        if let chosen = result.seriesDecisions.first(where: \.isChosen) {
            let view = SeriesView(chosen, texts)
            let name = [
                "\(view.number): \(view.description)", view.part, view.kernel == "\u{2013}" ? nil : view.kernel,
            ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
            let others = result.seriesDecisions.count - 1
            let facts = [
                name + ".", view.equipment, view.transferSyntaxes,
                others > 0 ? texts(.otherSeries, count: others) : nil,
            ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
            blocks.append(try PDFBlocks.row(texts(.scoredSeries), facts, lines: 3, on: canvas))
            blocks.append(try PDFBlocks.row("Series Instance UID", view.uid, lines: 1, on: canvas))
        }
        let account = FileAccount(result.files)
        func count(_ text: ReportText, _ number: Int) -> String { texts(text, ["number": String(number)]) }
        let ends = [
            count(.filesScored, account.scored), count(.filesSkipped, account.skipped),
            count(.filesRejected, account.rejected),
        ].joined(separator: ", ")
        blocks.append(
            try PDFBlocks.row(
                texts(.filesHeading), "\(count(.filesSeen, account.seen)): \(ends)", lines: 1, on: canvas))
        return blocks
    }

    func provenance(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        var blocks = [try PDFBlocks.heading(texts(.provenanceHeading), on: canvas)]
        for fact in ProvenanceView(record, texts).facts {
            let value = [fact.value, fact.code ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
            blocks.append(try PDFBlocks.row(fact.label, value, lines: 3, size: 7.8, on: canvas))
        }
        let sentence = texts(.elsewhere, ["key": record.studyKey.value])
        blocks.append(try PDFBlocks.paragraph(sentence, PDFBlocks.fine, lines: 2, gap: 6, on: canvas))
        return blocks
    }
}
