/// The figures of one class, or label, against all that are not of it.
public struct EvaluationLabel: Sendable, Hashable, Encodable {
    /// Its name.
    public var label: String
    /// Cases of which probability and truth are known.
    public var cases: Int
    /// Those that have it.
    public var positives: Int
    /// Patients whose cases they are.
    public var patients: Int
    /// Area under the ROC curve, its interval by a bootstrap over the patients.
    public var area: EvaluationFigure
    /// Mean precision over the recall; it has no interval.
    public var averagePrecision: EvaluationFigure
    /// What is told at each threshold.
    public var thresholds: [EvaluationThreshold]
    /// Whether the probabilities are as often right as they say.
    public var calibration: EvaluationCalibration
    /// The ROC curve; points that a drawing would not tell apart are left out.
    public var roc: [EvaluationPoint]
    /// Precision (`y`) against recall (`x`), likewise.
    public var precisionRecall: [EvaluationPoint]

    /// A row of these figures.
    public init(
        label: String, cases: Int, positives: Int, patients: Int, area: EvaluationFigure,
        averagePrecision: EvaluationFigure, thresholds: [EvaluationThreshold], calibration: EvaluationCalibration,
        roc: [EvaluationPoint], precisionRecall: [EvaluationPoint]
    ) {
        self.label = label
        self.cases = cases
        self.positives = positives
        self.patients = patients
        self.area = area
        self.averagePrecision = averagePrecision
        self.thresholds = thresholds
        self.calibration = calibration
        self.roc = roc
        self.precisionRecall = precisionRecall
    }
}

/// A point of a curve.
public struct EvaluationPoint: Sendable, Hashable, Encodable {
    /// False positive rate, or recall.
    public var x: Double
    /// True positive rate, or precision.
    public var y: Double

    /// The point at these coordinates.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// What is told where everything from a threshold on is called positive.
public struct EvaluationThreshold: Sendable, Hashable, Encodable {
    /// The key of the pipeline file that sets it, such as `positive-from`; `most-probable` where the most probable
    /// class is what is said.
    public var name: String
    /// The threshold; nil for the most probable class.
    public var threshold: Double?
    /// Of those that have the label, the share that is called so.
    public var sensitivity: EvaluationShare
    /// Of those that do not, the share that is not.
    public var specificity: EvaluationShare
    /// Of those that are called so, the share that has it.
    public var positivePredictiveValue: EvaluationShare
    /// Of those that are not, the share that does not.
    public var negativePredictiveValue: EvaluationShare
    /// Share of all that is called what it is.
    public var accuracy: EvaluationShare

    /// What is told at a threshold.
    public init(
        name: String, threshold: Double?, sensitivity: EvaluationShare, specificity: EvaluationShare,
        positivePredictiveValue: EvaluationShare, negativePredictiveValue: EvaluationShare, accuracy: EvaluationShare
    ) {
        self.name = name
        self.threshold = threshold
        self.sensitivity = sensitivity
        self.specificity = specificity
        self.positivePredictiveValue = positivePredictiveValue
        self.negativePredictiveValue = negativePredictiveValue
        self.accuracy = accuracy
    }

    private enum CodingKeys: String, CodingKey {
        case name, threshold, sensitivity, specificity, positivePredictiveValue, negativePredictiveValue, accuracy
    }

    /// What is missing is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(threshold, forKey: .threshold)
        try container.encode(sensitivity, forKey: .sensitivity)
        try container.encode(specificity, forKey: .specificity)
        try container.encode(positivePredictiveValue, forKey: .positivePredictiveValue)
        try container.encode(negativePredictiveValue, forKey: .negativePredictiveValue)
        try container.encode(accuracy, forKey: .accuracy)
    }
}
