import GantryCore

/// What stands first: whose study it is, and what came of it.
extension PDFReport {
    func header(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        let width = PDFSheet.contentWidth
        let identity = IdentityView(record.patient, studyDate: record.study.studyDate, texts)
        let when = [IdentityText.date(record.study.studyDate), IdentityText.time(record.study.studyTime)]
            .compactMap(\.self).joined(separator: " ")
        let kicker = try canvas.text(texts(.studyReport), PDFBlocks.label(8.5), width: width, lines: 1)
        let name = try canvas.text(identity.name, PDFBlocks.strong(17), width: width, lines: 2)
        let title = PDFBlock(height: kicker.height + name.height + 4) { canvas, y in
            canvas.show(kicker, x: PDFSheet.left, y: y)
            canvas.show(name, x: PDFSheet.left, y: y + kicker.height)
            let below = y + kicker.height + name.height + 3
            canvas.line(PDFSheet.left, below, PDFSheet.left + width, below, PDFPen(PDFColours.line, 0.7))
        }
        let facts =
            identity.facts + [
                Fact(.studyDate, when.isEmpty ? nil : when, texts),
                Fact(.description, IdentityText.filled(record.study.studyDescription), texts),
                Fact(.accessionNumber, IdentityText.filled(record.study.accessionNumber), texts),
            ]
        let others = history.otherRevisions(of: record)
        let newer = others.last.flatMap { $0.revision > record.revision ? $0 : nil }
        let sentences =
            [
                record.deidentification.map { _ in texts(.deidentified) },
                newer.map { texts(.newerRevision, ["revision": String($0.revision)]) },
                texts(
                    .revisionJudged,
                    ["revision": String(record.revision), "moment": IdentityText.moment(record.judgedAt, texts)])
                    + ".",
            ].compactMap(\.self)
            + others.filter { $0.revision < record.revision }.map { texts.otherRevision($0) }
        let revision = sentences.joined(separator: " ")
        return [
            title, try PDFBlocks.grid(facts, columns: 3, on: canvas),
            try PDFBlocks.paragraph(revision, PDFBlocks.fine, lines: 4, gap: 5, on: canvas),
        ]
    }

    /// That the study failed since; nothing where it did not.
    func failure(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        guard let failure = FailureView(ofPage: record, texts), let at = record.failedSince?.at else { return [] }
        let heading = texts(.failedThis, ["when": IdentityText.minute(at, texts)])
        let width = PDFSheet.contentWidth - 24
        let lines = [
            try canvas.text(heading, PDFBlocks.strong(11), width: width, lines: 2),
            try canvas.text(failure.why, PDFBlocks.body(), width: width, lines: 4),
            try canvas.text(failure.stands, PDFBlocks.strong(), width: width, lines: 3),
        ]
        let height = lines.reduce(14) { $0 + $1.height + 2 }
        return [
            PDFBlock(height: height, gap: 8) { canvas, y in
                canvas.rectangle(
                    x: PDFSheet.left, y: y, width: PDFSheet.contentWidth, height: height, fill: PDFColours.wash,
                    pen: PDFPen(PDFColours.ink, 1))
                canvas.rectangle(x: PDFSheet.left, y: y, width: 6, height: height, fill: PDFColours.ink)
                var top = y + 7
                for text in lines {
                    canvas.show(text, x: PDFSheet.left + 14, y: top)
                    top += text.height + 2
                }
            }
        ]
    }

    /// The word, the number on its scale, why, and what the number is.
    func verdict(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        let view = VerdictView(record, texts)
        let finding = result.verdict.finding
        let (inner, padding) = (PDFSheet.contentWidth - 30, 18.0)
        let answer = try answer(view, canvas)
        let reasons = try reasons(view, width: inner, canvas)
        let scale = try scale(view, width: inner, canvas)
        var meaning: [PDFText] = []
        for sentence in [view.probabilityMeaning, view.intervalMeaning].compactMap(\.self) {
            meaning.append(try canvas.text(sentence, PDFBlocks.body(7.8), width: inner, lines: 4))
        }
        let parts = [answer, reasons, scale].compactMap(\.self)
        let meaningHeight = meaning.reduce(0) { $0 + $1.height + 1.5 }
        let height = parts.reduce(20) { $0 + $1.height + 7 } + meaningHeight
        let box = PDFBlock(height: height, gap: 9) { canvas, y throws(ReportFault) in
            let colour = PDFColours.main(finding)
            canvas.rectangle(
                x: PDFSheet.left, y: y, width: PDFSheet.contentWidth, height: height, fill: PDFColours.wash(finding),
                pen: PDFPen(colour, 0.8))
            canvas.rectangle(x: PDFSheet.left, y: y, width: 6, height: height, fill: colour)
            var top = y + 10
            for part in parts {
                try part.draw(canvas, top)
                top += part.height + 7
            }
            let left = PDFSheet.left + padding
            canvas.line(left, top - 1, left + inner, top - 1, PDFPen(PDFColour(0x1c2733, opacity: 0.14), 0.7))
            top += 2
            for text in meaning {
                canvas.show(text, x: left, y: top)
                top += text.height + 1.5
            }
        }
        return [box]
    }

