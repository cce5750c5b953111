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
            + SeriesRules.settings.problems(of: seriesRules)
    }
}

extension ModelDescription {
    func problems() -> [DefinitionProblem] {
        var list = ProblemList()
        let files = [("", file, sha256)] + (quantized.map { [("quantized-", $0.file, $0.sha256)] } ?? [])
        for (prefix, file, digest) in files {
            list.expect(
                !file.isEmpty && file != "." && file != ".."
                    && !file.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 },
                "model.\(prefix)file",
                "expected the name of a file inside the bundle, without a folder; found \"\(file)\"")
            list.expect(
                Hexadecimal.isLowerCase(digest, digits: 64), "model.\(prefix)sha256",
                "expected 64 lower-case hexadecimal digits; found \(counted(digest.count, "character"))")
        }
        list.expect(
            precision != .int8 || quantized != nil, "model.precision",
            "expected a quantised model for int8: `gantry model quantize` makes it; found none")
        if let calibration {
            let range = ModelCalibration.temperatures
            list.expect(
                range.contains(calibration.temperature), "model.temperature",
                "expected \(range.lowerBound) to \(range.upperBound); found \(calibration.temperature)")
            list.expect(
                Hexadecimal.isLowerCase(calibration.dataSHA256, digits: 64), "model.calibration-sha256",
                "expected 64 lower-case hexadecimal digits; found "
                    + counted(calibration.dataSHA256.count, "character"))
        }
        list.problems += architecture.problems("model.architecture.")
        list.expect(
            classes.count >= activation.fewestOutputs, "model.classes",
            "expected at least \(activation == .softmax ? "2 classes" : "1 label"); found \(classes.count)")
        list.expect(!classes.contains(""), "model.classes", "expected names; found an empty one")
        list.expect(Set(classes).count == classes.count, "model.classes", "expected different names; found one twice")
        list.expect(
            classes.contains(positiveClass), "model.positive-class",
            "expected one of the classes (\(classes.joined(separator: ", "))); found \"\(positiveClass)\"")
        return list.problems
    }
}

extension PreparationDefinition {
    func problems() -> [DefinitionProblem] {
        var list = ProblemList()
        list.problems += input == .ct ? problemsOfCT() : problemsOfImages()
        list.problems += input.settings.problems(of: self)
        list.expect(
            channels == 1 || channels == 3, "preparation.mean", "expected 1 or 3 numbers, one a channel; found \(mean)")
        list.expect(
            standardDeviation.count == channels, "preparation.standard-deviation",
            "expected as many numbers as means; found \(standardDeviation)")
        return list.problems
    }

    private func problemsOfImages() -> [DefinitionProblem] {
        var list = ProblemList()
        list.expect(
            windows.isEmpty, "preparation.windows",
            "expected none with `input: images`; found \(counted(windows.count, "window"))")
        return list.problems
    }

    private func problemsOfCT() -> [DefinitionProblem] {
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
            resize == .area, "preparation.resize", "expected area with `input: ct`; found \(resize.rawValue)")
        list.expect(
            colourOrder == .rgb, "preparation.colour-order",
            "expected rgb with `input: ct`; found \(colourOrder.rawValue)")
        return list.problems
    }
}

extension SliceSelectionRule {
    func problems() -> [DefinitionProblem] {
        let settings = SliceSelectionSettings(self)
        return SliceSelectionSettings.table(of: settings.rule).problems(of: settings)
    }
}
