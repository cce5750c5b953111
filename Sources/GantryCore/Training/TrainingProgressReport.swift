/// A training run as it is shown to a person, after any epoch: what `training.html` is made of.
public struct TrainingProgressReport: Sendable {
    /// One validation image and what the network says of it.
    public struct Prediction: Sendable {
        /// The file, or SOP Instance UID and frame, as the manifest names it.
        public var name: String
        /// Index of its class.
        public var label: Int
        /// Of each class, after the softmax.
        public var probabilities: [Double]
        /// The picture as a PNG file's bytes, small; only of those that the network is most wrong about.
        public var picture: [UInt8]?

        /// A prediction.
        public init(name: String, label: Int, probabilities: [Double], picture: [UInt8]? = nil) {
            self.name = name
            self.label = label
            self.probabilities = probabilities
            self.picture = picture
        }
    }

    /// Where the run is.
    public enum State: Sendable, Hashable {
        /// Under way; of so many epochs.
        case running(epochs: Int)
        /// Done: all epochs, or stopped early.
        case finished(reason: String)
        /// Stopped, and can be resumed: why.
        case stopped(reason: String)
    }

    /// Name of the bundle.
    public var name: String
    /// Where the run is.
    public var state: State
    /// Names of the classes, in the order of the logits.
    public var classes: [String]
    /// The class whose probability the ROC curve is drawn of; nil with more than two classes.
    public var positiveClass: Int?
    /// A row an epoch.
    public var history: [EpochRecord]
    /// Images of each class in training, in the order of the classes.
    public var trainingCounts: [Int]
    /// The same in validation.
    public var validationCounts: [Int]
    /// Every validation image, by the weights of the best epoch, in the manifest's order.
    public var predictions: [Prediction]
    /// Rows of the recipe, as a person reads them.
    public var recipe: [(key: String, value: String)]
    /// Sentences that must be seen: leaks that were let through, other kernels, pictures that could not be read.
    public var warnings: [String]
    /// Version of Gantry that trains.
    public var gantryVersion: String
    /// The command that goes on with a stopped run; nil: `gantry train --resume` and the name.
    public var resumeCommand: String?
    /// Epochs that the recipe asks for, where the run has ended before them; nil where it has not, or that is not
    /// known.
    public var plannedEpochs: Int?
    /// When the report was made; nil where it is not to be said.
    public var madeAt: Timestamp?

    /// A report of these parts.
    public init(
        name: String, state: State, classes: [String], positiveClass: Int?, history: [EpochRecord],
        trainingCounts: [Int], validationCounts: [Int], predictions: [Prediction],
        recipe: [(key: String, value: String)], warnings: [String], gantryVersion: String,
        resumeCommand: String? = nil, plannedEpochs: Int? = nil, madeAt: Timestamp? = nil
    ) {
        self.name = name
        self.state = state
        self.classes = classes
        self.positiveClass = positiveClass
        self.history = history
        self.trainingCounts = trainingCounts
        self.validationCounts = validationCounts
        self.predictions = predictions
        self.recipe = recipe
        self.warnings = warnings
        self.gantryVersion = gantryVersion
        self.resumeCommand = resumeCommand
        self.plannedEpochs = plannedEpochs
        self.madeAt = madeAt
    }
}
