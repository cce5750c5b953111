/// What one epoch of training came to: a row of `history.csv`, a point of the curves.
public struct EpochRecord: Sendable, Hashable, Codable {
    /// From 1.
    public var epoch: Int
    /// Steps made so far, from the first epoch on.
    public var step: Int
    /// Learning rate of the epoch's last step.
    public var learningRate: Double
    /// Mean loss of the training images, as they were met.
    public var trainingLoss: Double
    /// Share of them that was found right, 0 to 1.
    public var trainingAccuracy: Double
    /// Mean cross-entropy of the validation images after the epoch, without smoothing and class weights.
    public var validationLoss: Double
    /// Share of them that is found right, 0 to 1.
    public var validationAccuracy: Double
    /// Area under the ROC curve of the validation images; nil with more than two classes, or with one among them.
    public var validationAUC: Double?
    /// Whether this epoch's weights are the best so far.
    public var isBest: Bool
    /// Training images per second.
    public var imagesPerSecond: Double
    /// Wall-clock time of the epoch, validation included, seconds.
    public var seconds: Double

    /// A row.
    public init(
        epoch: Int, step: Int, learningRate: Double, trainingLoss: Double, trainingAccuracy: Double,
        validationLoss: Double, validationAccuracy: Double, validationAUC: Double?, isBest: Bool,
        imagesPerSecond: Double, seconds: Double
    ) {
        self.epoch = epoch
        self.step = step
        self.learningRate = learningRate
        self.trainingLoss = trainingLoss
        self.trainingAccuracy = trainingAccuracy
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.validationAUC = validationAUC
        self.isBest = isBest
        self.imagesPerSecond = imagesPerSecond
        self.seconds = seconds
    }
}
