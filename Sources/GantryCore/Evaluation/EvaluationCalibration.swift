/// Whether probabilities are as often right as they say.
public struct EvaluationCalibration: Sendable, Hashable, Encodable {
    /// Cases whose probability lies in one bin.
    public struct Bin: Sendable, Hashable, Encodable {
        /// Above this, or this in the first bin ...
        public var from: Double
        /// ... up to this.
        public var to: Double
        /// Cases.
        public var count: Int
        /// Mean of their probabilities; nil without cases.
        public var meanProbability: Double?
        /// Share of them that is positive; nil without cases.
        public var positives: Double?

        /// A bin.
        public init(from: Double, to: Double, count: Int, meanProbability: Double?, positives: Double?) {
            self.from = from
            self.to = to
            self.count = count
            self.meanProbability = meanProbability
            self.positives = positives
        }

        private enum CodingKeys: String, CodingKey { case from, to, count, meanProbability, positives }

        /// What is missing is null.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(from, forKey: .from)
            try container.encode(to, forKey: .to)
            try container.encode(count, forKey: .count)
            try container.encode(meanProbability, forKey: .meanProbability)
            try container.encode(positives, forKey: .positives)
        }
    }

    /// The parts of the Brier score: reliability - resolution + uncertainty + withinBins.
    public struct Parts: Sendable, Hashable, Encodable {
        /// How far bins' probabilities are from what is true in them, squared.
        public var reliability: Double
        /// How far what is true in the bins is from the mean, squared; the more the better.
        public var resolution: Double
        /// Variance of the truth.
        public var uncertainty: Double
        /// What differs within the bins.
        public var withinBins: Double

        /// These parts.
        public init(reliability: Double, resolution: Double, uncertainty: Double, withinBins: Double) {
            self.reliability = reliability
            self.resolution = resolution
            self.uncertainty = uncertainty
            self.withinBins = withinBins
        }
    }

    /// Bins of equal width, from 0 to 1.
    public var bins: [Bin]
    /// Mean distance of a bin's mean probability and its share of positives, weighted by its cases; nil without cases.
    public var expectedError: Double?
    /// Mean squared distance of probability and truth; nil without cases.
    public var brierScore: Double?
    /// What it consists of; nil without cases.
    public var parts: Parts?

    /// Figures of calibration.
    public init(bins: [Bin], expectedError: Double?, brierScore: Double?, parts: Parts?) {
        self.bins = bins
        self.expectedError = expectedError
        self.brierScore = brierScore
        self.parts = parts
    }

    private enum CodingKeys: String, CodingKey { case bins, expectedError, brierScore, parts }

    /// What is missing is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(bins, forKey: .bins)
        try container.encode(expectedError, forKey: .expectedError)
        try container.encode(brierScore, forKey: .brierScore)
        try container.encode(parts, forKey: .parts)
    }
}
