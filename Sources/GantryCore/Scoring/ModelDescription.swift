/// The network of a bundle.
public struct ModelDescription: Sendable, Hashable, Codable {
    /// File name inside the bundle.
    public var file: String
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// What the residual network is. Its `classes` follow the names.
    public var architecture: ResidualArchitecture
    /// Names of the classes, or labels, in the order of the logits: one for each.
    public var classes: [String] { didSet { architecture.classes = classes.count } }
    /// The class whose probability is aggregated; one of `classes`.
    public var positiveClass: String
    /// What makes probabilities of the logits.
    public var activation: Activation
    /// The arithmetic of its convolutions.
    public var precision: Precision
    /// The same network in 8 bits; needed for `.int8`, unused otherwise.
    public var quantized: QuantizedModel?
    /// What `gantry model calibrate` fitted; nil where nothing was, and logits are taken as they are.
    public var calibration: ModelCalibration?
    /// What its training data looked like to it; nil where the bundle does not say, and no distance is measured.
    public var profile: ProfileFile?

    /// Divides the logits before they become probabilities; 1 changes no bit.
    public var temperature: Double { calibration?.temperature ?? 1 }

    /// Index of the positive class; nil where it is none of the classes, and nothing can be judged.
    public var positiveClassIndex: Int? { classes.firstIndex(of: positiveClass) }

    /// A description of a network. The architecture gets as many classes as there are names.
    public init(
        file: String, sha256: String, architecture: ResidualArchitecture, classes: [String], positiveClass: String,
        activation: Activation = .softmax, precision: Precision = .f32, quantized: QuantizedModel? = nil,
        calibration: ModelCalibration? = nil, profile: ProfileFile? = nil
    ) {
        self.file = file
        self.sha256 = sha256
        self.architecture = architecture
        self.architecture.classes = classes.count
        self.classes = classes
        self.positiveClass = positiveClass
        self.activation = activation
        self.precision = precision
        self.quantized = quantized
        self.calibration = calibration
        self.profile = profile
    }

    /// The file that is loaded for scoring: the quantised model in 8 bits, otherwise the model.
    public var scoredFile: (file: String, sha256: String) {
        if precision == .int8, let quantized { return (quantized.file, quantized.sha256) }
        return (file, sha256)
    }

    /// The published network that this is; nil where it has no name.
    public var variant: PublishedNetwork? { PublishedNetwork(architecture) }

    private enum CodingKeys: String, CodingKey {
        case file, sha256, variant, architecture, classes, positiveClass, activation, precision, quantized
        case calibration, profile
    }

    /// What was written before there were precisions is Float32, before there were activations a softmax, and before
    /// there were temperatures or profiles has none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        file = try container.decode(String.self, forKey: .file)
        sha256 = try container.decode(String.self, forKey: .sha256)
        classes = try container.decode([String].self, forKey: .classes)
        if let variant = try container.decodeIfPresent(PublishedNetwork.self, forKey: .variant) {
            architecture = variant.architecture(classes: classes.count)
        } else {
            architecture = try container.decode(ResidualArchitecture.self, forKey: .architecture)
        }
        positiveClass = try container.decode(String.self, forKey: .positiveClass)
        activation = try container.decodeIfPresent(Activation.self, forKey: .activation) ?? .softmax
        precision = try container.decodeIfPresent(Precision.self, forKey: .precision) ?? .f32
        quantized = try container.decodeIfPresent(QuantizedModel.self, forKey: .quantized)
        calibration = try container.decodeIfPresent(ModelCalibration.self, forKey: .calibration)
        profile = try container.decodeIfPresent(ProfileFile.self, forKey: .profile)
    }

    /// Float32 and a softmax are left out and a published network is told by its name, so that a digest of the
    /// description stays what it was before there were precisions, activations and other networks.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(sha256, forKey: .sha256)
        if let variant {
            try container.encode(variant, forKey: .variant)
        } else {
            try container.encode(architecture, forKey: .architecture)
        }
        try container.encode(classes, forKey: .classes)
        try container.encode(positiveClass, forKey: .positiveClass)
        if activation != .softmax { try container.encode(activation, forKey: .activation) }
        if precision != .f32 { try container.encode(precision, forKey: .precision) }
        try container.encodeIfPresent(quantized, forKey: .quantized)
        try container.encodeIfPresent(calibration, forKey: .calibration)
        try container.encodeIfPresent(profile, forKey: .profile)
    }
}
