import GantryCore

extension AggregationRule {
    /// A rule as it is written on a command line: its name as in the pipeline file, and behind a colon its number:
    /// `top-k-mean:3`, `percentile:90`, `fraction-positive:0.5`, `maximum`. Nil where it is not.
    ///
    /// `top-k-mean` keeps the reference spacing of `former`, where that is such a rule; the default otherwise.
    init?(argument: String, former: AggregationRule) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let rule = AggregationSettings.Rule(rawValue: String(name)) else { return nil }
        var settings = AggregationSettings()
        settings.rule = rule
        if case .topKMean(let k, let spacing) = former {
            (settings.k, settings.referenceSpacingMillimetres) = (k, spacing)
        }
        let number = parts.count == 2 ? Double(parts[1]) : nil
        guard parts.count == 1 || number != nil else { return nil }
        switch rule {
        case .topKMean:
            if let number {
                guard let k = Int(exactly: number) else { return nil }
                settings.k = k
            }
        case .percentile:
            guard let number else { return nil }
            settings.percentile = number
        case .fractionPositive:
            guard let number else { return nil }
            settings.threshold = number
        case .maximum, .mean, .noisyOr:
            guard number == nil else { return nil }
        }
        guard JudgingDefinition(aggregation: settings.aggregation).problems().isEmpty else { return nil }
        self = settings.aggregation
    }

    /// What that form is, for a message.
    static let argumentForm =
        "top-k-mean:K, maximum, mean, percentile:P (0 to 100), noisy-or or fraction-positive:T (0 to 1)"

    /// The rule in that form.
    var argument: String {
        switch self {
        case .topKMean(let k, _): "top-k-mean:\(k)"
        case .maximum: "maximum"
        case .mean: "mean"
        case .percentile(let percent): "percentile:\(percent.writtenInFull(decimals: 0))"
        case .noisyOr: "noisy-or"
        case .fractionPositive(let threshold): "fraction-positive:\(threshold.writtenInFull(decimals: 0))"
        }
    }
}
