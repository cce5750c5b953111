import GantryCore

/// The section `repeatability`: bands that `gantry model repeatability` measured.
extension PipelineDefinition {
    static let repeatabilitySection = "repeatability"
    static let repeatabilityKeys = [
        "probability", "lung-ml", "extent-mm", "pairs", "data-sha256", "measuring-sha256",
    ]

    /// The bands, where they were measured with this network, preparation, aggregation and threshold of slices; nil
    /// where none were, or something of that is another since.
    public var validRepeatability: Repeatability? {
        repeatability?.measuringDigest == DefinitionDigest.measuring(self) ? repeatability : nil
    }

    static func repeatability(_ top: YAMLSection) -> Repeatability? {
        guard top.value(repeatabilitySection) != nil else { return nil }
        let section = top.section(repeatabilitySection, keys: repeatabilityKeys)
        func band(_ key: String, atMost largest: Double) -> Double? {
            section.value(key) == nil ? nil : section.number(key, in: 1e-9...largest)
        }
        return Repeatability(
            probability: section.number("probability", in: 1e-9...2), lungMillilitres: band("lung-ml", atMost: 1e6),
            extentMillimetres: band("extent-mm", atMost: 1e6),
            pairs: section.integer("pairs", in: WithinSubject.fewestPairs...1_000_000),
            dataSHA256: digest(section, "data-sha256"), measuringDigest: digest(section, "measuring-sha256"))
    }

    /// The section's keys with their values as text; of what was not measured none.
    static func repeatabilityLines(_ bands: Repeatability) -> [(key: String, value: String)] {
        [
            ("probability", bands.probability.map(shortest)), ("lung-ml", bands.lungMillilitres.map(shortest)),
            ("extent-mm", bands.extentMillimetres.map(shortest)), ("pairs", "\(bands.pairs)"),
            ("data-sha256", "\"\(bands.dataSHA256)\""), ("measuring-sha256", "\"\(bands.measuringDigest)\""),
        ].compactMap { key, value in value.map { (key, $0) } }
    }
}

extension PipelineText {
    /// `yaml` with the bands in its section `repeatability`, in place of those it has.
    ///
    /// Nil where the section is there and not written one key a line, so that only a person can change it; what is
    /// returned has been read back.
    public static func measuring(_ bands: Repeatability, in yaml: String) -> String? {
        guard var expected = try? PipelineDefinition(yaml: yaml) else { return nil }
        expected.repeatability = bands
        let section = PipelineDefinition.repeatabilitySection
        var lines = lines(of: yaml)
        if lines.last == "" { lines.removeLast() }
        if !lines.contains(where: { $0.hasPrefix(section + ":") }), let last = lines.last {
            // A section of its own stands apart from the one before.
            let end = last.last?.isNewline == true ? String(last.suffix(1)) : "\n"
            if last.last?.isNewline != true { lines[lines.count - 1] = last + end }
            lines.append(end)
        }
        for key in PipelineDefinition.repeatabilityKeys { take(key, out: section, &lines) }
        var before: String?
        for (key, value) in PipelineDefinition.repeatabilityLines(bands) {
            put(key, value, in: section, after: before, &lines)
            before = key
        }
        let text = lines.joined()
        guard let found = try? PipelineDefinition(yaml: text), found == expected else { return nil }
        return text
    }
}
