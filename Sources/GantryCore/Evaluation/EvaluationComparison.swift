/// Another bundle or store on the same cases.
public struct EvaluationComparison: Sendable, Hashable, Encodable {
    /// Areas under the ROC curves of both, on the cases that both have scored: DeLong's test.
    public struct Areas: Sendable, Hashable, Encodable {
        /// What the cases are.
        public var unit: EvaluationUnit
        /// Of which class, or label.
        public var label: String
        /// Cases that both have scored and of which the truth is known.
        public var cases: Int
        /// Area of the first.
        public var first: Double?
        /// Area of the other.
        public var second: Double?
        /// First less second, with its interval of 95 %.
        public var difference: EvaluationFigure
        /// The difference over its standard error.
        public var z: Double?
        /// The probability of a difference at least as large, either way, were there none.
        public var probability: Double?

        /// Two areas.
        public init(
            unit: EvaluationUnit, label: String, cases: Int, first: Double?, second: Double?,
            difference: EvaluationFigure, z: Double?, probability: Double?
        ) {
            self.unit = unit
            self.label = label
            self.cases = cases
            self.first = first
            self.second = second
            self.difference = difference
            self.z = z
            self.probability = probability
        }

        private enum CodingKeys: String, CodingKey {
            case unit, label, cases, first, second, difference, z, probability
        }

        /// What is missing is null.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(unit, forKey: .unit)
            try container.encode(label, forKey: .label)
            try container.encode(cases, forKey: .cases)
            try container.encode(first, forKey: .first)
            try container.encode(second, forKey: .second)
            try container.encode(difference, forKey: .difference)
            try container.encode(z, forKey: .z)
            try container.encode(probability, forKey: .probability)
        }
    }

    /// What the other is.
    public var other: String
    /// A row for each level and label.
    public var areas: [Areas]
    /// What the cases of the agreement are.
    public var unit: EvaluationUnit
    /// Findings of the same cases: rows the first's, columns the other's, in the order of `Finding.allCases`.
    public var agreement: [[Int]]
    /// Cases with the same finding.
    public var same: EvaluationShare

    /// A comparison.
    public init(other: String, areas: [Areas], unit: EvaluationUnit, agreement: [[Int]], same: EvaluationShare) {
        self.other = other
        self.areas = areas
        self.unit = unit
        self.agreement = agreement
        self.same = same
    }
}
