/// What became of one slice of the chosen series; one row in the store.
public struct SliceRecord: Sendable, Hashable, Codable {
    /// Place in slice order, from 0, by increasing position.
    public var index: Int
    /// (0008,0018)
    public var sopInstanceUID: UID
    /// Frame within the instance, from 1.
    public var frameNumber: Int
    /// (0020,0013)
    public var instanceNumber: Int?
    /// Position along the stack's normal, millimetres.
    public var positionMillimetres: Double
    /// Enclosed air as a fraction of the body, 0...1; nil where the rule did not measure it or the slice is missing.
    public var lungFraction: Double?
    /// Enclosed air up to `LungArea.airUpToHU`, whatever the slice selection asks for, square millimetres; nil where
    /// the slice was not decoded, and in records of versions that did not keep it.
    public var lungAreaSquareMillimetres: Double?
    /// Probability of each class, in the model's order; empty where the slice was not scored.
    public var probabilities: [Double]
    /// How far it lies from what the network was trained on; nil where that was not measured.
    public var distance: Double?
    /// Why it was not scored; `.scored` where it was.
    public var reason: FileReason
    /// Pixels whose Hounsfield value had to be clamped to Int16.
    public var clampedPixels: Int
    /// What else was noticed when it was decoded, each code once.
    public var remarks: [SliceRemark]

    /// A record of one slice.
    public init(
        index: Int, sopInstanceUID: UID, frameNumber: Int, instanceNumber: Int?, positionMillimetres: Double,
        lungFraction: Double?, lungAreaSquareMillimetres: Double? = nil, probabilities: [Double],
        distance: Double? = nil, reason: FileReason, clampedPixels: Int, remarks: [SliceRemark] = []
    ) {
        self.index = index
        self.sopInstanceUID = sopInstanceUID
        self.frameNumber = frameNumber
        self.instanceNumber = instanceNumber
        self.positionMillimetres = positionMillimetres
        self.lungFraction = lungFraction
        self.lungAreaSquareMillimetres = lungAreaSquareMillimetres
        self.probabilities = probabilities
        self.distance = distance
        self.reason = reason
        self.clampedPixels = clampedPixels
        self.remarks = remarks
    }
}
