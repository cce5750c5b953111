/// What cases are: studies, slices or images.
public enum EvaluationUnit: String, Sendable, Hashable, Codable, CaseIterable {
    /// A study, by its aggregated probability and its verdict.
    case study
    /// A slice that was scored.
    case slice
    /// A picture.
    case image

    /// The word for one of them, and for several.
    public var words: (singular: String, plural: String) {
        switch self {
        case .study: ("study", "studies")
        case .slice: ("slice", "slices")
        case .image: ("image", "images")
        }
    }
}

/// The figures of all cases of one kind.
public struct EvaluationLevel: Sendable, Hashable, Encodable {
    /// What the cases are.
    public var unit: EvaluationUnit
    /// A row for each label: of two classes the positive one alone, otherwise every class, or label, the positive one
    /// first.
    public var labels: [EvaluationLabel]
    /// Which class was said of each; nil where outputs are labels, or the truth names no classes.
    public var confusion: EvaluationConfusion?

    /// A level of these parts.
    public init(unit: EvaluationUnit, labels: [EvaluationLabel], confusion: EvaluationConfusion?) {
        self.unit = unit
        self.labels = labels
        self.confusion = confusion
    }

    private enum CodingKeys: String, CodingKey { case unit, labels, confusion }

    /// What is missing is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(unit, forKey: .unit)
        try container.encode(labels, forKey: .labels)
        try container.encode(confusion, forKey: .confusion)
    }
}

/// Which class was said of the cases of each: the one of the highest probability.
public struct EvaluationConfusion: Sendable, Hashable, Encodable {
    /// Names of the classes.
    public var classes: [String]
    /// **Shape** `[classes][classes]`: rows the true classes, columns those that were said.
    public var counts: [[Int]]
    /// Cases whose class was said.
    public var accuracy: EvaluationShare

    /// A matrix of these counts.
    public init(classes: [String], counts: [[Int]], accuracy: EvaluationShare) {
        self.classes = classes
        self.counts = counts
        self.accuracy = accuracy
    }
}
