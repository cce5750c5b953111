/// How far two scans of the same lungs may lie apart for measuring alone: the bands beyond which a change is one.
///
/// Each is the 95 % repeatability coefficient, 1.96 x sqrt(2) x the within-subject standard deviation: of two scans
/// between which nothing has changed 95 in 100 differ by less.
///
/// **Source** J. M. Bland, D. G. Altman: Measuring agreement in method comparison studies. Statistical Methods in
/// Medical Research 8 (1999), 135-160, section 5.
public struct Repeatability: Sendable, Hashable, Codable {
    /// Of the study's probability.
    public var probability: Double?
    /// Of the lung in positive slices, millilitres.
    public var lungMillilitres: Double?
    /// Of the way along the body that positive slices stand for, millimetres.
    public var extentMillimetres: Double?
    /// Pairs of scans that they were measured on.
    public var pairs: Int
    /// SHA-256 of these, 64 lower-case hexadecimal digits.
    public var dataSHA256: String
    /// Digest of what made the numbers that were measured: the bands hold for no other.
    public var measuringDigest: String

    /// Bands; nil where the pairs did not determine one.
    public init(
        probability: Double?, lungMillilitres: Double?, extentMillimetres: Double?, pairs: Int, dataSHA256: String,
        measuringDigest: String
    ) {
        self.probability = probability
        self.lungMillilitres = lungMillilitres
        self.extentMillimetres = extentMillimetres
        self.pairs = pairs
        self.dataSHA256 = dataSHA256
        self.measuringDigest = measuringDigest
    }
}
