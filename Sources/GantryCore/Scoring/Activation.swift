/// What makes probabilities of a network's logits.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
    /// The softmax of all: the classes exclude each other, and their probabilities add up to 1.
    case softmax
    /// A sigmoid of each: the outputs are labels, any number of which may hold, and each has a probability of its own.
    /// One output is one label.
    case sigmoid

    /// Fewest outputs that it gives a meaning: a softmax of one is 1 whatever the image.
    public var fewestOutputs: Int { self == .softmax ? 2 : 1 }

    /// What an output is called, for a person.
    public var outputName: (singular: String, plural: String) {
        self == .softmax ? ("class", "classes") : ("label", "labels")
    }

    /// Where a label holds, by its own probability.
    public static let labelHoldsFrom = 0.5

    /// Indices of the outputs that these `probabilities` say hold: of classes the first of the most probable ones, of
    /// labels each from `labelHoldsFrom` on.
    public func holding(in probabilities: [Double]) -> [Int] {
        switch self {
        case .softmax:
            probabilities.indices.max { probabilities[$0] < probabilities[$1] }.map { [$0] } ?? []
        case .sigmoid: probabilities.indices.filter { probabilities[$0] >= Self.labelHoldsFrom }
        }
    }
}
