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
                "`positive-class`: `\(printable(positive))` is none of the classes "
                    + "\(printable(classes.joined(separator: ", ")))"
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
                    "`precision`: int8 needs `quantized-file` and `quantized-sha256`; `gantry model quantize` makes "
                        + "them"
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
        let section = top.section(of: PreparationDefinition.settings, leading: ["windows"])
        var preparation = section.read(PreparationDefinition.settings)
        if let windows = section.sections("windows", keys: windowKeys)?.map(window) { preparation.windows = windows }
        let windows = preparation.windows.count
        if windows != 1, windows != channels {
            section.add(
                at: "windows",
                "`windows`: expected one window\(channels == 1 ? "" : " or three, one a channel"), found \(windows)")
        }
        if channels != PreparationDefinition().channels {
            for key in ["mean", "standard-deviation"] where section.value(key) == nil {
                section.add(at: key, "`\(key)` is missing: the defaults are those of three channels")
            }
        }
        let counts = [("mean", preparation.mean.count), ("standard-deviation", preparation.standardDeviation.count)]
        for (key, count) in counts where count != channels && section.value(key)?.sequence?.count == count {
            section.add(
                at: key,
                "`\(key)`: expected \(channels == 1 ? "one number" : "three numbers"), one a channel, found \(count)")
        }
        return preparation
    }

    static func series(_ top: YAMLSection) -> SeriesRules {
        top.section(of: SeriesRules.settings).read(SeriesRules.settings)
    }

    /// The key of `SecondOpinionExtent` in `reader:`.
    static let secondOpinionKey = "second-opinion"

    static func reader(_ top: YAMLSection) -> (limits: ReaderLimits, secondOpinion: SecondOpinionExtent) {
        let section = top.section(of: ReaderLimits.settings, trailing: [secondOpinionKey])
        return (section.read(ReaderLimits.settings), section.choice(secondOpinionKey, fallback: .sample) ?? .sample)
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

    static func judging(_ top: YAMLSection) -> JudgingDefinition {
        typealias Rule = AggregationSettings.Rule
        let parameters = Rule.allCases.flatMap(\.settings.keys)
        let section = top.section(of: JudgingDefinition.settings, leading: ["aggregation"], trailing: parameters)
        let rule: Rule = section.choice("aggregation", fallback: .topKMean) ?? .topKMean
        for key in parameters where section.value(key) != nil && !rule.settings.keys.contains(key) {
            section.add(at: key, "`\(key)` has no meaning with `aggregation: \(rule.rawValue)`")
        }
        var aggregation = section.read(rule.settings)
        aggregation.rule = rule
        var judging = section.read(JudgingDefinition.settings)
        judging.aggregation = aggregation.aggregation
        let (negativeBelow, positiveFrom) = (judging.negativeBelow, judging.positiveFrom)
        if negativeBelow > positiveFrom {
            section.add(
                at: section.value("negative-below") == nil ? "positive-from" : "negative-below",
                "`negative-below` (\(shortest(negativeBelow))) must not lie above `positive-from` "
                    + "(\(shortest(positiveFrom)))"
            )
        }
        return judging
    }

    static func report(_ top: YAMLSection) -> ReportDefinition {
        let section = top.section(of: ReportDefinition.settings, trailing: ["window"])
        var report = section.read(ReportDefinition.settings)
        if section.value("window") != nil { report.window = window(section.section("window", keys: windowKeys)) }
        return report
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
