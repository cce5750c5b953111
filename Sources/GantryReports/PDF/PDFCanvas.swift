import CCairo
import GantryCore

/// A PDF document being drawn, by cairo and pango. Lengths are points (1/72 inch), y downwards.
///
/// One thread at a time draws; documents of several threads know nothing of each other. Texts are never markup.
struct PDFCanvas: ~Copyable {
    /// The family of every text, as fontconfig names it. Characters that it lacks come from any other installed font.
    static let fontFamily = "Noto Sans"
    /// The Debian package that has it.
    static let fontPackage = "fonts-noto-core"

    private let document: OpaquePointer

    /// An empty document of pages of this size.
    ///
    /// **Throws** `.notInstalled` where cairo and pango, or the font, are not there; `.cannotEncode`.
    init(width: Double, height: Double) throws(ReportFault) {
        if let refusal = ccairo_load() {
            throw ReportFault(
                .notInstalled, subject: "PDF",
                explanation: "it needs cairo and pango, which cannot be loaded (\(String(cString: refusal))). On "
                    + "Debian or Ubuntu: apt-get install libpangocairo-1.0-0 \(Self.fontPackage)")
        }
        var made: OpaquePointer?
        let status = ccairo_begin(width, height, Self.fontFamily, &made)
        guard status == CCAIRO_OK, let made else {
            guard status == CCAIRO_NO_FONT else { throw Self.fault(status, "cairo cannot begin a document") }
            throw ReportFault(
                .notInstalled, subject: "PDF",
                explanation: "it needs the font \(Self.fontFamily), which is not installed. On Debian or Ubuntu: "
                    + "apt-get install \(Self.fontPackage)")
        }
        document = made
    }

    deinit { ccairo_discard(document) }

    /// Says something of the document.
    func describe(_ field: ccairo_field, _ text: String) { ccairo_describe(document, field, Self.shown(text)) }

    /// Ends a page; what is drawn next stands on the next one.
    func endPage() { ccairo_end_page(document) }

    /// The PDF; nothing may be drawn after it. **Throws** `.cannotEncode`.
    func finish() throws(ReportFault) -> [UInt8] {
        var length = 0
        let status = ccairo_finish(document, &length)
        guard status == CCAIRO_OK else {
            throw Self.fault(status, "cairo: \(String(cString: ccairo_explanation(document)))")
        }
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            count = ccairo_copy(document, base, length)
        }
    }

    /// Characters that no installed font has, each once.
    var absentCharacters: [UInt32] {
        [UInt32](unsafeUninitializedCapacity: 64) { buffer, count in
            count = min(64, ccairo_absent(document, buffer.baseAddress, 64))
        }
    }

    private static func fault(_ status: ccairo_status, _ explanation: String) -> ReportFault {
        ReportFault(.cannotEncode, subject: "PDF", status: Int(status.rawValue), explanation: explanation)
    }
}

// MARK: - Drawing

/// A colour, 0 to 1 each.
typealias PDFColour = ccairo_colour

extension PDFColour {
    /// `0x1c2733`.
    init(_ hexadecimal: UInt32, opacity: Double = 1) {
        func part(_ shift: UInt32) -> Double { Double(hexadecimal >> shift & 0xFF) / 255 }
        self.init(red: part(16), green: part(8), blue: part(0), opacity: opacity)
    }
}

/// How a line is drawn.
typealias PDFPen = ccairo_pen

extension PDFPen {
    init(_ colour: PDFColour, _ width: Double, dash: Double = 0, gap: Double = 0, isRound: Bool = false) {
        self.init(colour: colour, width: width, dash: dash, gap: gap, is_round: isRound)
    }
}

extension PDFCanvas {
    /// Moves the origin and enlarges until `pop`; `isUpright` turns a quarter to the left.
    func push(x: Double, y: Double, scale: Double = 1, isUpright: Bool = false) {
        ccairo_push(document, x, y, scale, isUpright)
    }

    func pop() { ccairo_pop(document) }

