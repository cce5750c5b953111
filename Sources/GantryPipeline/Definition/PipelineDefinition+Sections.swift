import GantryCore

/// The sections of a pipeline file, one function each.
extension PipelineDefinition {
    static func model(_ top: YAMLSection) -> ModelDescription {
        let section = top.section(
            "model",
            keys: [
                "file", "sha256", "variant", "architecture", "classes", "positive-class", "precision",
                "quantized-file", "quantized-sha256",
            ], required: true)
        // One problem says that the section is missing; its keys need none of their own.
        guard top.value("model") != nil else {
            return ModelDescription(
                file: "", sha256: "", architecture: .resNet50(classes: 0), classes: [], positiveClass: "")
        }
        let file = fileName(section, "file", fallback: "model.safetensors")
        let sha256 = digest(section, "sha256")
        let classes = section.texts("classes")
        let architecture = architecture(section, classes: classes.count)
        if section.value("classes")?.sequence != nil {
            if classes.count < 2 { section.add(at: "classes", "`classes`: expected at least two") }
            if classes.count > 1000 { section.add(at: "classes", "`classes`: expected at most 1000") }
            if Set(classes).count != classes.count { section.add(at: "classes", "`classes`: a name stands twice") }
        }
        let positive = section.text("positive-class")
        if !positive.isEmpty, !classes.isEmpty, !classes.contains(positive) {
            section.add(
                at: "positive-class",
                "`positive-class`: `\(printable(positive))` is none of the classes \(printable(classes.joined(separator: ", ")))"
            )
        }
        let precision: Precision = section.choice("precision", fallback: .f32) ?? .f32
        return ModelDescription(
            file: file, sha256: sha256, architecture: architecture, classes: classes, positiveClass: positive,
            precision: precision, quantized: quantized(section, precision: precision))
    }

    /// The network in 8 bits, where the section names one; `precision: int8` needs it.
    private static func quantized(_ section: YAMLSection, precision: Precision) -> QuantizedModel? {
        let isNamed = ["quantized-file", "quantized-sha256"].contains { section.value($0) != nil }
        guard isNamed else {
            if precision == .int8 {
                section.add(
                    at: "precision",
                    "`precision`: int8 needs `quantized-file` and `quantized-sha256`; `gantry model quantize` makes them"
                )
            }
            return nil
        }
        return QuantizedModel(
            file: fileName(section, "quantized-file", fallback: "model.int8.safetensors"),
            sha256: digest(section, "quantized-sha256"))
    }

    private static func fileName(_ section: YAMLSection, _ key: String, fallback: String) -> String {
        let file = section.text(key, fallback: fallback)
        if !isName(file) || file.hasPrefix(".") {
            section.add(
                at: key, "`\(key)`: expected the plain name of a file in the bundle, found `\(printable(file))`")
        }
        return file
    }

    private static func digest(_ section: YAMLSection, _ key: String) -> String {
        let digest = section.text(key)
        if !digest.isEmpty, !FileDigest.isDigest(digest) {
            section.add(at: key, "`\(key)`: expected 64 lower-case hexadecimal digits")
        }
        return digest
    }

    /// The section `preparation` for a network whose input has this many channels.
    static func preparation(_ top: YAMLSection, channels: Int) -> PreparationDefinition {
        let standard = PreparationDefinition()
        let section = top.section("preparation", keys: ["windows", "input-size", "mean", "standard-deviation"])
        let windows = section.sections("windows", keys: windowKeys)?.map(window) ?? standard.windows
        if windows.count != 1, windows.count != channels {
            section.add(
                at: "windows",
                "`windows`: expected one window\(channels == 1 ? "" : " or three, one a channel"), found \(windows.count)"
            )
        }
        if channels != standard.channels {
            for key in ["mean", "standard-deviation"] where section.value(key) == nil {
                section.add(at: key, "`\(key)` is missing: the defaults are those of three channels")
            }
        }
        let mean = section.numbers("mean", in: -1000...1000, fallback: standard.mean)
        let deviation = section.numbers("standard-deviation", in: 1e-6...1000, fallback: standard.standardDeviation)
        for (key, count) in [("mean", mean.count), ("standard-deviation", deviation.count)]
        where count != channels && section.value(key)?.sequence?.count == count {
            section.add(
                at: key,
                "`\(key)`: expected \(channels == 1 ? "one number" : "three numbers"), one a channel, found \(count)")
        }
        return PreparationDefinition(
            windows: windows, inputSize: section.integer("input-size", in: 32...1024, fallback: standard.inputSize),
            mean: mean, standardDeviation: deviation)
    }

    private enum Selection: String, CaseIterable {
        case all
        case lung
    }

