import GantryCore

/// Rules and counts of Core in words.
enum CodeText {
    /// `mean of the 3 highest slice probabilities`.
    static func aggregation(
        _ rule: AggregationRule, effectiveK: Int?, _ texts: ReportTexts = .english
    ) -> String {
        switch rule {
        case .topKMean(let k, let reference):
            let used = effectiveK ?? k
            let base = used == 1 ? texts(.highestProbability) : texts(.meanOfHighest, ["number": String(used)])
            guard let reference else { return base }
            return texts(
                .growingWithSpacing,
                ["rule": base, "number": String(k), "spacing": texts.short(reference, places: 2)])
        case .maximum: return texts(.highestProbability)
        case .mean: return texts(.meanOfAll)
        case .percentile(let p): return texts(.percentile, ["percentile": texts.short(p, places: 2)])
        case .noisyOr: return texts(.noisyOr)
        case .fractionPositive(let threshold):
            return texts(.fractionPositive, ["threshold": texts.threshold(threshold)])
        }
    }

    /// `1 slice`, `3 slices`; the noun's `plural` where it is not made by an s.
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(plural ?? noun + "s")"
    }
}
