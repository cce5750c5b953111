import GantryCore

extension PipelineDefinition {
    /// The definition as a pipeline file, every key written out that has a meaning with its input, but lists of words
    /// that are built in. Reading it gives the same definition again.
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
        ]
        // Left out at its default, as every file has it that was written before there was a choice.
        if model.activation != .softmax { lines.append("  activation: \(model.activation.rawValue)") }
        lines.append("  precision: \(model.precision.rawValue)")
        if let quantized = model.quantized {
            lines += [
                "  quantized-file: \(quoted(quantized.file))", "  quantized-sha256: \"\(quantized.sha256)\"",
            ]
        }
        if let calibration = model.calibration {
            lines += [
                "  temperature: \(shortest(calibration.temperature))",
                "  calibration-sha256: \"\(calibration.dataSHA256)\"",
            ]
        }
        if let profile = model.profile {
            lines += ["  features-file: \(quoted(profile.file))", "  features-sha256: \"\(profile.sha256)\""]
        }
        let preparation = scoring.preparation
        let preparing =
            ["preparation:", "  \(Self.inputKey): \(preparation.input.rawValue)"]
            + (preparation.input == .ct ? ["  windows:"] + preparation.windows.map { "    - \(flow($0))" } : [])
            + preparation.input.settings.lines(preparation)
        guard preparation.input == .ct else {
            lines += preparing + ["judging:"]
            lines +=
                JudgingDefinition.settings.lines(
                    judging, only: judgingKeys.filter(Self.judgingKeysOfImages.contains)) + [""]
            return lines.joined(separator: "\n")
        }
        lines.append("reader:")
        lines += ReaderLimits.settings.lines(reader)
        lines.append("  \(Self.secondOpinionKey): \(secondOpinion.rawValue)")
        lines += preparing
        lines += ["series:"] + SeriesRules.settings.lines(scoring.seriesRules)
        lines += ["slices:"] + SliceSelectionSettings(scoring.sliceSelection).lines
        lines += ["judging:"] + AggregationSettings(judging.aggregation).lines
        lines += JudgingDefinition.settings.lines(judging, only: judgingKeys)
        lines += ["report:"] + ReportDefinition.settings.lines(report) + ["  window: \(flow(report.window))"]
        if let repeatability {
            lines.append("\(Self.repeatabilitySection):")
            lines += Self.repeatabilityLines(repeatability).map { "  \($0.key): \($0.value)" }
        }
        lines.append("")
        return lines.joined(separator: "\n")
    }

    /// The keys of `judging` that are written: what concerns distances where distances are measured, or where it is
    /// not as usual.
    private var judgingKeys: [String] {
        let (usual, unlike) = (JudgingDefinition(), JudgingDefinition.unlikeSettings.map(\.key))
        let isWritten =
            scoring.model.profile != nil || judging.unlikeQuantile != usual.unlikeQuantile
            || judging.largestShareUnlike != usual.largestShareUnlike
        return JudgingDefinition.settings.keys.filter { isWritten || !unlike.contains($0) }
    }

    private func flow(_ window: Window) -> String {
        "{ center: \(shortest(window.windowCenterHU)), width: \(shortest(window.windowWidthHU)), "
            + "function: \(window.function.rawValue) }"
    }
}
