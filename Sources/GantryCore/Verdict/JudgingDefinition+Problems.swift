extension JudgingDefinition {
    /// What keeps the definition from being run, in the order of the pipeline file; empty where nothing does.
    public func problems() -> [DefinitionProblem] {
        var list = ProblemList()
        list.problems += aggregation.problems()
        for (key, value) in [
            ("judging.negative-below", negativeBelow), ("judging.positive-from", positiveFrom),
            ("judging.slice-positive-from", slicePositiveFrom),
        ] {
            list.expect(value >= 0 && value <= 1, key, "expected 0 to 1; found \(value)")
        }
        list.expect(
            !(positiveFrom < negativeBelow), "judging.positive-from",
            "expected at least judging.negative-below (\(negativeBelow)); found \(positiveFrom)")
        list.expect(
            fewestScoredSlices >= 1, "judging.fewest-scored-slices", "expected at least 1; found \(fewestScoredSlices)")
        return list.problems
    }
}

extension AggregationRule {
    func problems() -> [DefinitionProblem] {
        var list = ProblemList()
        switch self {
        case .topKMean(let k, let referenceSpacing):
            list.expect((1...10_000).contains(k), "judging.aggregation.k", "expected 1 to 10000; found \(k)")
            if let referenceSpacing {
                list.expect(
                    referenceSpacing.isFinite && referenceSpacing > 0,
                    "judging.aggregation.reference-spacing-millimetres",
                    "expected a number above 0; found \(referenceSpacing)")
            }
        case .percentile(let percent):
            list.expect(
                percent >= 0 && percent <= 100, "judging.aggregation.percentile", "expected 0 to 100; found \(percent)")
        case .fractionPositive(let threshold):
            list.expect(
                threshold >= 0 && threshold <= 1, "judging.aggregation.threshold", "expected 0 to 1; found \(threshold)"
            )
        case .maximum, .mean, .noisyOr:
            break
        }
        return list.problems
    }
}
