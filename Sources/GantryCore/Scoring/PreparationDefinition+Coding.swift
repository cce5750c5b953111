/// As the table of the settings says, so that a setting that comes later leaves the digests of earlier definitions
/// alone; the windows stand beside them.
extension PreparationDefinition {
    private enum Beside: String, CodingKey {
        case windows
    }

    /// A setting that is absent because it came later has its default.
    public init(from decoder: any Decoder) throws {
        let windows = try decoder.container(keyedBy: Beside.self).decode([Window].self, forKey: .windows)
        self = try Self.settings.decode(from: decoder)
        self.windows = windows
    }

    /// A setting that came later is left out at its default.
    public func encode(to encoder: any Encoder) throws {
        try Self.settings.encode(self, to: encoder)
        var container = encoder.container(keyedBy: Beside.self)
        try container.encode(windows, forKey: .windows)
    }
}
