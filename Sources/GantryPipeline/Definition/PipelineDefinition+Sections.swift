import GantryCore

/// The sections of a pipeline file, one function each.
extension PipelineDefinition {
    static func model(_ top: YAMLSection) -> ModelDescription {
        let section = top.section(
            "model",
            keys: [
                "file", "sha256", "variant", "architecture", "classes", "positive-class", "activation", "precision",
                "quantized-file", "quantized-sha256", "temperature", "calibration-sha256",
                "features-file", "features-sha256",
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
        let activation: Activation = section.choice("activation", fallback: .softmax) ?? .softmax
        if section.value("classes")?.sequence != nil {
            if classes.count < activation.fewestOutputs {
                section.add(
                    at: "classes",
                    "`classes`: expected at least \(activation == .softmax ? "two" : "one")"
                        + (classes.count == 1 ? "; a network of one output has `activation: sigmoid`" : ""))
            }
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
            activation: activation, precision: precision, quantized: quantized(section, precision: precision),
            calibration: calibration(section), profile: profile(section))
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

    /// What was fitted behind the training: a temperature, and the digest of the data, both or neither.
    private static func calibration(_ section: YAMLSection) -> ModelCalibration? {
        guard ["temperature", "calibration-sha256"].contains(where: { section.value($0) != nil }) else { return nil }
        return ModelCalibration(
            temperature: section.number("temperature", in: ModelCalibration.temperatures),
            dataSHA256: digest(section, "calibration-sha256"))
    }

    /// What training data looked like to the network, where the section names a file that says it.
    private static func profile(_ section: YAMLSection) -> ProfileFile? {
        guard ["features-file", "features-sha256"].contains(where: { section.value($0) != nil }) else { return nil }
        return ProfileFile(
            file: fileName(section, "features-file", fallback: ProfileFile.usualFile),
            sha256: digest(section, "features-sha256"))
    }

    private static func fileName(_ section: YAMLSection, _ key: String, fallback: String) -> String {
        let file = section.text(key, fallback: fallback)
        if !isName(file) || file.hasPrefix(".") {
            section.add(
                at: key, "`\(key)`: expected the plain name of a file in the bundle, found `\(printable(file))`")
        }
        return file
    }

    static func digest(_ section: YAMLSection, _ key: String) -> String {
        let digest = section.text(key)
        if !digest.isEmpty, !FileDigest.isDigest(digest) {
            section.add(at: key, "`\(key)`: expected 64 lower-case hexadecimal digits")
        }
        return digest
    }

    /// The key of `InputKind` in `preparation:`.
    static let inputKey = "input"

    /// The section `preparation` for a network whose input has this many channels.
    static func preparation(_ top: YAMLSection, channels: Int) -> PreparationDefinition {
        // Keys of the other kind are known, and told to have no meaning.
        let known = InputKind.allCases.reduce(into: [String]()) { known, input in
            known += input.settings.keys.filter { !known.contains($0) }
        }
        let section = top.section("preparation", keys: [inputKey, "windows"] + known)
        let input: InputKind = section.choice(inputKey, fallback: .ct) ?? .ct
        let foreign = known.filter { !input.settings.keys.contains($0) } + (input == .images ? ["windows"] : [])
        for key in foreign where section.value(key) != nil {
            section.add(at: key, "`\(key)` has no meaning with `\(inputKey): \(input.rawValue)`")
        }
        var preparation = section.read(input.settings)
        if input == .ct, let windows = section.sections("windows", keys: windowKeys)?.map(window) {
            preparation.windows = windows
        }
        let windows = preparation.windows.count
        if input == .ct, windows != 1, windows != channels {
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

    /// The sections that say how studies are read, chosen and reported: a picture has none of it.
    static let sectionsOfStudies = ["reader", "series", "slices", "report", repeatabilitySection]

    /// Notes each section that only studies have.
    static func refuseSectionsOfStudies(_ top: YAMLSection) {
        for key in sectionsOfStudies where top.value(key) != nil {
            top.add(
                at: key,
                "`\(key)` has no meaning with `\(inputKey): images`, which are read, prepared and scored one by one")
        }
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

    static func slices(_ top: YAMLSection) -> SliceSelectionRule {
        top.section(SliceSelectionSettings.section, keys: SliceSelectionSettings.keys)
            .read(SliceSelectionSettings.self).selection
    }

    /// The keys of `judging` that a picture has: its own probability is judged, so there is nothing to aggregate.
    static let judgingKeysOfImages = ["negative-below", "positive-from", "unlike-quantile"]

    /// The section `judging` for what is scored by slices, or picture by picture.
    static func judging(_ top: YAMLSection, of input: InputKind) -> JudgingDefinition {
        let section = top.section(of: JudgingDefinition.settings, leading: AggregationSettings.keys)
        if input == .images {
            let known = AggregationSettings.keys + JudgingDefinition.settings.keys
            for key in known where section.value(key) != nil && !judgingKeysOfImages.contains(key) {
                section.add(
                    at: key, "`\(key)` has no meaning with `\(inputKey): images`: each is judged by its own probability"
                )
            }
            let judging = section.read(JudgingDefinition.settings)
            return checked(
                JudgingDefinition(
                    negativeBelow: judging.negativeBelow, positiveFrom: judging.positiveFrom,
                    unlikeQuantile: judging.unlikeQuantile), section)
        }
        var judging = section.read(JudgingDefinition.settings)
        judging.aggregation = section.read(AggregationSettings.self).aggregation
        return checked(judging, section)
    }

    /// `judging`, after thresholds that cross were noted.
    private static func checked(_ judging: JudgingDefinition, _ section: YAMLSection) -> JudgingDefinition {
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
