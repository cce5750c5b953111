import GantryCore

extension PipelineDefinition {
    /// The definition as a pipeline file, every key written out but lists of words that are built in. Reading it gives the
    /// same definition again.
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
        lines += ReaderLimits.Setting.allCases.map { "  \($0.rawValue): \(reader[$0])" }
        lines.append("  \(Self.secondOpinionKey): \(secondOpinion.rawValue)")
        lines += ["preparation:", "  windows:"]
        lines += scoring.preparation.windows.map { "    - \(flow($0))" }
        lines += [
            "  input-size: \(scoring.preparation.inputSize)",
            "  mean: \(list(scoring.preparation.mean.map(shortest)))",
            "  standard-deviation: \(list(scoring.preparation.standardDeviation.map(shortest)))", "series:",
        ]
        lines += seriesLines
        lines.append("slices:")
        switch scoring.sliceSelection {
        case .all: lines.append("  select: all")
        case .lung(let fraction, let air):
            lines += [
                "  select: lung", "  smallest-lung-fraction: \(shortest(fraction))",
                "  air-hu: [\(air.lowerBound), \(air.upperBound)]",
            ]
        }
        lines += ["judging:"] + aggregationLines
        lines += [
            "  negative-below: \(shortest(judging.negativeBelow))",
            "  positive-from: \(shortest(judging.positiveFrom))",
            "  fewest-scored-slices: \(judging.fewestScoredSlices)",
            "  slice-positive-from: \(shortest(judging.slicePositiveFrom))", "report:",
            "  key-pictures: \(report.keyPictures)", "  window: \(flow(report.window))", "",
        ]
        return lines.joined(separator: "\n")
    }

    private var seriesLines: [String] {
        let rules = scoring.seriesRules
        func limit(_ value: Double?) -> String { value.map(shortest) ?? "none" }
        func limit(_ value: Int?) -> String { value.map(String.init) ?? "none" }
        // Long lists that are built in are not repeated.
        let words = [
            ("chest-words", rules.chestWords, SeriesRules.usualChestWords),
            ("other-region-words", rules.otherRegionWords, SeriesRules.usualOtherRegionWords),
        ].filter { $0.1 != $0.2 }.map { "  \($0.0): \(list($0.1.map(quoted)))" }
        return [
            "  original-primary: \(rules.requiresOriginalPrimary)",
            "  smallest-axial-normal-z: \(shortest(rules.smallestAxialNormalZ))",
            "  largest-slice-thickness-mm: \(shortest(rules.largestSliceThicknessMillimetres))",
            "  fewest-slices: \(rules.fewestSlices)",
            "  preferred-kernels: \(list(rules.preferredKernels.map(quoted)))",
            "  spacing-tolerance-mm: \(shortest(rules.spacingToleranceMillimetres))",
            "  accept-lossy: \(rules.acceptsLossy)", "  accept-burned-in-text: \(rules.acceptsBurnedInText)",
            "  most-localizer-images: \(rules.mostLocalizerImages)",
            "  largest-thickness-spread-mm: \(limit(rules.largestThicknessSpreadMillimetres))",
            "  largest-pixel-spacing-ratio: \(limit(rules.largestPixelSpacingRatio))",
            "  regular-spacing: \(rules.requiresRegularSpacing)",
            "  most-missing-slices: \(limit(rules.mostMissingSlices))",
            "  largest-tilt-degrees: \(limit(rules.largestTiltDegrees))",
            "  most-doubled-positions: \(limit(rules.mostDoubledPositions))",
            "  same-position-tolerance-mm: \(shortest(rules.samePositionToleranceMillimetres))",
            "  orientation-tolerance-degrees: \(shortest(rules.orientationToleranceDegrees))",
            "  smallest-lung-ml: \(shortest(rules.smallestLungMillilitres))",
        ] + words
    }

    private var aggregationLines: [String] {
        switch judging.aggregation {
        case .topKMean(let k, let reference):
            [
                "  aggregation: top-k-mean", "  k: \(k)",
                "  reference-spacing-mm: \(reference.map(shortest) ?? "none")",
            ]
        case .maximum: ["  aggregation: maximum"]
        case .mean: ["  aggregation: mean"]
        case .percentile(let percentile): ["  aggregation: percentile", "  percentile: \(shortest(percentile))"]
        case .noisyOr: ["  aggregation: noisy-or"]
        case .fractionPositive(let threshold):
            ["  aggregation: fraction-positive", "  threshold: \(shortest(threshold))"]
        }
    }

    private func flow(_ window: Window) -> String {
        "{ center: \(shortest(window.windowCenterHU)), width: \(shortest(window.windowWidthHU)), "
            + "function: \(window.function.rawValue) }"
    }

    private func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

    /// YAML's double-quoted style, control characters escaped.
    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if scalar.properties.generalCategory == .control {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
