/// The rules that a series passes or fails, in the order in which they are applied. The raw value is the stable name
/// that people and programs see: in the table of series, in JSON and in the store.
public enum RuleName: String, Sendable, Hashable, Codable, CaseIterable {
    /// Modality is CT.
    case modality
    /// The objects are of a CT class.
    case ctImage = "ct image"
    /// They hold greyscale images, one a frame that is described.
    case image
    /// Their pixel data is of a kind that is decoded.
    case decodable
    /// No text is burned into the pixels.
    case burnedInText = "burned-in text"
    /// Image Type begins `ORIGINAL\PRIMARY`.
    case originalPrimary = "original primary"
    /// It is no overview image, by Image Type and by geometry.
    case notALocalizer = "not a localizer"
    /// Stored values lead to Hounsfield units.
    case hounsfield
    /// The images have a place.
    case position
    /// Pixel data was not compressed with loss.
    case lossyCompression = "lossy compression"
    /// The slices are axial.
    case axial
    /// The slices are thin enough.
    case sliceThickness = "slice thickness"
    /// There are enough of them.
    case slices
    /// They are equally thick.
    case evenThickness = "even thickness"
    /// Row and column spacing are alike.
    case squarePixels = "square pixels"
    /// Slices are equally far apart.
    case regularSpacing = "regular spacing"
    /// No slices are missing.
    case gaps
    /// The gantry was not tilted too far.
    case gantryTilt = "gantry tilt"
    /// There is one image at each position.
    case oneImageAPosition = "one image a position"
    /// The region that headers name; it only ranks.
    case bodyRegion = "body region"
    /// How much the slices leave out between them; it only ranks.
    case coverage
}
