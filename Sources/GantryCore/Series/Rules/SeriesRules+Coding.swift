/// As the table of the settings says, so that a setting that comes later leaves the digests of earlier definitions
/// alone.
extension SeriesRules {
    /// A setting that is absent because it came after version 0.4.0 has its default.
    public init(from decoder: any Decoder) throws { self = try Self.settings.decode(from: decoder) }

    /// A setting that came after version 0.4.0 is left out at its default.
    public func encode(to encoder: any Encoder) throws { try Self.settings.encode(self, to: encoder) }
}
