import GantryCore

extension PipelineDefinition {
    /// The definition as a pipeline file, every key written out but lists of words that are built in. Reading it gives
    /// the same definition again.
    public var yaml: String {
        let model = scoring.model
        var lines = ["pipeline: \(name)", "version: \(quoted(version))"]
        if !description.isEmpty { lines.append("description: \(quoted(description))") }
        lines += [
            "model:", "  file: \(quoted(model.file))", "  sha256: \"\(model.sha256)\"",
        ]
        lines += architectureLines(model.architecture)
        lines += [
            "  classes: \(list(model.classes.map(quoted)))", "  positive-class: \(quoted(model.positiveClass))",
            "  precision: \(model.precision.rawValue)",
        ]
        if let quantized = model.quantized {
            lines += [
                "  quantized-file: \(quoted(quantized.file))", "  quantized-sha256: \"\(quantized.sha256)\"",
            ]
        }
        lines.append("reader:")
        lines += ReaderLimits.settings.lines(reader)
        lines.append("  \(Self.secondOpinionKey): \(secondOpinion.rawValue)")
        lines += ["preparation:", "  windows:"]
        lines += scoring.preparation.windows.map { "    - \(flow($0))" }
        lines += PreparationDefinition.settings.lines(scoring.preparation)
        lines += ["series:"] + SeriesRules.settings.lines(scoring.seriesRules)
        lines.append("slices:")
        switch scoring.sliceSelection {
        case .all: lines.append("  select: all")
        case .lung(let fraction, let air):
            lines += [
                "  select: lung", "  smallest-lung-fraction: \(shortest(fraction))",
                "  air-hu: [\(air.lowerBound), \(air.upperBound)]",
            ]
        }
        let aggregation = AggregationSettings(judging.aggregation)
        lines += ["judging:", "  aggregation: \(aggregation.rule.rawValue)"]
        lines += aggregation.rule.settings.lines(aggregation) + JudgingDefinition.settings.lines(judging)
        lines += ["report:"] + ReportDefinition.settings.lines(report) + ["  window: \(flow(report.window))", ""]
        return lines.joined(separator: "\n")
    }

    private func flow(_ window: Window) -> String {
        "{ center: \(shortest(window.windowCenterHU)), width: \(shortest(window.windowWidthHU)), "
            + "function: \(window.function.rawValue) }"
    }
}
