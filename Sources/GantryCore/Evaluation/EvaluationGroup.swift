/// What studies are told apart by.
public enum EvaluationAttribute: String, Sendable, Hashable, Codable, CaseIterable {
    /// (0008,0070) of the scored series.
    case manufacturer
    /// (0008,1090)
    case model
    /// (0018,1210)
    case kernel
    /// (0018,0050), the median, in bands of millimetres.
    case sliceThickness
    /// (0010,0040)
    case sex
    /// By (0010,0030) and (0008,0020), in bands of years.
    case age

    /// What a person calls it.
    public var name: String {
        switch self {
        case .manufacturer: "scanner maker"
        case .model: "scanner model"
        case .kernel: "kernel"
        case .sliceThickness: "slice thickness"
        case .sex: "sex"
        case .age: "age"
        }
    }
}

/// Studies that have something in common.
public struct EvaluationGroup: Sendable, Hashable, Encodable {
    /// Groups of fewer studies say so.
    public static let fewest = 20

    /// What they are told apart by.
    public var attribute: EvaluationAttribute
    /// What they have in common.
    public var name: String
    /// Studies.
    public var cases: Int
    /// Those that are positive.
    public var positives: Int
    /// Patients.
    public var patients: Int
    /// Area under the ROC curve, its interval by a bootstrap over the patients.
    public var area: EvaluationFigure
    /// At the upper threshold.
    public var sensitivity: EvaluationShare
    /// At the upper threshold.
    public var specificity: EvaluationShare
    /// Figures whose interval has nothing in common with that of all other studies of which the attribute is known,
    /// each as a sentence.
    public var differences: [String]
    /// Whether they are fewer than `fewest`.
    public var isSmall: Bool { cases < Self.fewest }

    /// A group.
    public init(
        attribute: EvaluationAttribute, name: String, cases: Int, positives: Int, patients: Int,
        area: EvaluationFigure, sensitivity: EvaluationShare, specificity: EvaluationShare, differences: [String]
    ) {
        self.attribute = attribute
        self.name = name
        self.cases = cases
        self.positives = positives
        self.patients = patients
        self.area = area
        self.sensitivity = sensitivity
        self.specificity = specificity
        self.differences = differences
    }

    private enum CodingKeys: String, CodingKey {
        case attribute, name, cases, positives, patients, area, sensitivity, specificity, differences, isSmall
    }

    /// With what follows from the others.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(attribute, forKey: .attribute)
        try container.encode(name, forKey: .name)
        try container.encode(cases, forKey: .cases)
        try container.encode(positives, forKey: .positives)
        try container.encode(patients, forKey: .patients)
        try container.encode(area, forKey: .area)
        try container.encode(sensitivity, forKey: .sensitivity)
        try container.encode(specificity, forKey: .specificity)
        try container.encode(differences, forKey: .differences)
        try container.encode(isSmall, forKey: .isSmall)
    }
}
