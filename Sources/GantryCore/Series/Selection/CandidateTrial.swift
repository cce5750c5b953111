/// What came of reading the images of a candidate, a series or part of one that passes every rule on headers.
public struct CandidateTrial: Sendable, Hashable, Codable {
    /// Why it was left and the next candidate tried; nil where it was kept.
    public var left: Reason?
    /// A clause in words, without end mark: `none of its 40 slices could be decoded`.
    public var detail: String
    /// Air that the body encloses over the slices that were decoded, millilitres; nil where none was.
    public var enclosedAirMillilitres: Double?
    /// Air that may be in the others besides, were each a chest's, millilitres; nil where none is missing, or each that
    /// is lies between two that are not.
    public var unseenAirMillilitres: Double?
    /// Fractions of the body that are enclosed air, on the lowest and on the highest slice; nil where that slice was
    /// not decoded.
    public var airFractionAtLowestSlice: Double?
    /// See `airFractionAtLowestSlice`.
    public var airFractionAtHighestSlice: Double?

    /// A trial; kept unless a reason is given.
    public init(
        left: Reason? = nil, detail: String, enclosedAirMillilitres: Double? = nil,
        unseenAirMillilitres: Double? = nil, airFractionAtLowestSlice: Double? = nil,
        airFractionAtHighestSlice: Double? = nil
    ) {
        self.left = left
        self.detail = detail
        self.enclosedAirMillilitres = enclosedAirMillilitres
        self.unseenAirMillilitres = unseenAirMillilitres
        self.airFractionAtLowestSlice = airFractionAtLowestSlice
        self.airFractionAtHighestSlice = airFractionAtHighestSlice
    }

    /// Whether the images are known to enclose less than `smallest` millilitres of air: those that could not be decoded
    /// may hold no more than that either. What was not measured is not known.
    public func isNoChest(smallestLungMillilitres smallest: Double) -> Bool {
        enclosedAirMillilitres.map { $0 + (unseenAirMillilitres ?? 0) < smallest } ?? false
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
