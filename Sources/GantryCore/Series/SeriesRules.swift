/// Which series of a study is scored: settings of the pipeline file.
public struct SeriesRules: Sendable, Hashable, Codable {
    /// Image Type must begin `ORIGINAL\PRIMARY`.
    public var requiresOriginalPrimary: Bool
    /// Smallest |z| of the plane normal that counts as axial.
    public var smallestAxialNormalZ: Double
    /// Largest Slice Thickness, millimetres.
    public var largestSliceThicknessMillimetres: Double
    /// Fewest slices (distinct positions).
    public var fewestSlices: Int
    /// Kernels preferred among the series that pass, by case-insensitive prefix or exact name; empty: no preference.
    public var preferredKernels: [String]
    /// Tolerance on the distance of neighbouring slices, millimetres.
    public var spacingToleranceMillimetres: Double

    /// DESIGN.md's defaults, or what is given.
    public init(
        requiresOriginalPrimary: Bool = true, smallestAxialNormalZ: Double = 0.9,
        largestSliceThicknessMillimetres: Double = 5, fewestSlices: Int = 10, preferredKernels: [String] = [],
        spacingToleranceMillimetres: Double = 0.2
    ) {
        self.requiresOriginalPrimary = requiresOriginalPrimary
        self.smallestAxialNormalZ = smallestAxialNormalZ
        self.largestSliceThicknessMillimetres = largestSliceThicknessMillimetres
        self.fewestSlices = fewestSlices
        self.preferredKernels = preferredKernels
        self.spacingToleranceMillimetres = spacingToleranceMillimetres
    }
}

/// One rule applied to one series: a row of the ledger.
public struct RuleOutcome: Sendable, Hashable, Codable {
    /// The rule's name, stable: `modality`, `original primary`, `not a localizer`, `axial`, ...
    public var rule: String
    /// What was expected, in words.
    public var expected: String
    /// What was found, in words.
    public var measured: String
    /// Whether the series passed.
    public var passed: Bool

    /// A row.
    public init(rule: String, expected: String, measured: String, passed: Bool) {
        self.rule = rule
        self.expected = expected
        self.measured = measured
        self.passed = passed
    }
}

/// What was decided about one series and why; kept to the end and printed in the report.
public struct SeriesDecision: Sendable, Hashable, Codable {
    /// (0020,000E)
    public var seriesInstanceUID: UID
    /// Attributes for the ledger's reader.
    public var attributes: SeriesAttributes
    /// Number of instances.
    public var instances: Int
    /// Every rule, passed or failed, in order.
    public var rules: [RuleOutcome]
    /// Place among the series that pass every rule, 1 is the chosen one; nil where a rule failed.
    public var rank: Int?
    /// Whether this series is the one that is scored.
    public var isChosen: Bool
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
        seriesInstanceUID: UID, attributes: SeriesAttributes, instances: Int, rules: [RuleOutcome], rank: Int?,
        isChosen: Bool, reason: String, geometry: SeriesGeometry?, transferSyntaxes: [TransferSyntax],
        sliceThicknessMillimetres: Double?
    ) {
        self.seriesInstanceUID = seriesInstanceUID
        self.attributes = attributes
        self.instances = instances
        self.rules = rules
        self.rank = rank
        self.isChosen = isChosen
        self.reason = reason
        self.geometry = geometry
        self.transferSyntaxes = transferSyntaxes
        self.sliceThicknessMillimetres = sliceThicknessMillimetres
    }
}
