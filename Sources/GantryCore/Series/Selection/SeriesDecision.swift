/// What was decided about one series, or one part of a series, and why; kept to the end and printed in the report.
public struct SeriesDecision: Sendable, Hashable, Codable {
    /// (0020,000E)
    public var seriesInstanceUID: UID
    /// Which part of the series this is: `stack 1 of 2 (Stack ID 1)`, `phase 2 of 3 (temporal position 2)`; nil where
    /// the series is one stack.
    public var part: String?
    /// Attributes for the reader of the table of series.
    public var attributes: SeriesAttributes
    /// Number of instances that have an image in it.
    public var instances: Int
    /// Number of images: as `instances`, but for multi-frame objects. nil in rows that earlier versions wrote.
    public var images: Int?
    /// Every rule, passed or failed, in order.
    public var rules: [RuleOutcome]
    /// Place among the series and parts that pass every rule, 1 is the first to be tried; nil where a rule failed.
    public var rank: Int?
    /// Whether this series is the one that is scored.
    public var isChosen: Bool
    /// What came of reading its images; nil where they were not read, and in rows that earlier versions wrote.
    public var trial: CandidateTrial?
    /// One sentence: why it was chosen, or why not.
    public var reason: String
    /// Geometry, where it could be measured.
    public var geometry: SeriesGeometry?
    /// Transfer syntaxes of the instances, by name, in order of UID.
    public var transferSyntaxes: [TransferSyntax]
    /// Median Slice Thickness, millimetres.
    public var sliceThicknessMillimetres: Double?

    /// A decision.
    public init(
        seriesInstanceUID: UID, part: String? = nil, attributes: SeriesAttributes, instances: Int, images: Int? = nil,
        rules: [RuleOutcome], rank: Int?, isChosen: Bool, trial: CandidateTrial? = nil, reason: String,
        geometry: SeriesGeometry?, transferSyntaxes: [TransferSyntax], sliceThicknessMillimetres: Double?
    ) {
        self.seriesInstanceUID = seriesInstanceUID
        self.part = part
        self.attributes = attributes
        self.instances = instances
        self.images = images
        self.rules = rules
        self.rank = rank
        self.isChosen = isChosen
        self.trial = trial
        self.reason = reason
        self.geometry = geometry
        self.transferSyntaxes = transferSyntaxes
        self.sliceThicknessMillimetres = sliceThicknessMillimetres
    }
}
