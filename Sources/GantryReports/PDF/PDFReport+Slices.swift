import CCairo
import GantryCore

/// The chart of the slices, and the pictures of some.
extension PDFReport {
    func slices(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        let heading = try PDFBlocks.heading(texts(.slicesHeading), on: canvas)
        let chart = SliceChart(result, texts)
        guard let drawn = chart.drawing(.sheet) else {
            return [heading, try PDFBlocks.paragraph(texts(.noSlices), PDFBlocks.body(), lines: 1, on: canvas)]
        }
        let line = SlicesView.line(chart, result.seriesDecisions.first(where: \.isChosen)?.geometry, texts)
        let sentence = try PDFBlocks.paragraph(
            line, PDFBlocks.label(8.5), lines: 2, gap: 0, keepsWithNext: true, on: canvas)
        let drawing = PDFDrawing(drawn, width: PDFSheet.contentWidth)
        let block = PDFBlock(height: drawing.height, gap: 3, keepsWithNext: true) { canvas, y throws(ReportFault) in
            try drawing.show(on: canvas, x: PDFSheet.left, y: y)
        }
        return [heading, sentence, block, try legend(chart, canvas)]
    }

    /// What the signs of the chart are, those that it has.
    private func legend(_ chart: SliceChart, _ canvas: borrowing PDFCanvas) throws(ReportFault) -> PDFBlock {
        let threshold = texts.threshold(result.provenance.judging.slicePositiveFrom)
        func key(_ width: Double, _ draw: (inout SVGDrawing) -> Void) -> PDFDrawing {
            var drawing = SVGDrawing(width: width, height: 16, cssClass: "key", label: "")
            draw(&drawing)
            return PDFDrawing(drawing, width: width * 0.62)
        }
        func strip(_ kind: FileDisposition) -> PDFDrawing {
            key(22) { $0.rectangle(x: 0, y: 4, width: 22, height: 8, "strip \(kind.rawValue)") }
        }
        var entries = [
            (
                key(26) {
                    $0.circle(7, 8, radius: 3.4, "dot high")
                    $0.circle(19, 8, radius: 3.4, "dot low")
                }, texts(.dotsKey, ["threshold": threshold])
            )
        ]
        if !chart.flags.isEmpty {
            let flag = key(18) {
                $0.circle(9, 8, radius: 8, "flag")
                $0.text(9, 12, "1", "flag-word middle")
            }
            entries.append((flag, texts(.pictureKey)))
        }
        entries.append((strip(.scored), texts(.scoredKey)))
        if chart.slices.contains(where: { $0.disposition == .skipped }) {
            entries.append((strip(.skipped), texts(.leftOutKey)))
        }
        if chart.slices.contains(where: { $0.disposition == .rejected }) {
            let cross = key(16) {
                $0.line(4, 4, 12, 12, "cross")
                $0.line(4, 12, 12, 4, "cross")
            }
            entries.append((cross, texts(.notReadableKey)))
        }
        if chart.gaps.contains(where: { $0.missingSlices > 0 }) {
            entries.append((key(22) { $0.rectangle(x: 1, y: 3, width: 20, height: 10, "gap") }, texts(.missingKey)))
        }
        var placed: [(drawing: PDFDrawing, text: PDFText, x: Double, y: Double)] = []
        var (x, y) = (0.0, 0.0)
        for (drawing, sentence) in entries {
            let text = try canvas.text(sentence, PDFBlocks.fine)
            let width = drawing.width + 5 + text.width
            if x > 0, x + width > PDFSheet.contentWidth { (x, y) = (0, y + 13) }
            placed.append((drawing, text, x, y))
            x += width + 16
        }
        return PDFBlock(height: y + 13) { canvas, top throws(ReportFault) in
            for one in placed {
                try one.drawing.show(on: canvas, x: PDFSheet.left + one.x, y: top + one.y)
                let middle = top + one.y + (one.drawing.height - one.text.height) / 2
                canvas.show(one.text, x: PDFSheet.left + one.x + one.drawing.width + 5, y: middle)
            }
        }
    }

