import GantryCore

/// One slice or picture with its map, ready to be written.
struct ExplainedItem {
    /// What its files are called, without an ending.
    var name: String
    /// What a person is shown: `slice 45 of 133`, or the picture's file.
    var shown: String
    /// The slice in the report's window, or the picture itself, in its own pixels.
    var picture: PixelImage
    /// The map on its grid.
    var map: ActivationMap
    /// The part of the picture that the network was shown; nil for all of it.
    var seen: SeenArea?
    /// The probability of the class; nil where nobody knows it.
    var probability: Double?
    /// Which share of the map lies outside the body; nil for a picture, and where it cannot be said.
    var outsideBodyShare: Double?
    /// Which slice it is; nil for a picture.
    var slice: Slice?

    /// Which slice of which study.
    struct Slice: Encodable {
        /// (0020,000D)
        var studyInstanceUID: String
        /// (0008,0018)
        var sopInstanceUID: String
        /// From 1.
        var frameNumber: Int
        /// Place along the body, from 1.
        var number: Int
    }

    /// What the files of slice `number`, from 1, are called.
    static func name(ofSlice number: Int) -> String {
        let digits = String(number)
        return "slice-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The map in the picture's own pixels, row by row; NaN where the network was shown nothing.
    var values: [Float] { map.resampled(rows: picture.height, columns: picture.width, seen: seen) }
}
