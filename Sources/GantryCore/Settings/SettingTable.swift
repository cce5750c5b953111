/// The settings of one section of a pipeline file, in the order in which they are written.
public struct SettingTable<Section: Sendable>: Sendable {
    /// The section's key in the file.
    public var section: String
    /// The digest that its settings enter; nil for none: they decide no number.
    public var digest: PipelineDigest?
    /// The section with the default of every setting.
    public var usual: Section
    /// The settings.
    public var settings: [PipelineSetting<Section>]

    /// A table.
    public init(
        _ section: String, entering digest: PipelineDigest?, usual: Section, _ settings: [PipelineSetting<Section>]
    ) {
        self.section = section
        self.digest = digest
        self.usual = usual
        self.settings = settings
    }

    /// The keys of the settings.
    public var keys: [String] { settings.map(\.key) }
}
