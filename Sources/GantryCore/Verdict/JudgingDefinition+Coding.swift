/// As the table of the settings says, so that a setting that comes later leaves the digests of earlier definitions
/// alone; the aggregation stands beside them.
extension JudgingDefinition {
    private enum Beside: String, CodingKey {
        case aggregation
    }

    /// A setting that is absent because it came later has its default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Beside.self)
        let aggregation = try container.decode(AggregationRule.self, forKey: .aggregation)
        self = try Self.settings.decode(from: decoder)
        self.aggregation = aggregation
    }

    /// A setting that came later is left out at its default.
    public func encode(to encoder: any Encoder) throws {
        try Self.settings.encode(self, to: encoder)
        var container = encoder.container(keyedBy: Beside.self)
        try container.encode(aggregation, forKey: .aggregation)
    }
}
