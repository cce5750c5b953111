/// Stored value times slope plus intercept, in the unit that the type names.
///
/// **Source** PS3.3 C.11.1.
public struct Rescale: Sendable, Hashable, Codable {
    /// (0028,1053)
    public var rescaleSlope: Double
    /// (0028,1052)
    public var rescaleIntercept: Double
    /// (0028,1054); for CT an absent type means HU.
    public var rescaleType: String?

    /// A rescale of these values.
    public init(rescaleSlope: Double, rescaleIntercept: Double, rescaleType: String? = nil) {
        self.rescaleSlope = rescaleSlope
        self.rescaleIntercept = rescaleIntercept
        self.rescaleType = rescaleType
    }
}
