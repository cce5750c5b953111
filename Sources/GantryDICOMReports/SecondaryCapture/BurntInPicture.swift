import GantryCore

/// A key slice as it is shown, with words above and below it: nothing of the anatomy is covered but by the map and by
/// the letters at its edges.
struct BurntInPicture {
    let rows: Int
    let columns: Int
    /// **Shape** `[rows, columns, 3]`, 0 to 255: red, green, blue.
    let pixels: [UInt16]
    /// What it is and what was done to it, a few sentences.
    let description: String

    /// Narrower pictures are enlarged by a whole number, so that the words fit above them.
    private static let smallestWidth = 320

    /// `number` of `count`: its place among the key slices. **Throws** `.cannotEncode`.
    init(
        _ picture: KeyPicture, _ slice: ReportSubject.Slice, number: Int, count: Int, mapScale: Float?,
        _ subject: ReportSubject
    ) throws(ReportFault) {
        let slice = slice.record
        let (result, provenance) = (subject.result, subject.provenance)
        let grey = try GreyscalePNG.decode(picture.png)
        guard grey.width == picture.columns, grey.height == picture.rows else {
            throw ReportFault(
                .cannotEncode, subject: "key picture",
                explanation: "it is stored with \(picture.rows) x \(picture.columns) pixels and has "
                    + "\(grey.height) x \(grey.width)")
        }
        var shown = grey
        var map: String?
        if let explanation = picture.explanation, let mapScale {
            shown = MapOverlay.blended(
                grey, map: explanation.map.resampled(rows: grey.height, columns: grey.width), top: mapScale)
            map = MapOverlay.numberText(Double(mapScale))
        }
        let factor = (Self.smallestWidth + shown.width - 1) / shown.width
        let width = shown.width * factor
        let window = "C \(Self.number(picture.window.windowCenterHU)) W \(Self.number(picture.window.windowWidthHU)) HU"
        let probability = provenance.classes.firstIndex(of: provenance.positiveClass).flatMap { index in
            slice.probabilities.indices.contains(index) ? slice.probabilities[index] : nil
        }
        let above = PixelLetters.lines("RESEARCH USE ONLY - NOT FOR CLINICAL USE", width: width)
        var words = "\(provenance.positiveClass) \(probability.map(Self.probability) ?? "?"), "
        words += "slice \(slice.index + 1) of \(result.slices.count), \(window)"
        if picture.window.function != .linear { words += " \(picture.window.function.rawValue)" }
        if let map { words += ", colours: where the network looked, 0 to \(map)" }
        let below = PixelLetters.lines(words, width: width)

        var canvas = PixelCanvas(
            width: width,
            height: shown.height * factor + PixelLetters.bandHeight(above) + PixelLetters.bandHeight(below))
        canvas.write(above, top: 0)
        let top = PixelLetters.bandHeight(above)
        canvas.draw(shown, enlargedBy: factor, top: top)
        canvas.mark(
            picture.orientation, top: top, height: shown.height * factor)
        canvas.write(below, top: top + shown.height * factor)
        (rows, columns, pixels) = (canvas.height, canvas.width, canvas.pixels)
        description =
            "Key slice \(number) of \(count) by \(provenance.pipelineName) \(provenance.pipelineVersion) (revision "
            + "\(subject.record.revision)): window \(window), \(picture.window.function.rawValue)"
            + (map.map { ", where the network looked laid over it in colours from 0 to \($0)" } ?? "")
            + (factor > 1 ? ", enlarged \(factor) times" : "") + ", words burnt in. Not for measuring."
    }

    /// Three decimals; never rounded to certainty.
    private static func probability(_ value: Double) -> String {
        if value > 0 && value < 0.001 { return "<0.001" }
        if value < 1 && value > 0.999 { return ">0.999" }
        return value.written(decimals: 3)
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : value.written(decimals: 1)
    }
}
