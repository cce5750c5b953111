import GantryCore

/// A black colour picture to be drawn on.
struct PixelCanvas {
    let width: Int
    let height: Int
    /// **Shape** `[height, width, 3]`, 0 to 255.
    private(set) var pixels: [UInt16]

    /// A black picture.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt16](repeating: 0, count: width * height * 3)
    }

    /// Draws `picture` from the row `top` on, each of its pixels `factor` wide and high.
    mutating func draw(_ picture: PixelImage, enlargedBy factor: Int, top: Int) {
        for row in 0..<picture.height * factor {
            for column in 0..<picture.width * factor {
                let source = ((row / factor) * picture.width + column / factor) * picture.channels
                let target = ((top + row) * width + column) * 3
                for channel in 0..<3 {
                    // From 0...65535, of which an 8-bit value is each 257th.
                    let value = UInt32(picture.pixels[source + (picture.channels == 3 ? channel : 0)])
                    pixels[target + channel] = UInt16((value + 128) / 257)
                }
            }
        }
    }

    /// Writes lines in white, one below the other, from the row `top` on.
    mutating func write(_ lines: [String], top: Int) {
        for (index, line) in lines.enumerated() {
            write(
                line, row: top + PixelLetters.margin + index * PixelLetters.lineHeight, column: PixelLetters.margin)
        }
    }

    /// Says at the edges of the picture between `top` and `top + height` what lies towards them.
    mutating func mark(_ orientation: PatientOrientation, top: Int, height: Int) {
        let (middleRow, middle) = (top + (height - PixelLetters.height) / 2, width / 2)
        func centred(_ text: String) -> Int { middle - text.count * PixelLetters.advance / 2 }
        write(orientation.left, row: middleRow, column: PixelLetters.margin)
        write(
            orientation.right, row: middleRow,
            column: width - PixelLetters.margin - orientation.right.count * PixelLetters.advance)
        write(orientation.top, row: top + PixelLetters.margin, column: centred(orientation.top))
        write(
            orientation.bottom, row: top + height - PixelLetters.margin - PixelLetters.height,
            column: centred(orientation.bottom))
    }

    /// White letters with a black edge, so that they can be read on anything.
    private mutating func write(_ text: String, row: Int, column: Int) {
        for (grey, edge) in [(UInt16(0), 1), (255, 0)] {
            for (index, letter) in text.enumerated() {
                for (line, bits) in PixelLetters.rows(of: letter).enumerated() {
                    for bit in 0..<PixelLetters.columns where bits & (1 << (PixelLetters.columns - 1 - bit)) != 0 {
                        let (top, left) = (
                            row + line * PixelLetters.scale,
                            column + index * PixelLetters.advance + bit * PixelLetters.scale
                        )
                        fill(
                            rows: top - edge..<top + PixelLetters.scale + edge,
                            columns: left - edge..<left + PixelLetters.scale + edge, grey)
                    }
                }
            }
        }
    }

    private mutating func fill(rows: Range<Int>, columns: Range<Int>, _ grey: UInt16) {
        for row in rows.clamped(to: 0..<height) {
            for column in columns.clamped(to: 0..<width) {
                for channel in 0..<3 { pixels[(row * width + column) * 3 + channel] = grey }
            }
        }
    }
}