    /// Pictures at most.
    static let mostPictures = 6

    /// Pictures beside each other: fewer where each has where the network looked beside it.
    private var pictureColumns: Int { result.keyPictures.mapScale == nil ? 3 : 2 }

    /// What stands above so many rows of pictures.
    func pictureHeading(rows: Int, _ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        let heading = try PDFBlocks.heading(texts(.picturesHeading), on: canvas)
        let all = result.keyPictures.count
        guard all > 0 else {
            return [
                heading, try PDFBlocks.paragraph(texts.noPictures(of: record), PDFBlocks.body(), lines: 1, on: canvas),
            ]
        }
        let shown = min(all, Self.mostPictures, rows * pictureColumns)
        let sentences = [
            PictureView.meaning(of: result, texts),
            shown < all ? texts(.morePictures, ["shown": String(shown), "all": String(all)]) : nil,
            texts(.edgeLetters),
        ].compactMap(\.self)
        let sentence = try PDFBlocks.paragraph(
            sentences.joined(separator: " "), PDFBlocks.label(8), lines: 3, gap: 0, keepsWithNext: true, on: canvas)
        guard let maps = try MapsView(result, texts) else { return [heading, sentence] }
        return [heading, sentence, try mapKey(maps, canvas)]
    }

    /// The pictures, row by row.
    func pictureRows(_ canvas: borrowing PDFCanvas) throws(ReportFault) -> [PDFBlock] {
        let scale = result.keyPictures.mapScale
        let (columns, space) = (pictureColumns, 12.0)
        let width = (PDFSheet.contentWidth - space * Double(columns - 1)) / Double(columns)
        var cells: [PDFBlock] = []
        for (offset, picture) in result.keyPictures.prefix(Self.mostPictures).enumerated() {
            cells.append(
                try cell(picture, rank: offset + 1, width: width, hasMaps: scale != nil, mapScale: scale, canvas))
        }
        var rows: [PDFBlock] = []
        for first in stride(from: 0, to: cells.count, by: columns) {
            let row = Array(cells[first..<min(first + columns, cells.count)])
            let height = row.map(\.height).max() ?? 0
            rows.append(
                PDFBlock(height: height, gap: 7) { canvas, y throws(ReportFault) in
                    for (column, cell) in row.enumerated() {
                        canvas.push(x: Double(column) * (width + space), y: 0)
                        try cell.draw(canvas, y)
                        canvas.pop()
                    }
                })
        }
        return rows
    }

    /// The scale of the maps, and what they show.
    private func mapKey(_ maps: MapsView, _ canvas: borrowing PDFCanvas) throws(ReportFault) -> PDFBlock {
        let bar = try canvas.picture(try MapPicture.scalePNG())
        let name = try canvas.text(texts(.whereItLooked) + ": 0", PDFBlocks.label(8))
        let top = try canvas.text(maps.top, PDFBlocks.label(8))
        let meaning = try canvas.text(maps.meaning, PDFBlocks.fine, width: PDFSheet.contentWidth, lines: 4)
        return PDFBlock(height: name.height + meaning.height + 1, gap: 3, keepsWithNext: true) { canvas, y in
            canvas.show(name, x: PDFSheet.left, y: y)
            let x = PDFSheet.left + name.width + 6
            canvas.show(bar, x: x, y: y + name.height / 2 - 3, width: 150, height: 7)
            canvas.show(top, x: x + 156, y: y)
            canvas.show(meaning, x: PDFSheet.left, y: y + name.height + 1)
        }
    }

