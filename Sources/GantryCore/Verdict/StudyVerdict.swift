/// What Gantry says about a study. An incomplete or doubtful study is never negative.
public struct StudyVerdict: Sendable, Hashable, Codable {
    /// The finding.
    public var finding: Finding
    /// Aggregated probability of the positive class, 0...1; nil where too few slices were scored to aggregate.
    public var probability: Double?
    /// 5th and 95th percentile of the probability when the scored slices are resampled with replacement: how much the
    /// number hangs on single slices. No diagnostic confidence interval.
    public var interval: ProbabilityInterval?
    /// Fraction of scored slices at or above the slice threshold.
    public var fractionPositive: Double
    /// Longest run of neighbouring scored slices at or above it.
    public var longestRun: Int
    /// Scored slices.
    public var scoredSlices: Int
    /// The number of slices that the aggregation averaged, where it has one.
    public var effectiveK: Int?
    /// Everything noticed about the study's quality, failures first.
    public var findings: [QualityFinding]

    /// A verdict of these values.
    public init(
        finding: Finding, probability: Double?, interval: ProbabilityInterval?, fractionPositive: Double,
        longestRun: Int, scoredSlices: Int, effectiveK: Int?, findings: [QualityFinding]
    ) {
        self.finding = finding
        self.probability = probability
        self.interval = interval
        self.fractionPositive = fractionPositive
        self.longestRun = longestRun
        self.scoredSlices = scoredSlices
        self.effectiveK = effectiveK
        self.findings = findings
    }
}

/// Two ends of an interval of probabilities.
public struct ProbabilityInterval: Sendable, Hashable, Codable {
    /// Lower end.
    public var lower: Double
    /// Upper end.
    public var upper: Double

    /// An interval between these ends.
    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }
}
