/// The slices of the chosen series in anatomical order: what the reader is asked for and the network sees.
public struct SliceStack: Sendable, Equatable, Codable {
    /// (0020,000E)
    public var seriesInstanceUID: UID
    /// Slices by increasing position along the plane normal.
    public var slices: [SliceSource]
    /// Spacing, gaps and tilt.
    public var geometry: SeriesGeometry
    /// Instances that fell away while stacking (duplicates at one position).
    public var outcomes: [FileOutcome]

    /// A stack of these slices.
    public init(seriesInstanceUID: UID, slices: [SliceSource], geometry: SeriesGeometry, outcomes: [FileOutcome]) {
        self.seriesInstanceUID = seriesInstanceUID
        self.slices = slices
        self.geometry = geometry
        self.outcomes = outcomes
    }
}