    static func slices(_ top: YAMLSection) -> SliceSelectionRule {
        let section = top.section("slices", keys: ["select", "smallest-lung-fraction", "air-hu"])
        let select: Selection = section.choice("select", fallback: .lung) ?? .lung
        guard select == .lung else {
            for key in ["smallest-lung-fraction", "air-hu"] where section.value(key) != nil {
                section.add(at: key, "`\(key)` has no meaning with `select: all`")
            }
            return .all
        }
        guard case .lung(let fraction, let air) = SliceSelectionRule.defaultLung else { return .defaultLung }
        let smallest = section.number("smallest-lung-fraction", in: 0...1, fallback: fraction)
        let ends = section.numbers(
            "air-hu", in: -32768...Double(LungArea.tissueAboveHU),
            fallback: [Double(air.lowerBound), Double(air.upperBound)])
        guard ends.count == 2, let lower = Int(exactly: ends[0]), let upper = Int(exactly: ends[1]), lower <= upper
        else {
            if section.value("air-hu")?.sequence?.count == ends.count {
                section.add(at: "air-hu", "`air-hu`: expected two whole numbers, the lower one first")
            }
            return .defaultLung
        }
        return .lung(smallestFraction: smallest, airRangeHU: lower...upper)
    }

    private enum Aggregation: String, CaseIterable {
        case topKMean = "top-k-mean"
        case maximum
        case mean
        case percentile
        case noisyOr = "noisy-or"
        case fractionPositive = "fraction-positive"

        /// The parameters that the rule has.
        var parameters: [String] {
            switch self {
            case .topKMean: ["k", "reference-spacing-mm"]
            case .percentile: ["percentile"]
            case .fractionPositive: ["threshold"]
            case .maximum, .mean, .noisyOr: []
            }
        }
    }

    static func judging(_ top: YAMLSection) -> JudgingDefinition {
        let standard = JudgingDefinition()
        let parameters = Aggregation.allCases.flatMap(\.parameters)
        let section = top.section(
            "judging",
            keys: ["aggregation", "negative-below", "positive-from", "fewest-scored-slices", "slice-positive-from"]
                + parameters)
        let aggregation: Aggregation = section.choice("aggregation", fallback: .topKMean) ?? .topKMean
        for key in parameters where section.value(key) != nil && !aggregation.parameters.contains(key) {
            section.add(at: key, "`\(key)` has no meaning with `aggregation: \(aggregation.rawValue)`")
        }
        let negativeBelow = section.number("negative-below", in: 0...1, fallback: standard.negativeBelow)
        let positiveFrom = section.number("positive-from", in: 0...1, fallback: standard.positiveFrom)
        if negativeBelow > positiveFrom {
            section.add(
                at: section.value("negative-below") == nil ? "positive-from" : "negative-below",
                "`negative-below` (\(shortest(negativeBelow))) must not lie above `positive-from` (\(shortest(positiveFrom)))"
            )
        }
        return JudgingDefinition(
            aggregation: rule(aggregation, section), negativeBelow: negativeBelow, positiveFrom: positiveFrom,
            fewestScoredSlices: section.integer(
                "fewest-scored-slices", in: 1...100_000, fallback: standard.fewestScoredSlices),
            slicePositiveFrom: section.number("slice-positive-from", in: 0...1, fallback: standard.slicePositiveFrom))
    }

    private static func rule(_ aggregation: Aggregation, _ section: YAMLSection) -> AggregationRule {
        switch aggregation {
        case .topKMean:
            var reference: Double? = 5
            if section.value("reference-spacing-mm")?.scalar?.string == "none" {
                reference = nil
            } else {
                reference = section.number("reference-spacing-mm", in: 0.01...100, fallback: 5)
            }
            return .topKMean(
                k: section.integer("k", in: 1...10_000, fallback: 3), referenceSpacingMillimetres: reference)
        case .maximum: return .maximum
        case .mean: return .mean
        case .percentile: return .percentile(section.number("percentile", in: 0...100))
        case .noisyOr: return .noisyOr
        case .fractionPositive: return .fractionPositive(threshold: section.number("threshold", in: 0...1))
        }
    }

    static func report(_ top: YAMLSection) -> ReportDefinition {
        let standard = ReportDefinition()
        let section = top.section("report", keys: ["key-pictures", "window"])
        let keyPictures = section.integer("key-pictures", in: 0...64, fallback: standard.keyPictures)
        guard section.value("window") != nil else {
            return ReportDefinition(keyPictures: keyPictures, window: standard.window)
        }
        return ReportDefinition(keyPictures: keyPictures, window: window(section.section("window", keys: windowKeys)))
    }

    private static let windowKeys = ["center", "width", "function"]

    /// A window: PS3.3 C.11.2.1.2.1 allows LINEAR widths from 1, the others (C.11.2.1.3) any above 0.
    private static func window(_ section: YAMLSection) -> Window {
        let function: WindowFunction = section.choice("function", fallback: .linear) ?? .linear
        return Window(
            windowCenterHU: section.number("center", in: -100_000...100_000),
            windowWidthHU: section.number("width", in: (function == .linear ? 1 : 0.001)...100_000),
            function: function)
    }
}
