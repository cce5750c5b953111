import GantryCore

/// What a network says of a picture.
struct Prediction: Encodable {
    /// The file, as it is shown.
    var file: String
    /// Names of the classes, in the network's order.
    var classes: [String]
    /// Their probabilities; they add up to 1.
    var probabilities: [Double]
    /// What the bundle's thresholds make of the positive class's probability.
    var finding: Finding

    /// Index of the class of the highest probability, the first of several.
    var best: Int { probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0 }

    private enum Keys: String, CodingKey {
        case file, `class`, finding, probabilities
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(file, forKey: .file)
        try container.encode(classes[best], forKey: .class)
        try container.encode(finding, forKey: .finding)
        // Names of classes are different from each other.
        try container.encode(
            Dictionary(zip(classes, probabilities)) { first, _ in first }, forKey: .probabilities)
    }
}
