/// A case whose verdict is not what is true: definite and wrong.
public struct EvaluationWrong: Sendable, Hashable, Encodable {
    /// The study's key, or the picture's name.
    public var name: String
    /// What is true, by name.
    public var truth: String
    /// What was said.
    public var said: String
    /// Of the positive class; of pictures of several classes, of the class that was said.
    public var probability: Double
    /// How far the probability is from the truth, 0 to 1: the worst have most.
    public var distance: Double
    /// Its report, relative to the page's folder; nil where there is none.
    public var report: String?

    /// A case.
    public init(
        name: String, truth: String, said: String, probability: Double, distance: Double, report: String? = nil
    ) {
        self.name = name
        self.truth = truth
        self.said = said
        self.probability = probability
        self.distance = distance
        self.report = report
    }

    private enum CodingKeys: String, CodingKey { case name, truth, said, probability, distance, report }

    /// What is missing is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(truth, forKey: .truth)
        try container.encode(said, forKey: .said)
        try container.encode(probability, forKey: .probability)
        try container.encode(distance, forKey: .distance)
        try container.encode(report, forKey: .report)
    }
}
