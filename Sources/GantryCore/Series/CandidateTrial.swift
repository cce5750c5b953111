/// What came of reading the images of a candidate, a series or part of one that passes every rule on headers.
public struct CandidateTrial: Sendable, Hashable, Codable {
    /// Why it was left and the next candidate tried; nil where it was kept.
    public var left: Reason?
    /// A clause in words, without end mark: `none of its 40 slices could be decoded`.
    public var detail: String
    /// Air that the body encloses over the stack, millilitres; nil where no slice was decoded.
    public var enclosedAirMillilitres: Double?
    /// Fractions of the body that are enclosed air, on the lowest and on the highest slice; nil where that slice was not
    /// decoded.
    public var airFractionAtLowestSlice: Double?
    /// See `airFractionAtLowestSlice`.
    public var airFractionAtHighestSlice: Double?

    /// A trial; kept unless a reason is given.
    public init(
        left: Reason? = nil, detail: String, enclosedAirMillilitres: Double? = nil,
        airFractionAtLowestSlice: Double? = nil, airFractionAtHighestSlice: Double? = nil
    ) {
        self.left = left
        self.detail = detail
        self.enclosedAirMillilitres = enclosedAirMillilitres
        self.airFractionAtLowestSlice = airFractionAtLowestSlice
        self.airFractionAtHighestSlice = airFractionAtHighestSlice
    }

    /// Why a candidate was left, as a code that programs can rely on.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// None of its slices could be decoded.
        case nothingDecodable
        /// Its values cannot be Hounsfield units.
        case notHounsfield
        /// The body encloses too little air for a chest, and its headers do not say that it is one.
        case notAChest
    }
}
