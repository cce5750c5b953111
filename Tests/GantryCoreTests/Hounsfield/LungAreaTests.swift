import GantryCore
import Testing

@Suite struct LungAreaTests {
    /// A slice drawn from ellipses, in air of -1000 HU.
    private struct Drawing {
        var rows: Int
        var columns: Int
        var pixels: [Int16]

        init(rows: Int, columns: Int) {
            (self.rows, self.columns) = (rows, columns)
            pixels = [Int16](repeating: -1000, count: rows * columns)
        }

        /// Centre and half axes as fractions of the sides.
        mutating func ellipse(x: Double, y: Double, width: Double, height: Double, hounsfield: Int16) {
            for row in 0..<rows {
                for column in 0..<columns {
                    let across = ((Double(column) + 0.5) / Double(columns) - x) / width
                    let down = ((Double(row) + 0.5) / Double(rows) - y) / height
                    if across * across + down * down <= 1 { pixels[row * columns + column] = hounsfield }
                }
            }
        }

        mutating func rectangle(rows: Range<Int>, columns: Range<Int>, hounsfield: Int16) {
            for row in rows { for column in columns { pixels[row * self.columns + column] = hounsfield } }
        }

        var lung: Double {
            LungArea.measure(hounsfield: pixels.span, rows: rows, columns: columns, airRangeHU: -1000...(-400)).fraction
        }
    }

    private func torso(rows: Int = 512, columns: Int = 512) -> Drawing {
        var drawing = Drawing(rows: rows, columns: columns)
        drawing.ellipse(x: 0.5, y: 0.45, width: 0.4, height: 0.3, hounsfield: 40)
        return drawing
    }

    private func chest(rows: Int = 512, columns: Int = 512) -> Drawing {
        var drawing = torso(rows: rows, columns: columns)
        drawing.ellipse(x: 0.3, y: 0.45, width: 0.14, height: 0.2, hounsfield: -850)
        drawing.ellipse(x: 0.7, y: 0.45, width: 0.14, height: 0.2, hounsfield: -850)
        return drawing
    }

    /// Areas of ellipses: 2 x 0.14 x 0.2 / (0.4 x 0.3).
    private let chestFraction = 2 * 0.14 * 0.2 / (0.4 * 0.3)

    @Test(arguments: [(512, 512), (256, 256), (300, 517), (1024, 1024), (128, 128), (100, 90)])
    func `two lungs in a body measure as their areas`(rows: Int, columns: Int) {
        #expect(abs(chest(rows: rows, columns: columns).lung - chestFraction) < 0.02)
    }

    @Test func `air around the body is no lung`() {
        #expect(torso().lung == 0)
        #expect(Drawing(rows: 512, columns: 512).lung == 0)
    }

    @Test func `trachea and bowel gas stay below the default limit of 5 %`() {
        var neck = torso()
        neck.ellipse(x: 0.5, y: 0.4, width: 0.03, height: 0.03, hounsfield: -990)
        #expect(neck.lung > 0 && neck.lung < 0.05)
        var abdomen = torso()
        abdomen.ellipse(x: 0.35, y: 0.3, width: 0.07, height: 0.04, hounsfield: -950)
        abdomen.ellipse(x: 0.6, y: 0.35, width: 0.04, height: 0.04, hounsfield: -950)
        #expect(abdomen.lung > 0 && abdomen.lung < 0.05)
    }

    @Test func `a hollow couch on which the patient lies is neither body nor lung`() {
        var abdomen = torso()
        // A shell of two pixels around foam in the air range, touching the back.
        abdomen.rectangle(rows: 382..<432, columns: 60..<452, hounsfield: -200)
        abdomen.rectangle(rows: 384..<430, columns: 62..<450, hounsfield: -950)
        #expect(abdomen.lung < 0.005)
        var chest = chest()
        chest.rectangle(rows: 382..<432, columns: 60..<452, hounsfield: -200)
        chest.rectangle(rows: 384..<430, columns: 62..<450, hounsfield: -950)
        #expect(abs(chest.lung - chestFraction) < 0.01)
    }

    @Test func `vessels inside a lung belong to the body and are no air`() {
        var chest = chest()
        let before = chest.lung
        chest.ellipse(x: 0.3, y: 0.45, width: 0.03, height: 0.03, hounsfield: 40)
        // 0.03 x 0.03 of 0.4 x 0.3 less air, over the same body.
        #expect(abs(before - chest.lung - 0.03 * 0.03 / (0.4 * 0.3)) < 0.003)
    }

    @Test func `a body that the field of view cuts keeps its lungs`() {
        var chest = Drawing(rows: 512, columns: 512)
        chest.rectangle(rows: 0..<512, columns: 0..<512, hounsfield: 40)
        chest.ellipse(x: 0.5, y: 0.5, width: 0.3, height: 0.3, hounsfield: -850)
        #expect(abs(chest.lung - .pi * 0.09) < 0.01)
    }

    @Test func `padding far below air is outside like air`() {
        var chest = chest()
        for index in chest.pixels.indices where chest.pixels[index] == -1000 { chest.pixels[index] = -2000 }
        #expect(abs(chest.lung - chestFraction) < 0.01)
    }

    @Test func `the air range decides what is air`() {
        let chest = chest()
        let none = LungArea.measure(hounsfield: chest.pixels.span, rows: 512, columns: 512, airRangeHU: -800...(-400))
        #expect(none.fraction == 0)
    }

    @Test(arguments: 0..<30) func `any shape of image measures between 0 and 1`(seed: Int) {
        var random = Shuffler(UInt64(seed))
        let rows = Int.random(in: 1...(seed % 3 == 0 ? 3 : 300), using: &random)
        let columns = Int.random(in: 1...(seed % 2 == 0 ? 2 : 700), using: &random)
        let pixels = (0..<rows * columns).map { _ in Int16.random(in: -1024...1000, using: &random) }
        let found = LungArea.measure(
            hounsfield: pixels.span, rows: rows, columns: columns, airRangeHU: -1000...(-400))
        #expect((0...1).contains(found.fraction))
    }

    @Test func `numbers that do not fit together measure 0`() {
        let pixels = [Int16](repeating: 0, count: 6)
        for (rows, columns) in [(0, 5), (5, 0), (-1, 5), (3, 3), (.max, .max)] {
            let found = LungArea.measure(
                hounsfield: pixels.span, rows: rows, columns: columns, airRangeHU: -1000...(-400))
            #expect(found.fraction == 0)
        }
    }
}
