/// How much one measurement differs between two scans of the same subjects.
public struct WithinSubject: Sendable, Hashable {
    /// Pairs of scans.
    public let pairs: Int
    /// The within-subject standard deviation: the root of half the mean of the squared differences.
    public let standardDeviation: Double
    /// Pairs that differ by more than the repeatability coefficient: were the differences normal, 5 in 100.
    public let beyond: Int

    /// Fewest pairs that determine a band.
    public static let fewestPairs = 10

    /// Of these pairs; nil where they are too few, a number is not finite, or no pair differs: a band of nothing would
    /// call every change one.
    ///
    /// A pair of which both are `empty` is left out: where nothing is there on either scan, nothing can vary, and such
    /// subjects would narrow the band of those who have something.
    public init?(_ pairs: [(Double, Double)], leavingOut empty: Double? = nil) {
        let differences = pairs.filter { !($0.0 == empty && $0.1 == empty) }.map { $0.1 - $0.0 }
        guard differences.count >= Self.fewestPairs else { return nil }
        let squares = differences.reduce(0) { $0 + $1 * $1 }
        let deviation = (squares / Double(2 * differences.count)).squareRoot()
        guard deviation > 0, deviation.isFinite else { return nil }
        self.pairs = differences.count
        standardDeviation = deviation
        let limit = Self.coefficient(of: deviation)
        beyond = differences.count { abs($0) > limit }
    }

    /// The 95 % repeatability coefficient: 1.96 x sqrt(2) x the within-subject standard deviation.
    public var coefficient: Double { Self.coefficient(of: standardDeviation) }

    private static func coefficient(of deviation: Double) -> Double { 1.96 * 2.0.squareRoot() * deviation }
}
