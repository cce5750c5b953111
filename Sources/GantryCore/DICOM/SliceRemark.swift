/// Something about a slice that was decoded all the same, and that a person should know.
public struct SliceRemark: Sendable, Hashable, Codable {
    /// What, as a code that programs can rely on.
    public var code: Code
    /// Of how many pixels, or files; at least 1.
    public var count: Int
    /// Whether the slice's values are in doubt, so that no definite verdict comes from them.
    public var isDoubtful: Bool

    /// Codes of remarks; each is a quality finding of the same name.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// Pixels have bits beyond Bits Stored that are no padding, no declared overlay and no copies of the sign.
        case strayBits
        /// Samples of a lossless JPEG image left the range of its precision, and were taken modulo it.
        case wrappedSamples
        /// A JPEG-LS image has no end marker; what is there gives every sample.
        case missingEndMarker
        /// Number of Frames is 0, and there is one.
        case numberOfFramesZero
        /// The frame's own rescale and the one that all frames share are not the same.
        case rescaleDiffers
    }

    /// A remark on a slice of `pixels` pixels.
    public init(_ code: Code, count: Int, ofPixels pixels: Int) {
        self.code = code
        self.count = count
        isDoubtful =
            switch code {
            // The share above which it is no speck: one in a thousand.
            case .strayBits: count * 1000 > pixels
            // Spoilt data can look the same.
            case .wrappedSamples: true
            // What was taken is what the standard says, and the pixels are all there.
            case .missingEndMarker, .numberOfFramesZero, .rescaleDiffers: false
            }
    }
}
