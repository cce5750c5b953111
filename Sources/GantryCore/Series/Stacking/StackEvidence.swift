/// Facts about a stack that bear on the study's quality.
public struct StackEvidence: Sendable, Hashable, Codable {
    /// Slices whose pixel data had been compressed with loss (their transfer syntax or (0028,2110) says so).
    public var lossySlices: [LossyCompression]
    /// Positions at which several images lay, of which one was kept.
    public var positionConflicts: Int
    /// At how many of them the kept image is ahead in what.
    public var keptBy: [KeptBy: Int]
    /// Those of them where date and time, Acquisition Number and Instance Number named no later one, or where the
    /// images differ in more than time: kernel, Image Type, thickness, or place in the plane.
    public var undecidedConflicts: Int
    /// Images of the series that are no slice of the stack and may have been: something is wrong with them, or they
    /// lie beside the stack.
    public var unusedImages: [UnusedImage: Int]
    /// Files rejected because all their images are among those.
    public var unusableFiles: Int
    /// Thickness over spacing, where it is below a half: more is left out between the slices than they show.
    public var lowCoverage: Double?
    /// In what the slices alternate along the stack, as those of two passes would: `Content Time`. Nothing else says
    /// that they are two.
    public var alternation: String?
    /// Other series that go on where the stack ends, or lie between its slices.
    public var continuations: [SeriesContinuation] = []

    /// Evidence; nothing noticed unless given.
    public init(
        lossySlices: [LossyCompression] = [], positionConflicts: Int = 0, keptBy: [KeptBy: Int] = [:],
        undecidedConflicts: Int = 0, unusedImages: [UnusedImage: Int] = [:], unusableFiles: Int = 0
    ) {
        self.lossySlices = lossySlices
        self.positionConflicts = positionConflicts
        self.keptBy = keptBy
        self.undecidedConflicts = undecidedConflicts
        self.unusedImages = unusedImages
        self.unusableFiles = unusableFiles
    }
}
