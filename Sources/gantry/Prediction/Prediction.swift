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
    /// What the bundle's thresholds make of the positive class's probability; indeterminate where the picture is unlike
    /// what the network was trained on.
    private(set) var finding: Finding
    /// How far it lies from what the network was trained on; nil where that is not known.
    let distance: Double?
    /// Whether it is unlike that; nil where it is not known.
    let isUnlike: Bool?

    /// What a network says; beyond a distance of `limit` the picture is unlike its training data.
    init(
        file: String, classes: [String], activation: Activation, probabilities: [Double], finding: Finding,
        distance: Double?, limit: Double?
    ) {
        self.file = file
        self.classes = classes
        self.activation = activation
        self.probabilities = probabilities
        self.distance = distance
        isUnlike = distance.flatMap { distance in limit.map { distance > $0 } }
        self.finding = isUnlike == true ? .indeterminate : finding
    }

    /// Indices of what the picture is or has: of classes the one of the highest probability, the first of several; of
    /// labels each that holds, perhaps none.
    var holding: [Int] { activation.holding(in: probabilities) }

    private enum Keys: String, CodingKey {
        case file, `class`, labels, finding, probabilities, distance, unlikeTraining
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
        try container.encodeIfPresent(distance, forKey: .distance)
        try container.encodeIfPresent(isUnlike, forKey: .unlikeTraining)
    }
}
