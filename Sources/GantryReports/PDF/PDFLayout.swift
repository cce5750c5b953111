import GantryCore

/// Measures of an A4 page, points.
enum PDFSheet {
    static let width = 595.276
    static let height = 841.890
    static let left = 45.0
    static let contentWidth = width - 2 * left
    /// Where content begins below the running head, and on the first page, which needs none.
    static let top = 78.0
    static let firstTop = 48.0
    static let bottom = 798.0
    /// Pages at most.
    static let mostPages = 3
}

/// What is drawn in one piece: never parted between two pages.
struct PDFBlock {
    typealias Draw = (_ canvas: borrowing PDFCanvas, _ y: Double) throws(ReportFault) -> Void

    let height: Double
    /// What is left free above it, but at the top of a page.
    var gap = 0.0
    /// Whether it stands on the page of the block after it.
    var keepsWithNext = false
    let draw: Draw

    init(height: Double, gap: Double = 0, keepsWithNext: Bool = false, draw: @escaping Draw) {
        self.height = height
        self.gap = gap
        self.keepsWithNext = keepsWithNext
        self.draw = draw
    }
}

/// Blocks divided into pages.
struct PDFPages {
    /// Of each page the blocks with where they begin.
    private(set) var pages: [[(block: PDFBlock, y: Double)]] = [[]]

    /// Blocks one below the other.
    init(_ blocks: [PDFBlock]) {
        var y = PDFSheet.firstTop
        var index = 0
        while index < blocks.count {
            // A heading goes with what it is the heading of.
            var end = index
            while end < blocks.count - 1, blocks[end].keepsWithNext { end += 1 }
            let group = blocks[index...end]
            let height = group.reduce(0) { $0 + $1.height + $1.gap }
            if y + height > PDFSheet.bottom, !pages[pages.count - 1].isEmpty {
                pages.append([])
                y = PDFSheet.top
            }
            for block in group {
                if !pages[pages.count - 1].isEmpty { y += block.gap }
                pages[pages.count - 1].append((block, y))
                y += block.height
            }
            index = end + 1
        }
    }

    /// Whether nothing stands below where it may.
    var fits: Bool {
        pages.count <= PDFSheet.mostPages
            && pages.allSatisfy { $0.allSatisfy { $0.y + $0.block.height <= PDFSheet.bottom + 1 } }
    }
}

/// Blocks that several sections are made of.
enum PDFBlocks {
    static func label(_ size: Double = 7.5) -> PDFFont { PDFFont(size, PDFColours.soft) }
    static func body(_ size: Double = 9) -> PDFFont { PDFFont(size, PDFColours.ink) }
    static func strong(_ size: Double = 9) -> PDFFont { PDFFont(size, PDFColours.ink, isBold: true) }
    static let fine = PDFFont(7.5, PDFColours.soft)

    /// The heading of a section.
    static func heading(_ words: String, on canvas: borrowing PDFCanvas) throws(ReportFault) -> PDFBlock {
        let text = try canvas.text(words, strong(11.5), width: PDFSheet.contentWidth, lines: 1)
        return PDFBlock(height: text.height + 3, gap: 14, keepsWithNext: true) { canvas, y in
            canvas.show(text, x: PDFSheet.left, y: y)
        }
    }

    /// A text over the whole width.
    static func paragraph(
        _ words: String, _ font: PDFFont, lines: Int, gap: Double = 2, keepsWithNext: Bool = false,
        on canvas: borrowing PDFCanvas
    ) throws(ReportFault) -> PDFBlock {
        let text = try canvas.text(words, font, width: PDFSheet.contentWidth, lines: lines)
        return PDFBlock(height: text.height, gap: gap, keepsWithNext: keepsWithNext) { canvas, y in
            canvas.show(text, x: PDFSheet.left, y: y)
        }
    }

    /// Facts in columns, row by row, each with its label above it.
    static func grid(_ facts: [Fact], columns: Int, on canvas: borrowing PDFCanvas) throws(ReportFault) -> PDFBlock {
        let space = 14.0
        let width = (PDFSheet.contentWidth - space * Double(columns - 1)) / Double(columns)
        var placed: [(text: PDFText, x: Double, y: Double)] = []
        var top = 0.0
        for start in stride(from: 0, to: facts.count, by: columns) {
            var lowest = top
            for (column, fact) in facts[start..<min(start + columns, facts.count)].enumerated() {
                let x = Double(column) * (width + space)
                let label = try canvas.text(fact.label, label(), width: width, lines: 1)
                let font = fact.isMissing ? PDFFont(9.5, PDFColours.soft) : body(9.5)
                let value = try canvas.text(fact.value, font, width: width, lines: 2)
                placed += [(label, x, top), (value, x, top + label.height)]
                lowest = max(lowest, top + label.height + value.height)
            }
            top = lowest + 5
        }
        return PDFBlock(height: top - 5, gap: 4) { canvas, y in
            for one in placed { canvas.show(one.text, x: PDFSheet.left + one.x, y: y + one.y) }
        }
    }

    /// A line of a table: its label at the left, its text at the right.
    static func row(
        _ label: String, _ value: String, lines: Int, size: Double = 8, on canvas: borrowing PDFCanvas
    ) throws(ReportFault) -> PDFBlock {
        let labelWidth = 118.0
        let left = try canvas.text(label, PDFFont(size, PDFColours.soft), width: labelWidth - 8, lines: 2)
        let right = try canvas.text(value, body(size), width: PDFSheet.contentWidth - labelWidth, lines: lines)
        let height = max(left.height, right.height)
        return PDFBlock(height: height + 3, gap: 1) { canvas, y in
            canvas.show(left, x: PDFSheet.left, y: y)
            canvas.show(right, x: PDFSheet.left + labelWidth, y: y)
            let end = PDFSheet.left + PDFSheet.contentWidth
            canvas.line(PDFSheet.left, y + height + 2.5, end, y + height + 2.5, PDFPen(PDFColours.line, 0.5))
        }
    }
}
