extension ScoringDefinition {
    /// What keeps the definition from being run, in the order of the pipeline file; empty where nothing does.
    public func problems() -> [DefinitionProblem] {
        var list = ProblemList()
        let prepared = preparation.problems()
        list.expect(
            preparation.channels == model.architecture.inputChannels || !prepared.isEmpty, "preparation.mean",
            "expected \(model.architecture.inputChannels), one a channel of the network's input; found "
                + "\(preparation.channels)")
        return model.problems() + prepared + list.problems + sliceSelection.problems()
            + seriesRules.problems()
    }
}

extension ModelDescription {
    func problems() -> [DefinitionProblem] {
        var list = ProblemList()
        let hexadecimal = Set("0123456789abcdef".utf8)
        let files = [("", file, sha256)] + (quantized.map { [("quantized-", $0.file, $0.sha256)] } ?? [])
        for (prefix, file, digest) in files {
            list.expect(
                !file.isEmpty && file != "." && file != ".."
                    && !file.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 },
                "model.\(prefix)file",
                "expected the name of a file inside the bundle, without a folder; found \"\(file)\"")
            list.expect(
                digest.utf8.count == 64 && digest.utf8.allSatisfy(hexadecimal.contains), "model.\(prefix)sha256",
                "expected 64 lower-case hexadecimal digits; found \(counted(digest.count, "character"))")
        }
        list.expect(
            precision != .int8 || quantized != nil, "model.precision",
            "expected a quantised model for int8: `gantry model quantize` makes it; found none")
        list.problems += architecture.problems("model.architecture.")
        list.expect(classes.count >= 2, "model.classes", "expected at least 2 classes; found \(classes.count)")
        list.expect(!classes.contains(""), "model.classes", "expected names; found an empty one")
        list.expect(Set(classes).count == classes.count, "model.classes", "expected different names; found one twice")
        list.expect(
            classes.contains(positiveClass), "model.positive-class",
            "expected one of the classes (\(classes.joined(separator: ", "))); found \"\(positiveClass)\"")
        return list.problems
    }
}

extension PreparationDefinition {
    /// Sides of the input that a residual network of five halvings can take and memory allows.
    static let inputSizes = 32...1024

    func problems() -> [DefinitionProblem] {
        var list = ProblemList()
        list.expect(
            windows.count == 1 || windows.count == channels, "preparation.windows",
            "expected 1 window\(channels == 1 ? "" : " or \(channels), one a channel"); found \(windows.count)")
        for (index, window) in windows.enumerated() {
            let least = window.function == .linear ? "of at least 1 HU" : "above 0 HU"
            list.expect(
                window.isValid, "preparation.windows[\(index)]",
                "expected a finite centre and, for \(window.function.rawValue), a width \(least); "
                    + "found centre \(window.windowCenterHU), width \(window.windowWidthHU)")
        }
        list.expect(
            Self.inputSizes.contains(inputSize), "preparation.input-size",
            "expected \(Self.inputSizes.lowerBound) to \(Self.inputSizes.upperBound) pixels; found \(inputSize)")
        list.expect(
            (channels == 1 || channels == 3) && mean.allSatisfy(\.isFinite), "preparation.mean",
            "expected 1 or 3 finite numbers, one a channel; found \(mean)")
        list.expect(
            standardDeviation.count == channels && standardDeviation.allSatisfy { $0.isFinite && $0 > 0 },
            "preparation.standard-deviation",
            "expected as many finite numbers above 0 as means; found \(standardDeviation)")
        return list.problems
    }
}

extension SliceSelectionRule {
    func problems() -> [DefinitionProblem] {
        guard case .lung(let smallestFraction, let airRangeHU) = self else { return [] }
        var list = ProblemList()
        list.expect(
            smallestFraction >= 0 && smallestFraction <= 1, "slice-selection.smallest-fraction",
            "expected 0 to 1; found \(smallestFraction)")
        list.expect(
            airRangeHU.lowerBound >= -32768 && airRangeHU.upperBound <= LungArea.tissueAboveHU,
            "slice-selection.air-range-hu",
            "expected a range from -32768 to at most \(LungArea.tissueAboveHU) HU; found "
                + "\(airRangeHU.lowerBound) to \(airRangeHU.upperBound)")
        return list.problems
    }
}

extension SeriesRules {
    func problems() -> [DefinitionProblem] {
        var list = ProblemList()
        list.expect(
            smallestAxialNormalZ >= 0 && smallestAxialNormalZ <= 1, "series-rules.smallest-axial-normal-z",
            "expected 0 to 1; found \(smallestAxialNormalZ)")
        list.expect(
            largestSliceThicknessMillimetres.isFinite && largestSliceThicknessMillimetres > 0,
            "series-rules.largest-slice-thickness-millimetres",
            "expected a number above 0; found \(largestSliceThicknessMillimetres)")
        list.expect(fewestSlices >= 1, "series-rules.fewest-slices", "expected at least 1; found \(fewestSlices)")
        list.expect(
            !preferredKernels.contains(""), "series-rules.preferred-kernels", "expected names; found an empty one")
        list.expect(
            spacingToleranceMillimetres.isFinite && spacingToleranceMillimetres >= 0,
            "series-rules.spacing-tolerance-millimetres",
            "expected a number of at least 0; found \(spacingToleranceMillimetres)")
        let limits: [(Double, Double, String)] = [
            (Double(mostLocalizerImages), 0, "most-localizer-images"),
            (largestThicknessSpreadMillimetres ?? 0, 0, "largest-thickness-spread-millimetres"),
            (largestPixelSpacingRatio ?? 1, 1, "largest-pixel-spacing-ratio"),
            (Double(mostMissingSlices ?? 0), 0, "most-missing-slices"),
            (largestTiltDegrees ?? 0, 0, "largest-tilt-degrees"),
            (Double(mostDoubledPositions ?? 0), 0, "most-doubled-positions"),
            (samePositionToleranceMillimetres, 0, "same-position-tolerance-millimetres"),
            (orientationToleranceDegrees, 0, "orientation-tolerance-degrees"),
            (smallestLungMillilitres, 0, "smallest-lung-ml"),
        ]
        for (value, least, key) in limits {
            list.expect(
                value.isFinite && value >= least, "series-rules.\(key)",
                "expected a number of at least \(least.written(decimals: 0)); found \(value)")
        }
        return list.problems
    }
}
