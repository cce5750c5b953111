/// What the positions of a series' slices say: order, spacing, gaps, duplicates, tilt. Measured, never taken from tags.
public struct SeriesGeometry: Sendable, Hashable, Codable {
    /// Number of distinct positions.
    public var positions: Int
    /// Median distance between neighbouring planes along the normal, millimetres; nil below two positions.
    public var sliceSpacingMillimetres: Double?
    /// Smallest and largest distance between neighbours, millimetres.
    public var smallestSpacingMillimetres: Double?
    /// See `smallestSpacingMillimetres`.
    public var largestSpacingMillimetres: Double?
    /// Whether every distance is within the tolerance of the median.
    public var isRegular: Bool
    /// Places where the distance exceeds the median by more than the tolerance.
    public var gaps: [Gap]
    /// Angle between the plane normal and the direction in which the slices advance, degrees; 0 for an upright gantry.
    public var tiltDegrees: Double
    /// The normal shared by the slices.
    public var normal: Vector3

    /// A hole in the series.
    public struct Gap: Sendable, Hashable, Codable {
        /// Index, in slice order, of the slice before the hole.
        public var afterSlice: Int
        /// Distance to the next slice, millimetres.
        public var distanceMillimetres: Double
        /// How many slices the median spacing would put into the hole: 0 where less than one and a half spacings, and
        /// where the step changes there (see `changesOfStep`).
        public var missingSlices: Int

        /// A gap of this size.
        public init(afterSlice: Int, distanceMillimetres: Double, missingSlices: Int) {
            self.afterSlice = afterSlice
            self.distanceMillimetres = distanceMillimetres
            self.missingSlices = missingSlices
        }
    }

    /// A measurement.
    public init(
        positions: Int, sliceSpacingMillimetres: Double?, smallestSpacingMillimetres: Double?,
        largestSpacingMillimetres: Double?, isRegular: Bool, gaps: [Gap], tiltDegrees: Double, normal: Vector3
    ) {
        self.positions = positions
        self.sliceSpacingMillimetres = sliceSpacingMillimetres
        self.smallestSpacingMillimetres = smallestSpacingMillimetres
        self.largestSpacingMillimetres = largestSpacingMillimetres
        self.isRegular = isRegular
        self.gaps = gaps
        self.tiltDegrees = tiltDegrees
        self.normal = normal
    }
}
