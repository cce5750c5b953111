/// Which slices of the chosen series are scored.
public enum SliceSelectionRule: Sendable, Hashable, Codable {
    /// Every slice.
    case all
    /// Slices on which air of `airRangeHU` enclosed by the body covers at least `smallestFraction` of the body.
    case lung(smallestFraction: Double, airRangeHU: ClosedRange<Int>)

    /// DESIGN.md's default.
    public static let defaultLung = SliceSelectionSettings().selection
}
