/// How training pictures are varied, each time that they are met. Validation sees them as they are.
public enum Augmentation: String, Hashable, Sendable, Codable, CaseIterable {
    /// Not at all.
    case none
    /// As one chest CT may differ from another: shift, scale, rotation, flip, noise, window.
    case ct
    /// As one photograph may differ from another: flip, crop, brightness, contrast, saturation.
    case photo
}
