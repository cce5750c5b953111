/// Which colour a network's first channel sees.
public enum ColourOrder: String, Hashable, Sendable, Codable, CaseIterable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red: Caffe, and what Keras took from it.
    case bgr
}
