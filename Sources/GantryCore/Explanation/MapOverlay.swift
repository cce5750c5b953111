/// A map laid over the picture it is of, with its colour scale beside it.
public enum MapOverlay {
    /// How much of a pixel is the map's colour from `fullFrom` of the scale on; below that it falls to nothing, so that
    /// the anatomy stays visible where the network found nothing.
    public static let opacity = 0.6
    /// See `opacity`; a share of the scale.
    public static let fullFrom = 0.15

    /// How much of a pixel is colour, 0 to `opacity`, where the map has `share` of the scale's top.
    public static func opacity(at share: Double) -> Double {
        opacity * min(max(share / fullFrom, 0), 1)
    }

    /// The step of the colour scale for `value`, 0...255; 0 where the scale has no top, or the value is no number.
    public static func step(of value: Float, top: Float) -> Int {
        guard top > 0, value > 0 else { return 0 }
        return Int((min(value / top, 1) * 255).rounded())
    }

    /// `picture` with `map` over it, without a scale.
    ///
    /// **Shape** `map` has a number for each pixel, `picture.height` x `picture.width`; NaN: not coloured.
    public static func blended(_ picture: PixelImage, map: [Float], top: Float) -> PixelImage {
        precondition(map.count == picture.width * picture.height, "a number for each pixel")
        var pixels: [UInt16] = []
        pixels.reserveCapacity(map.count * 3)
        for (pixel, value) in map.enumerated() {
            let step = step(of: value, top: top)
            let (colour, share) = (ColourScale.cividis[step], opacity(at: Double(step) / 255))
            for channel in 0..<3 {
                let below = Double(picture.pixels[pixel * picture.channels + (picture.channels == 3 ? channel : 0)])
                pixels.append(UInt16((below * (1 - share) + Double(colour[channel]) * 257 * share).rounded()))
            }
        }
        guard let result = PixelImage(width: picture.width, height: picture.height, channels: 3, pixels: pixels) else {
            preconditionFailure("a picture keeps its shape")
        }
        return result
    }

    /// `picture` with `map` over it, and to its right the scale from 0 to `top`, numbers beside it.
    ///
    /// A small picture is enlarged by a whole number first, so that the numbers can be read beside it.
    public static func withScale(_ picture: PixelImage, map: [Float], top: Float) -> PixelImage {
        let blended = blended(picture, map: map, top: top)
        let factor = max(1, (smallestHeight + blended.height - 1) / blended.height)
        var canvas = Canvas(enlarging: blended, by: factor, right: PixelDigits.margin * 2 + barWidth + numbersWidth)
        let (left, first) = (blended.width * factor + PixelDigits.margin, PixelDigits.margin)
        let height = canvas.height - 2 * first
        for row in 0..<height {
            let colour = ColourScale.cividis[255 - row * 255 / max(height - 1, 1)]
            canvas.fill(rows: first + row..<first + row + 1, columns: left..<left + barWidth, colour: colour)
        }
        for share in [1, 0.5, 0.0] {
            let down = Int(Double(height - PixelDigits.height) * (1 - share))
            canvas.write(numberText(Double(top) * share), row: first + down, column: left + barWidth + 4)
        }
        return canvas.picture
    }

    /// A number on the scale, three digits that count.
    package static func numberText(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        var (exponent, mantissa) = (0, value)
        while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        if (-3...4).contains(exponent) { return value.written(decimals: max(0, 2 - exponent)) }
        return mantissa.written(decimals: 2) + "e\(exponent)"
    }

    private static let smallestHeight = 192
    private static let barWidth = 14
    private static let numbersWidth = 8 * PixelDigits.advance
}

/// A colour picture that grows to the right.
private struct Canvas {
    let width: Int
    let height: Int
    private var pixels: [UInt16]

    init(enlarging picture: PixelImage, by factor: Int, right: Int) {
        width = picture.width * factor + right
        height = picture.height * factor
        pixels = [UInt16](repeating: 0, count: width * height * 3)
        for row in 0..<height {
            for column in 0..<picture.width * factor {
                let source = ((row / factor) * picture.width + column / factor) * 3
                let target = (row * width + column) * 3
                for channel in 0..<3 { pixels[target + channel] = picture.pixels[source + channel] }
            }
        }
    }

    mutating func fill(rows: Range<Int>, columns: Range<Int>, colour: SIMD3<UInt8>) {
        for row in rows.clamped(to: 0..<height) {
            for column in columns.clamped(to: 0..<width) {
                for channel in 0..<3 { pixels[(row * width + column) * 3 + channel] = UInt16(colour[channel]) * 257 }
            }
        }
    }

    /// White digits on the ground.
    mutating func write(_ text: String, row: Int, column: Int) {
        for (index, letter) in text.enumerated() {
            for (line, bits) in PixelDigits.lines(of: letter).enumerated() {
                for bit in 0..<PixelDigits.columns where bits & (1 << (PixelDigits.columns - 1 - bit)) != 0 {
                    let top = row + line * PixelDigits.scale
                    let left = column + index * PixelDigits.advance + bit * PixelDigits.scale
                    fill(
                        rows: top..<top + PixelDigits.scale, columns: left..<left + PixelDigits.scale,
                        colour: SIMD3(255, 255, 255))
                }
            }
        }
    }

    var picture: PixelImage {
        guard let picture = PixelImage(width: width, height: height, channels: 3, pixels: pixels) else {
            preconditionFailure("a canvas is a picture")
        }
        return picture
    }
}

/// The digits of a colour scale, five pixels by seven: a picture's own letters, where there is no font.
private enum PixelDigits {
    static let columns = 5
    static let scale = 2
    static let advance = (columns + 1) * scale
    static let height = 7 * scale
    static let margin = 8

    static func lines(of letter: Character) -> [UInt8] {
        switch letter {
        case "0": [14, 17, 19, 21, 25, 17, 14]
        case "1": [4, 12, 4, 4, 4, 4, 14]
        case "2": [14, 17, 1, 2, 4, 8, 31]
        case "3": [31, 2, 4, 2, 1, 17, 14]
        case "4": [2, 6, 10, 18, 31, 2, 2]
        case "5": [31, 16, 30, 1, 1, 17, 14]
        case "6": [6, 8, 16, 30, 17, 17, 14]
        case "7": [31, 1, 2, 4, 8, 8, 8]
        case "8": [14, 17, 17, 14, 17, 17, 14]
        case "9": [14, 17, 17, 15, 1, 2, 12]
        case ".": [0, 0, 0, 0, 0, 12, 12]
        case "-": [0, 0, 0, 31, 0, 0, 0]
        case "e": [0, 0, 14, 17, 31, 16, 14]
        default: []
        }
    }
}
