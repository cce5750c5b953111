/// One rule applied to one series: a row of its table.
public struct RuleOutcome: Sendable, Hashable, Codable {
    /// Which rule.
    public var rule: RuleName
    /// What was expected, in words.
    public var expected: String
    /// What was found, in words.
    public var measured: String
    /// Whether the series passed.
    public var passed: Bool

    /// A row.
    public init(rule: RuleName, expected: String, measured: String, passed: Bool) {
        self.rule = rule
        self.expected = expected
        self.measured = measured
        self.passed = passed
    }
}