    func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ pen: PDFPen) {
        path([(x1, y1), (x2, y2)], isClosed: false, pen: pen)
    }

    func rectangle(
        x: Double, y: Double, width: Double, height: Double, radius: Double = 0, fill: PDFColour? = nil,
        pen: PDFPen? = nil
    ) {
        ccairo_rectangle(document, x, y, width, height, radius)
        paint(fill, pen)
    }

    func circle(x: Double, y: Double, radius: Double, fill: PDFColour? = nil, pen: PDFPen? = nil) {
        ccairo_circle(document, x, y, radius)
        paint(fill, pen)
    }

    func path(_ points: [(x: Double, y: Double)], isClosed: Bool, fill: PDFColour? = nil, pen: PDFPen? = nil) {
        for (index, point) in points.enumerated() {
            if index == 0 {
                ccairo_move(document, point.x, point.y)
            } else {
                ccairo_line(document, point.x, point.y)
            }
        }
        if isClosed { ccairo_close(document) }
        paint(fill, pen)
    }

    private func paint(_ fill: PDFColour?, _ pen: PDFPen?) {
        switch (fill, pen) {
        case (var fill?, var pen?): ccairo_paint(document, &fill, &pen)
        case (var fill?, nil): ccairo_paint(document, &fill, nil)
        case (nil, var pen?): ccairo_paint(document, nil, &pen)
        case (nil, nil): ccairo_paint(document, nil, nil)
        }
    }

    /// A PNG, to be shown once or often. **Throws** `.cannotEncode` where it is none.
    func picture(_ png: [UInt8]) throws(ReportFault) -> ccairo_picture {
        var picture = ccairo_picture()
        let status = png.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return CCAIRO_BAD_PICTURE }
            return ccairo_open_png(document, base, bytes.count, &picture)
        }
        guard status == CCAIRO_OK else { throw Self.fault(status, "a stored picture cannot be read") }
        return picture
    }

    func show(_ picture: ccairo_picture, x: Double, y: Double, width: Double, height: Double) {
        ccairo_show_picture(document, picture, x, y, width, height)
    }
}

// MARK: - Texts

/// A text that was set on a canvas, with its size.
struct PDFText {
    fileprivate let text: ccairo_text
    var colour: PDFColour

    var width: Double { text.width }
    var height: Double { text.height }
    /// From its top to the first base line.
    var baseline: Double { text.baseline }
    /// Whether an ellipsis stands for the rest.
    var isCut: Bool { text.is_cut }
}

/// How a text looks.
struct PDFFont {
    var size: Double
    var isBold = false
    var colour: PDFColour

    init(_ size: Double, _ colour: PDFColour, isBold: Bool = false) {
        self.size = size
        self.isBold = isBold
        self.colour = colour
    }
}

extension PDFCanvas {
    /// Where lines stand within a width.
    enum Alignment: Int32 {
        case left = 0
        case middle = 1
        case right = 2
    }

    /// Sets a text in lines of at most `width`, or in one of any length where that is 0; `lines` are the most, the last
    /// of which ends in an ellipsis where more would be needed. **Throws** `.cannotEncode` for want of memory.
    func text(
        _ text: String, _ font: PDFFont, width: Double = 0, lines: Int = 0, alignment: Alignment = .left
    ) throws(ReportFault) -> PDFText {
        let style = ccairo_style(
            size: font.size, is_bold: font.isBold, width: width, lines: Int32(lines), alignment: alignment.rawValue)
        var shown = Self.shown(text)
        var made = ccairo_text()
        let status = shown.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let base = characters.baseAddress else { return ccairo_set_text(document, "", 0, style, &made) }
                return ccairo_set_text(document, base, characters.count, style, &made)
            }
        }
        guard status == CCAIRO_OK else { throw Self.fault(status, "a text cannot be set") }
        return PDFText(text: made, colour: font.colour)
    }

    /// Shows a text; x, y is its upper left corner.
    func show(_ text: PDFText, x: Double, y: Double, colour: PDFColour? = nil) {
        ccairo_show_text(document, text.text, x, y, colour ?? text.colour)
    }

    /// Longest text that is set, characters of Unicode: a page holds no more.
    private static let longest = 4_000

    /// The text in one paragraph, without what steers: characters that are none become U+FFFD, those that turn the
    /// direction of others are left out.
    static func shown(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(longest) {
            switch scalar {
            case "\t", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": result.append(" ")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFC}", "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
            case "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FEFF}", "\u{AD}": break
            default: result.append(scalar)
            }
        }
        if text.unicodeScalars.count > longest { result.append("\u{2026}") }
        return String(result)
    }
}
