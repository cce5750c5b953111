extension JudgingDefinition {
    /// What keeps the definition from being run, in the order of the pipeline file; empty where nothing does.
    public func problems() -> [DefinitionProblem] {
        let aggregation = AggregationSettings(aggregation)
        var list = ProblemList()
        list.problems += AggregationSettings.table(of: aggregation.rule).problems(of: aggregation)
        list.problems += Self.settings.problems(of: self)
        list.expect(
            !(positiveFrom < negativeBelow), "judging.positive-from",
            "expected at least judging.negative-below (\(negativeBelow)); found \(positiveFrom)")
        return list.problems
    }
}
