/// As the table of the settings says, so that a setting that comes later leaves the digests of earlier definitions
/// alone; what is prepared, where it is no CT, and the windows stand beside them.
extension PreparationDefinition {
    private enum Beside: String, CodingKey {
        case input, windows
    }

    /// A setting that is absent because it came later has its default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Beside.self)
        let input = try container.decodeIfPresent(InputKind.self, forKey: .input) ?? .ct
        self = try input.settings.decode(from: decoder)
        windows = try container.decode([Window].self, forKey: .windows)
    }

    /// A setting that came later is left out at its default.
    public func encode(to encoder: any Encoder) throws {
        try input.settings.encode(self, to: encoder)
        var container = encoder.container(keyedBy: Beside.self)
        if input != .ct { try container.encode(input, forKey: .input) }
        try container.encode(windows, forKey: .windows)
    }
}
