import FoundationEssentials
import GantryCore

/// Maps of where the network looked as pictures to be laid over their slices.
enum MapPicture {
    /// Longest side, pixels: a map has a few parts across, and a browser makes smooth what lies between.
    static let longestSide = 160

    /// The map in colours that let the slice through, as a `data:` address; `top` is the top of the study's scale.
    ///
    /// **Throws** `.cannotEncode`.
    static func overlay(_ map: ActivationMap, top: Float, rows: Int, columns: Int) throws(ReportFault) -> String {
        address(of: try overlayPNG(map, top: top, rows: rows, columns: columns))
    }

    /// The same as a PNG. **Throws** `.cannotEncode`.
    static func overlayPNG(
        _ map: ActivationMap, top: Float, rows: Int, columns: Int
    ) throws(ReportFault) -> [UInt8] {
        let scale = min(1, Double(longestSide) / Double(max(rows, columns, 1)))
        let (height, width) = (max(1, Int(Double(rows) * scale)), max(1, Int(Double(columns) * scale)))
        let steps = map.resampled(rows: height, columns: width).map { UInt8(MapOverlay.step(of: $0, top: top)) }
        let colours = (0...255).map { step in
            let colour = ColourScale.cividis[step]
            let opacity = (MapOverlay.opacity(at: Double(step) / 255) * 255).rounded()
            return SIMD4(colour.x, colour.y, colour.z, UInt8(opacity))
        }
        return try PNGPicture.encodeColours(steps: steps, colours: colours, rows: height, columns: width)
    }

    /// The colour scale from left to right, one pixel high, as a `data:` address. **Throws** `.cannotEncode`.
    static func scale() throws(ReportFault) -> String { address(of: try scalePNG()) }

    /// The same as a PNG. **Throws** `.cannotEncode`.
    static func scalePNG() throws(ReportFault) -> [UInt8] {
        let colours = (0...255).map { step in
            let colour = ColourScale.cividis[step]
            return SIMD4(colour.x, colour.y, colour.z, 255)
        }
        return try PNGPicture.encodeColours(
            steps: (0...255).map { UInt8($0) }, colours: colours, rows: 1, columns: 256)
    }

    private static func address(of png: [UInt8]) -> String {
        "data:image/png;base64," + Data(png).base64EncodedString()
    }
}
