import GantryCore

/// What a network says of a picture.
struct Prediction: Encodable {
    /// The file, as it is shown.
    var file: String
    /// Names of the classes, or labels, in the network's order.
    var classes: [String]
    /// What made probabilities of the logits.
    var activation: Activation
    /// Their probabilities; of classes they add up to 1.
    var probabilities: [Double]
    /// What the bundle's thresholds make of the positive class's probability.
    var finding: Finding

    /// Indices of what the picture is or has: of classes the one of the highest probability, the first of several; of
    /// labels each that holds, perhaps none.
    var holding: [Int] { activation.holding(in: probabilities) }

    private enum Keys: String, CodingKey {
        case file, `class`, labels, finding, probabilities
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(file, forKey: .file)
        let names = holding.map { classes[$0] }
        switch activation {
        case .softmax: try container.encode(names.first, forKey: .class)
        case .sigmoid: try container.encode(names, forKey: .labels)
        }
        try container.encode(finding, forKey: .finding)
        // Names of classes are different from each other.
        try container.encode(
            Dictionary(zip(classes, probabilities)) { first, _ in first }, forKey: .probabilities)
    }
}
