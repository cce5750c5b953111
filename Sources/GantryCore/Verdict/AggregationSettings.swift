/// An aggregation as a pipeline file says it: the name of a rule beside the settings of the rules that have some.
public struct AggregationSettings: RuleSettings, Hashable {
    /// The rule, by the key `aggregation`.
    public var rule = Rule.topKMean
    /// Of `topKMean`.
    public var k = 3
    /// Of `topKMean`, millimetres; nil: k is the same at every spacing.
    public var referenceSpacingMillimetres: Double? = 5
    /// Of `percentile`, which has no default.
    public var percentile = 0.0
    /// Of `fractionPositive`, which has no default.
    public var threshold = 0.0

    /// The defaults.
    public init() {}

    /// The rules by the names that a pipeline file gives them.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// `AggregationRule.topKMean`
        case topKMean = "top-k-mean"
        /// `AggregationRule.maximum`
        case maximum
        /// `AggregationRule.mean`
        case mean
        /// `AggregationRule.percentile`
        case percentile
        /// `AggregationRule.noisyOr`
        case noisyOr = "noisy-or"
        /// `AggregationRule.fractionPositive`
        case fractionPositive = "fraction-positive"
    }

    /// The section's key in the file.
    public static let section = "judging"
    /// The key that names the rule.
    public static let ruleKey = "aggregation"

    /// The settings that a rule has.
    public static func table(of rule: Rule) -> SettingTable<AggregationSettings> {
        let settings: [PipelineSetting<AggregationSettings>] =
            switch rule {
            case .topKMean:
                [
                    PipelineSetting("k", .wholeNumber(\.k, 1...10_000), "how many of the highest are averaged"),
                    PipelineSetting(
                        "reference-spacing-mm", .numberOrNone(\.referenceSpacingMillimetres, 0.01...100), unit: "mm",
                        "slices closer than this make k grow"),
                ]
            case .percentile:
                [PipelineSetting("percentile", .requiredNumber(\.percentile, 0...100), "which")]
            case .fractionPositive:
                [PipelineSetting("threshold", .requiredNumber(\.threshold, 0...1), "from it on a slice counts")]
            case .maximum, .mean, .noisyOr:
                []
            }
        return SettingTable(section, entering: .judging, usual: AggregationSettings(), settings)
    }
}

extension AggregationSettings {
    /// The settings that say `rule`.
    public init(_ rule: AggregationRule) {
        switch rule {
        case .topKMean(let k, let referenceSpacingMillimetres):
            self.k = k
            self.referenceSpacingMillimetres = referenceSpacingMillimetres
        case .maximum: self.rule = .maximum
        case .mean: self.rule = .mean
        case .percentile(let percentile):
            self.rule = .percentile
            self.percentile = percentile
        case .noisyOr: self.rule = .noisyOr
        case .fractionPositive(let threshold):
            self.rule = .fractionPositive
            self.threshold = threshold
        }
    }

    /// The rule that the settings say.
    public var aggregation: AggregationRule {
        switch rule {
        case .topKMean: .topKMean(k: k, referenceSpacingMillimetres: referenceSpacingMillimetres)
        case .maximum: .maximum
        case .mean: .mean
        case .percentile: .percentile(percentile)
        case .noisyOr: .noisyOr
        case .fractionPositive: .fractionPositive(threshold: threshold)
        }
    }
}
