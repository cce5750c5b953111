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

/// The three answers.
public enum Finding: String, Sendable, Hashable, Codable, CaseIterable {
    /// Below the lower threshold, and nothing wrong with the study.
    case negative
    /// Between the thresholds, or something is wrong with the study.
    case indeterminate
    /// From the upper threshold on, and nothing wrong with the study.
    case positive
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

/// Something noticed about a study's quality.
public struct QualityFinding: Sendable, Hashable, Codable {
    /// What, as a code that programs can rely on.
    public var code: Code
    /// Whether it makes the verdict indeterminate.
    public var isFailure: Bool
    /// A sentence for a person, with numbers and units. No patient identity.
    public var detail: String
    /// Files that it is about and that are among the ends of no study's files, for a person at the terminal; reports and
    /// logs leave them out.
    public var files: [FileOutcome]?

    /// A finding.
    public init(code: Code, isFailure: Bool, detail: String) {
        self.code = code
        self.isFailure = isFailure
        self.detail = detail
    }

    /// Codes of quality findings.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// Slices are missing between neighbours.
        case missingSlices
        /// Slices of the chosen series could not be decoded or read.
        case unreadableSlices
        /// Distances between slices differ, without a whole slice missing.
        case irregularSpacing
        /// Several images at one position, of which one was kept; a failure where nothing says which is the later, or
        /// where there are so many that the volume may be mixed of several.
        case acquisitionConflict
        /// Fewer slices were scored than the pipeline asks for.
        case tooFewSlices
        /// The study was taken before its folder was quiet.
        case takenUnsettled
        /// The gantry was tilted.
        case tiltedGantry
        /// Pixel data had been compressed with loss.
        case lossyCompression
        /// Hounsfield values were clamped to Int16.
        case clampedValues
        /// Pixels have bits beyond Bits Stored that mean nothing; a failure where they are more than a few.
        case strayBits
        /// Lossless JPEG whose samples leave their range and were taken modulo it: spoilt data can look the same.
        case wrappedSamples
        /// JPEG-LS images had no end marker, and every sample was there.
        case missingEndMarker
        /// Number of Frames was 0, and one frame was there.
        case numberOfFramesZero
        /// A frame's own rescale and the one that all frames share differ.
        case rescaleDiffers
        /// The probability lies between the two thresholds.
        case betweenThresholds
        /// Files of this study were rejected; a failure where they may have been slices.
        case rejectedFiles
        /// Files of this study name another patient than the others.
        case patientConflict
        /// Slices that an earlier revision was judged on are not there any more.
        case slicesWithdrawn
        /// The body encloses too little air for a chest.
        case notAChest
        /// Another series goes on where the scored one ends, and the slice there still shows lung.
        case seriesContinues
        /// The slices show less than half of the way from one to the next.
        case sparseSlices
        /// A second reader reads attributes or pixels of a slice differently.
        case secondOpinionDiffers
    }
}
