/// Everything that decides what number a slice gets: network, preparation, selection. Part of the pipeline bundle's
/// contract; its digest is the *scoring digest*.
public struct ScoringDefinition: Sendable, Hashable, Codable {
    /// The network.
    public var model: ModelDescription
    /// From Hounsfield to the network's input.
    public var preparation: PreparationDefinition
    /// Which slices are scored.
    public var sliceSelection: SliceSelectionRule
    /// Which series is scored.
    public var seriesRules: SeriesRules

    /// A definition of these parts.
    public init(
        model: ModelDescription, preparation: PreparationDefinition, sliceSelection: SliceSelectionRule,
        seriesRules: SeriesRules
    ) {
        self.model = model
        self.preparation = preparation
        self.sliceSelection = sliceSelection
        self.seriesRules = seriesRules
    }
}

/// The network of a bundle.
public struct ModelDescription: Sendable, Hashable, Codable {
    /// File name inside the bundle.
    public var file: String
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// Layout of the residual network.
    public var variant: ModelVariant
    /// Names of the classes in the order of the logits.
    public var classes: [String]
    /// The class whose probability is aggregated; one of `classes`.
    public var positiveClass: String

    /// A description of a network.
    public init(file: String, sha256: String, variant: ModelVariant, classes: [String], positiveClass: String) {
        self.file = file
        self.sha256 = sha256
        self.variant = variant
        self.classes = classes
        self.positiveClass = positiveClass
    }
}

/// Layouts of ResNet-50 found in the wild.
public enum ModelVariant: String, Sendable, Hashable, Codable, CaseIterable {
    /// torchvision `resnet50`, "v1.5": stride on the 3x3, no convolution bias, epsilon 1e-5.
    case torchvisionV15 = "resnet50-v1.5"
    /// Keras `ResNet50`, "v1": stride on the first 1x1, convolution bias, epsilon 1.001e-5.
    case kerasV1 = "resnet50-v1"
}

/// From Hounsfield units to the network's input `[3, S, S]`: window, area-averaging resize, normalisation.
public struct PreparationDefinition: Sendable, Hashable, Codable {
    /// One window, replicated to three channels, or three.
    public var windows: [Window]
    /// Side S of the square input, pixels.
    public var inputSize: Int
    /// Subtracted from each windowed channel (0...1).
    public var mean: [Double]
    /// Divides each channel after the mean was subtracted.
    public var standardDeviation: [Double]

    /// A preparation; ImageNet's statistics unless given.
    public init(
        windows: [Window] = [.lung], inputSize: Int = 224, mean: [Double] = [0.485, 0.456, 0.406],
        standardDeviation: [Double] = [0.229, 0.224, 0.225]
    ) {
        self.windows = windows
        self.inputSize = inputSize
        self.mean = mean
        self.standardDeviation = standardDeviation
    }
}

/// Which slices of the chosen series are scored.
public enum SliceSelectionRule: Sendable, Hashable, Codable {
    /// Every slice.
    case all
    /// Slices on which air of `airRangeHU` enclosed by the body covers at least `smallestFraction` of the body.
    case lung(smallestFraction: Double, airRangeHU: ClosedRange<Int>)

    /// DESIGN.md's default.
    public static let defaultLung = SliceSelectionRule.lung(smallestFraction: 0.05, airRangeHU: -1000...(-400))
}
