/// How slice probabilities become a verdict; its digest is the *judging digest*. A change here makes a new verdict
/// from stored scores, without inference.
public struct JudgingDefinition: Sendable, Hashable, Codable {
    /// How slice probabilities become the study's.
    public var aggregation: AggregationRule
    /// Below this the study is negative.
    public var negativeBelow: Double
    /// From this on the study is positive; between the two it is indeterminate.
    public var positiveFrom: Double
    /// Fewest scored slices for a verdict.
    public var fewestScoredSlices: Int
    /// A slice at or above this probability counts for fraction positive and longest run.
    public var slicePositiveFrom: Double
    /// A slice that lies farther from what the network was trained on than this share of validation data is unlike it.
    public var unlikeQuantile: Double
    /// A larger share of unlike slices makes a study indeterminate.
    public var largestShareUnlike: Double

    /// A definition of these values.
    public init(
        aggregation: AggregationRule = .topKMean(k: 3, referenceSpacingMillimetres: 5), negativeBelow: Double = 0.4,
        positiveFrom: Double = 0.6, fewestScoredSlices: Int = 5, slicePositiveFrom: Double = 0.5,
        unlikeQuantile: Double = 0.995, largestShareUnlike: Double = 0.2
    ) {
        self.aggregation = aggregation
        self.negativeBelow = negativeBelow
        self.positiveFrom = positiveFrom
        self.fewestScoredSlices = fewestScoredSlices
        self.slicePositiveFrom = slicePositiveFrom
        self.unlikeQuantile = unlikeQuantile
        self.largestShareUnlike = largestShareUnlike
    }

    /// The section `judging`, but for the aggregation: `AggregationSettings`.
    public static let settings = SettingTable(
        "judging", entering: .judging, usual: JudgingDefinition(),
        [
            PipelineSetting(
                "negative-below", .number(\.negativeBelow, 0...1), coded: .always("negativeBelow"),
                "below it: negative"),
            PipelineSetting(
                "positive-from", .number(\.positiveFrom, 0...1), coded: .always("positiveFrom"),
                "from it on: positive; between the two: indeterminate. Not below `negative-below`"),
            PipelineSetting(
                "fewest-scored-slices", .wholeNumber(\.fewestScoredSlices, 1...100_000),
                coded: .always("fewestScoredSlices"), "fewer: indeterminate"),
            PipelineSetting(
                "slice-positive-from", .number(\.slicePositiveFrom, 0...1), coded: .always("slicePositiveFrom"),
                """
                from it on a slice counts for *fraction positive* and *longest run*, which are reported and decide \
                nothing
                """),
        ] + unlikeSettings)

    /// Those that have a meaning only where the bundle says what training data looked like to its network.
    public static let unlikeSettings: [PipelineSetting<JudgingDefinition>] = [
        PipelineSetting(
            "unlike-quantile", .number(\.unlikeQuantile, 0.5...0.999), coded: .whereChanged("unlikeQuantile"),
            """
            a slice farther from the training data than this share of validation data is *unlike* them
            """),
        PipelineSetting(
            "largest-share-unlike", .number(\.largestShareUnlike, 0...1), coded: .whereChanged("largestShareUnlike"),
            """
            a larger share of unlike slices makes a study indeterminate
            """),
    ]
}
