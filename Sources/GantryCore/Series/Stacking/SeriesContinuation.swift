/// A series that shows what a stack of another one does not.
public struct SeriesContinuation: Sendable, Hashable, Codable {
    /// `series 4`, or its UID where it has no number.
    public var series: String
    /// Where it does.
    public var place: Place

    /// A continuation by this series.
    public init(series: String, place: Place) {
        self.series = series
        self.place = place
    }

    /// Where a series lies that a stack may be a part of.
    public enum Place: String, Sendable, Hashable, Codable, CaseIterable {
        /// It goes on above the stack's highest slice, along the normal.
        case above
        /// It goes on below the lowest.
        case below
        /// Its slices lie between those of the stack.
        case betweenSlices = "between"
    }
}