    /// Mark, word and sentence at the left, the number at the right.
    private func answer(_ view: VerdictView, _ canvas: borrowing PDFCanvas) throws(ReportFault) -> PDFBlock {
        let finding = result.verdict.finding
        let left = PDFSheet.left + 18
        let numberWidth = 132.0
        let textWidth = PDFSheet.contentWidth - 30 - 48 - numberWidth - 8
        let label = try canvas.text(view.label, PDFBlocks.label(8.5), width: textWidth, lines: 2)
        let word = try canvas.text(
            view.word, PDFFont(20, PDFColours.word(finding), isBold: true), width: textWidth, lines: 1)
        let summary = try canvas.text(view.summary, PDFBlocks.body(), width: textWidth, lines: 3)
        let numberLabel = try canvas.text(
            texts(.probability), PDFBlocks.label(8.5), width: numberWidth, lines: 1, alignment: .right)
        let number = try canvas.text(
            view.probability ?? texts(.none),
            view.probability == nil ? PDFFont(20, PDFColours.soft) : PDFFont(20, PDFColours.ink, isBold: true),
            width: numberWidth, lines: 1, alignment: .right)
        var interval: PDFText?
        if let text = view.interval {
            interval = try canvas.text(
                text, PDFBlocks.fine, width: numberWidth, lines: 1, alignment: .right)
        }
        let mark = PDFDrawing(VerdictMark.drawing(finding, texts), width: 36)
        let height = max(38, label.height + word.height + summary.height)
        return PDFBlock(height: height) { canvas, y throws(ReportFault) in
            try mark.show(on: canvas, x: left, y: y + (height - 36) / 2)
            canvas.show(label, x: left + 48, y: y)
            canvas.show(word, x: left + 48, y: y + label.height)
            canvas.show(summary, x: left + 48, y: y + label.height + word.height)
            let right = PDFSheet.left + PDFSheet.contentWidth - 12 - numberWidth
            canvas.show(numberLabel, x: right, y: y)
            canvas.show(number, x: right, y: y + numberLabel.height)
            if let interval { canvas.show(interval, x: right, y: y + numberLabel.height + number.height) }
        }
    }

    /// Reasons that are shown here; all findings stand further down.
    private static let mostReasons = 5

    /// Why the verdict is indeterminate; nil where it is not.
    private func reasons(
        _ view: VerdictView, width: Double, _ canvas: borrowing PDFCanvas
    ) throws(ReportFault) -> PDFBlock? {
        guard view.hasReasons else { return nil }
        let heading = try canvas.text(texts(.why), PDFBlocks.strong(), width: width - 20, lines: 1)
        var lines: [PDFText] = []
        for reason in view.reasons.prefix(Self.mostReasons) {
            lines.append(try canvas.text(reason, PDFBlocks.body(), width: width - 34, lines: 3))
        }
        let hidden = view.reasons.count - lines.count
        var rest: PDFText?
        if hidden > 0 {
            let sentence = texts(.moreReasons, count: hidden)
            rest = try canvas.text(sentence, PDFBlocks.fine, width: width - 34, lines: 1)
        }
        let height = lines.reduce(heading.height + 11) { $0 + $1.height + 1 } + (rest?.height ?? 0)
        return PDFBlock(height: height) { canvas, y in
            let left = PDFSheet.left + 18
            canvas.rectangle(
                x: left, y: y, width: width, height: height, radius: 3, fill: PDFColour(0xffffff, opacity: 0.75))
            canvas.show(heading, x: left + 10, y: y + 5)
            var top = y + 5 + heading.height
            for text in lines {
                canvas.circle(x: left + 14, y: top + text.baseline - 3, radius: 1.4, fill: PDFColours.ink)
                canvas.show(text, x: left + 22, y: top)
                top += text.height + 1
            }
            if let rest { canvas.show(rest, x: left + 22, y: top) }
        }
    }

    /// The probability on its scale, and what else was counted.
    private func scale(
        _ view: VerdictView, width: Double, _ canvas: borrowing PDFCanvas
    ) throws(ReportFault) -> PDFBlock {
        let verdict = result.verdict
        let drawing = verdict.probability.map {
            PDFDrawing(
                ProbabilityScale(
                    probability: $0, interval: verdict.interval, judging: result.provenance.judging,
                    finding: verdict.finding, texts: texts
                ).drawing(), width: 250)
        }
        let start = drawing == nil ? 0 : 276.0
        var rows: [(label: PDFText, value: PDFText)] = []
        for measure in view.measures {
            let label = try canvas.text(measure.label, PDFBlocks.label(8.5), width: width - start - 70, lines: 1)
            let value = try canvas.text(
                measure.value, PDFBlocks.body(8.5), width: 68, lines: 1, alignment: .right)
            rows.append((label, value))
        }
        let rowHeight = (rows.first?.label.height ?? 0) + 4
        let height = max(drawing?.height ?? 0, rowHeight * Double(rows.count))
        return PDFBlock(height: height) { canvas, y throws(ReportFault) in
            let left = PDFSheet.left + 18
            try drawing?.show(on: canvas, x: left, y: y)
            var top = y + (height - rowHeight * Double(rows.count)) / 2
            for row in rows {
                canvas.show(row.label, x: left + start, y: top)
                canvas.show(row.value, x: left + width - 68, y: top)
                let line = top + rowHeight - 2.5
                canvas.line(
                    left + start, line, left + width, line, PDFPen(PDFColour(0x1c2733, opacity: 0.14), 0.6))
                top += rowHeight
            }
        }
    }
}
