/// What becomes of pixel padding (outside the field of view).
public enum PaddingTreatment: String, Sendable, Hashable, Codable {
    /// It keeps its rescaled value: for `extract`.
    case keep
    /// It becomes air, -1024 HU: for scoring.
    case air
    /// It becomes 1 and every other pixel 0, in place of Hounsfield units: a mask for `extract`.
    case mask
}
