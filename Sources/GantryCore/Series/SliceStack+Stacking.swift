/// A series, or one part of it, put in anatomical order, and what fell away on the way.
public struct StackedSeries: Sendable, Equatable {
    /// Which part of the series this is; nil where the series is one stack.
    public var part: String?
    /// The slices in order; nil where no image has pixels and a place.
    public var stack: SliceStack?
    /// The end of every file that has an image here and no slice in the stack, by path; the stack's own `outcomes` are
    /// the same.
    public var outcomes: [FileOutcome]
    /// What the quality assessment wants to know and the stack does not say.
    public var evidence: StackEvidence

    /// A stacked series of these parts.
    public init(part: String? = nil, stack: SliceStack?, outcomes: [FileOutcome], evidence: StackEvidence) {
        self.part = part
        self.stack = stack
        self.outcomes = outcomes
        self.evidence = evidence
    }
}

/// Facts about a stack that bear on the study's quality.
public struct StackEvidence: Sendable, Hashable, Codable {
    /// Slices whose pixel data had been compressed with loss (their transfer syntax or (0028,2110) says so).
    public var lossySlices: [LossyCompression]
    /// Positions at which several images lay, of which one was kept.
    public var positionConflicts: Int
    /// At how many of them the kept image is ahead in what.
    public var keptBy: [KeptBy: Int]
    /// Those of them where date and time, Acquisition Number and Instance Number named no later one, or where the images
    /// differ in more than time: kernel, Image Type, thickness, or place in the plane.
    public var undecidedConflicts: Int
    /// Images of the series that are no slice of the stack and may have been: something is wrong with them, or they
    /// lie beside the stack.
    public var unusedImages: [UnusedImage: Int]
    /// Files rejected because all their images are among those.
    public var unusableFiles: Int
    /// Thickness over spacing, where it is below a half: more is left out between the slices than they show.
    public var lowCoverage: Double?
    /// In what the slices alternate along the stack, as those of two passes would: `Content Time`. Nothing else says that
    /// they are two.
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

    /// Number of those images, of all kinds.
    public var unusableImages: Int { unusedImages.values.reduce(0, +) }
}

/// A series that shows what a stack of another one does not.
public struct SeriesContinuation: Sendable, Hashable, Codable {
    /// `series 4`, or its UID where it has no number.
    public var series: String
    /// Where it does.
    public var place: Place

    /// A continuation by this series.
    public init(series: String, place: Place) {
        self.series = series
        self.place = place
    }

    /// Where a series lies that a stack may be a part of.
    public enum Place: String, Sendable, Hashable, Codable, CaseIterable {
        /// It goes on above the stack's highest slice, along the normal.
        case above
        /// It goes on below the lowest.
        case below
        /// Its slices lie between those of the stack.
        case between
    }
}

extension SliceStack {
    /// The parts of `series` that could be stacks, each by increasing position along its normal; at least one. Neither
    /// the order of its instances nor of their frames has any influence.
    public static func stacking(_ series: Series, rules: SeriesRules) -> [StackedSeries] {
        SeriesPart.parts(of: series, rules: rules).map { part in
            Stacking(part, of: series.seriesInstanceUID, rules: rules).stacked(as: part.name)
        }
    }
}