    /// A picture, beside it the same with its map, and what is to be known of it.
    private func cell(
        _ picture: KeyPicture, rank: Int, width: Double, hasMaps: Bool, mapScale: Float?,
        _ canvas: borrowing PDFCanvas
    ) throws(ReportFault) -> PDFBlock {
        let view = try PictureView(picture, rank: rank, result: result, mapScale: mapScale, texts)
        let image = try canvas.picture(picture.png)
        guard image.columns == picture.columns, image.rows == picture.rows else {
            throw ReportFault(
                .cannotEncode, subject: "key picture",
                explanation: "it is stored with \(picture.rows) x \(picture.columns) pixels and has \(image.rows) x "
                    + "\(image.columns)")
        }
        var map: ccairo_picture?
        if let explanation = picture.explanation, let mapScale {
            map = try canvas.picture(
                try MapPicture.overlayPNG(
                    explanation.map, top: mapScale, rows: picture.rows, columns: picture.columns))
        }
        // Two beside each other, with a hair between.
        let side = hasMaps ? (width - 3) / 2 : width
        let share = side / Double(max(picture.columns, picture.rows, 1))
        let size = (width: Double(picture.columns) * share, height: Double(picture.rows) * share)
        let badge = try canvas.text("\(rank)", PDFFont(8, PDFColours.paper, isBold: true))
        let place = try canvas.text(view.place, PDFBlocks.strong(8.5), width: width - 70, lines: 1)
        let probability = try canvas.text(
            view.probability ?? "", PDFBlocks.strong(8.5), width: 54, lines: 1, alignment: .right)
        let facts = [
            view.position, view.window, view.outsideBody, view.part,
        ].compactMap(\.self).joined(separator: ", ")
        let caption = try canvas.text(facts, PDFBlocks.fine, width: width, lines: 3)
        let uid = try canvas.text(view.uid ?? "", PDFFont(6.3, PDFColours.soft), width: width, lines: 2)
        let edges = try edges(view, size, canvas)
        let line = max(place.height, 12)
        return PDFBlock(height: size.height + 4 + line + caption.height + uid.height) { canvas, y in
            // The picture alone first.
            for overlay in [nil] + (map.map { [$0] } ?? []) {
                let x = PDFSheet.left + (overlay == nil ? 0 : side + 3)
                canvas.rectangle(x: x, y: y, width: size.width, height: size.height, fill: PDFColour(0))
                canvas.show(image, x: x, y: y, width: size.width, height: size.height)
                if let overlay { canvas.show(overlay, x: x, y: y, width: size.width, height: size.height) }
                for edge in edges {
                    // Light letters with a dark shadow are read on anything.
                    canvas.show(edge.text, x: x + edge.x + 0.5, y: y + edge.y + 0.5, colour: PDFColour(0))
                    canvas.show(edge.text, x: x + edge.x, y: y + edge.y)
                }
            }
            let top = y + size.height + 4
            canvas.circle(x: PDFSheet.left + 6, y: top + line / 2, radius: 6, fill: PDFColours.ink)
            canvas.show(badge, x: PDFSheet.left + 6 - badge.width / 2, y: top + (line - badge.height) / 2)
            canvas.show(place, x: PDFSheet.left + 16, y: top + (line - place.height) / 2)
            canvas.show(probability, x: PDFSheet.left + width - 54, y: top + (line - probability.height) / 2)
            canvas.show(caption, x: PDFSheet.left, y: top + line)
            canvas.show(uid, x: PDFSheet.left, y: top + line + caption.height)
        }
    }

    /// Which side is which.
    private func edges(
        _ view: PictureView, _ size: (width: Double, height: Double), _ canvas: borrowing PDFCanvas
    ) throws(ReportFault) -> [(text: PDFText, x: Double, y: Double)] {
        let font = PDFFont(8, PDFColours.paper, isBold: true)
        var edges: [(text: PDFText, x: Double, y: Double)] = []
        for (letters, across, down) in [
            (view.left, 0.0, 0.5), (view.right, 1.0, 0.5), (view.top, 0.5, 0.0), (view.bottom, 0.5, 1.0),
        ] where !letters.isEmpty {
            let text = try canvas.text(letters, font)
            let x = 3 + (size.width - 6 - text.width) * across
            edges.append((text, x, (size.height - text.height) * down))
        }
        return edges
    }
}
