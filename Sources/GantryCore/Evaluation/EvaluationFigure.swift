/// A figure with its interval of 95 %.
public struct EvaluationFigure: Sendable, Hashable, Encodable {
    /// Nil where it cannot be computed.
    public var value: Double?
    /// The interval; nil where there is none.
    public var interval: ClosedRange<Double>?
    /// Why there is no value, or no interval, a clause without end mark; nil where nothing is missing.
    public var note: String?

    /// A figure of these parts.
    public init(value: Double?, interval: ClosedRange<Double>? = nil, note: String? = nil) {
        self.value = value
        self.interval = interval
        self.note = note
    }

    private enum CodingKeys: String, CodingKey { case value, lower, upper, note }

    /// What is missing is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(value, forKey: .value)
        try container.encode(interval?.lowerBound, forKey: .lower)
        try container.encode(interval?.upperBound, forKey: .upper)
        try container.encode(note, forKey: .note)
    }
}

/// A share of some cases with Wilson's interval of 95 %.
public struct EvaluationShare: Sendable, Hashable, Encodable {
    /// Cases that are counted.
    public var count: Int
    /// Cases in all.
    public var all: Int
    /// The interval; nil of no cases.
    public var interval: ClosedRange<Double>?

    /// 0 to 1; nil of no cases.
    public var value: Double? { all > 0 ? Double(count) / Double(all) : nil }

    /// `count` of `all`.
    public init(count: Int, all: Int, interval: ClosedRange<Double>?) {
        self.count = count
        self.all = all
        self.interval = interval
    }

    private enum CodingKeys: String, CodingKey { case count, all, value, lower, upper }

    /// What is missing is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(all, forKey: .all)
        try container.encode(value, forKey: .value)
        try container.encode(interval?.lowerBound, forKey: .lower)
        try container.encode(interval?.upperBound, forKey: .upper)
    }
}
