/// Where a verdict's numbers come from: enough to make them again.
public struct Provenance: Sendable, Hashable, Codable {
    /// Version of the executable.
    public var gantryVersion: String
    /// Name of the pipeline, as its file says.
    public var pipelineName: String
    /// Version of the pipeline, as its file says.
    public var pipelineVersion: String
    /// What the pipeline's file says about itself, for people; nil where it says nothing.
    public var pipelineDescription: String?
    /// SHA-256 of the model file that the scores came from.
    public var modelSHA256: String
    /// The arithmetic of the network; nil in records of versions that knew Float32 only.
    public var precision: Precision?
    /// Digest of everything that decides the slice scores.
    public var scoringDigest: String
    /// Digest of everything that turns scores into a verdict.
    public var judgingDigest: String
    /// Digest of the sorted SOP Instance UIDs and their encoded pixel data.
    public var contentDigest: String
    /// Names of the classes, or labels, in the order of the probabilities.
    public var classes: [String]
    /// What made probabilities of the network's logits; nil in records of versions that knew the softmax only.
    public var activation: Activation?
    /// What divided the logits before they became probabilities, and the data that it was fitted on; nil where the
    /// bundle has none, and in records of versions that did not keep it.
    public var calibration: ModelCalibration?
    /// Of distances to what the network was trained on, by which slices are judged unlike it; nil where the bundle does
    /// not say what that was, and in records of versions that did not measure.
    public var distanceQuantiles: DistanceQuantiles?
    /// The class the probabilities are of.
    public var positiveClass: String
    /// How the slices' probabilities were put together, and the thresholds.
    public var judging: JudgingDefinition
    /// How far two scans of the same lungs may lie apart in these numbers; nil where the bundle does not say, and in
    /// records of versions that did not know it.
    public var repeatability: Repeatability?
    /// The reader's limits under which the slices were read; nil in records of versions that did not keep them.
    public var readerLimits: ReaderLimits?
    /// When the analysis began.
    public var startedAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp
    /// True where the scores came from the store and only the judging is new.
    public var scoresFromStore: Bool

    /// A provenance of these values.
    public init(
        gantryVersion: String, pipelineName: String, pipelineVersion: String, pipelineDescription: String? = nil,
        modelSHA256: String, precision: Precision? = nil, scoringDigest: String, judgingDigest: String,
        contentDigest: String, classes: [String],
        activation: Activation? = nil, calibration: ModelCalibration? = nil,
        distanceQuantiles: DistanceQuantiles? = nil, positiveClass: String, judging: JudgingDefinition,
        repeatability: Repeatability? = nil, readerLimits: ReaderLimits? = nil, startedAt: Timestamp,
        finishedAt: Timestamp, scoresFromStore: Bool
    ) {
        self.gantryVersion = gantryVersion
        self.pipelineName = pipelineName
        self.pipelineVersion = pipelineVersion
        self.pipelineDescription = pipelineDescription
        self.modelSHA256 = modelSHA256
        self.precision = precision
        self.scoringDigest = scoringDigest
        self.judgingDigest = judgingDigest
        self.contentDigest = contentDigest
        self.classes = classes
        self.activation = activation
        self.calibration = calibration
        self.distanceQuantiles = distanceQuantiles
        self.positiveClass = positiveClass
        self.judging = judging
        self.repeatability = repeatability
        self.readerLimits = readerLimits
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.scoresFromStore = scoresFromStore
    }
}
