import GantryCore

extension PipelineText {
    /// `yaml` with `features-file` and `features-sha256` of its `model` section naming `profile`, in place of those it
    /// has.
    ///
    /// Nil where the section is not written one key a line, so that only a person can change it; what is returned has
    /// been read back.
    public static func naming(_ profile: ProfileFile, in yaml: String) -> String? {
        guard var expected = try? PipelineDefinition(yaml: yaml) else { return nil }
        expected.scoring.model.profile = profile
        var lines = lines(of: yaml)
        if lines.last == "" { lines.removeLast() }
        put("features-sha256", "\"\(profile.sha256)\"", in: "model", after: "sha256", &lines)
        put("features-file", profile.file, in: "model", after: "sha256", &lines)
        let text = lines.joined()
        guard let found = try? PipelineDefinition(yaml: text), found == expected else { return nil }
        return text
    }
}
