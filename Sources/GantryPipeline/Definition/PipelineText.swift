import GantryCore

/// Changes to the text of a pipeline file that leave its comments and order alone.
public enum PipelineText {
    /// `yaml` with `quantized-file` and `quantized-sha256` of its `model` section naming `model`: in place of those it
    /// has, or after the line of `sha256`.
    ///
    /// Nil where the section is not written one key a line, so that only a person can change it; what is returned has
    /// been read back.
    public static func naming(_ model: QuantizedModel, in yaml: String) -> String? {
        guard var expected = try? PipelineDefinition(yaml: yaml) else { return nil }
        expected.scoring.model.quantized = model
        var lines = lines(of: yaml)
        func index(of key: String) -> Int? {
            lines.firstIndex { $0.drop { $0 == " " }.hasPrefix(key + ":") && $0.hasPrefix(" ") }
        }
        for key in ["quantized-file", "quantized-sha256"] {
            if let index = index(of: key) { lines.remove(at: index) }
        }
        guard let digest = index(of: "sha256") else { return nil }
        if lines[digest].last?.isNewline != true { lines[digest].append("\n") }
        let end = lines[digest].suffix(1)
        let indentation = lines[digest].prefix { $0 == " " }
        lines.insert(
            contentsOf: [
                "\(indentation)quantized-file: \(model.file)          # made by `gantry model quantize`, for "
                    + "`precision: int8`\(end)",
                "\(indentation)quantized-sha256: \"\(model.sha256)\"\(end)",
            ], at: digest + 1)
        let text = lines.joined()
        guard let found = try? PipelineDefinition(yaml: text), found == expected else { return nil }
        return text
    }

    /// The lines, each with its end: a line feed, or a carriage return and a line feed, which Swift takes as one
    /// character.
    static func lines(of text: String) -> [String] {
        var lines = [""]
        for character in text {
            lines[lines.count - 1].append(character)
            if character.isNewline { lines.append("") }
        }
        return lines
    }
}
