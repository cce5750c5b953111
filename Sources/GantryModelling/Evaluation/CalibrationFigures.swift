/// Whether probabilities are as often right as they say.
package struct CalibrationFigures: Sendable, Hashable {
    /// Cases whose probability lies in one bin.
    package struct Bin: Sendable, Hashable {
        /// Above this, or this in the first bin ...
        package var from: Double
        /// ... up to this.
        package var to: Double
        /// Cases.
        package var count: Int
        /// Mean of their probabilities; nil without cases.
        package var meanProbability: Double?
        /// Share of them that is positive; nil without cases.
        package var positives: Double?
    }

    /// Bins of equal width, from 0 to 1.
    package let bins: [Bin]
    /// Mean distance of a bin's mean probability and its share of positives, weighted by its cases.
    package let expectedError: Double
    /// Mean squared distance of probability and truth. The four parts below add up to it:
    /// reliability - resolution + uncertainty + `withinBins`.
    package let brierScore: Double
    /// How far bins' probabilities are from what is true in them, squared; 0 is best.
    package let reliability: Double
    /// How far what is true in the bins is from the mean, squared; the more the better.
    package let resolution: Double
    /// Variance of the truth, which no forecast changes.
    package let uncertainty: Double
    /// What differs within the bins.
    package let withinBins: Double

    /// Of probabilities of the positive class; nil without cases, where the counts differ, or where a probability is
    /// not within 0...1.
    ///
    /// **Source** Murphy, "A new vector partition of the probability score", Journal of Applied Meteorology 12 (1973);
    /// Stephenson, Coelho and Jolliffe, "Two extra components in the Brier score decomposition" (2008), for what is
    /// within bins; Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning"
    /// (2015), for the expected error.
    package init?(probabilities: [Double], isPositive: [Bool], bins count: Int = 10) {
        guard !probabilities.isEmpty, probabilities.count == isPositive.count, count > 0,
            probabilities.allSatisfy({ 0...1 ~= $0 })
        else { return nil }
        let all = Double(probabilities.count)
        var sums = [(count: Int, probability: Double, positives: Int)](repeating: (0, 0, 0), count: count)
        var squares = 0.0
        for (probability, positive) in zip(probabilities, isPositive) {
            let bin = (1..<count).count { Double($0) / Double(count) < probability }
            sums[bin].count += 1
            sums[bin].probability += probability
            sums[bin].positives += positive ? 1 : 0
            let distance = probability - (positive ? 1 : 0)
            squares += distance * distance
        }
        bins = sums.enumerated().map { place, sum in
            Bin(
                from: Double(place) / Double(count), to: Double(place + 1) / Double(count), count: sum.count,
                meanProbability: sum.count > 0 ? sum.probability / Double(sum.count) : nil,
                positives: sum.count > 0 ? Double(sum.positives) / Double(sum.count) : nil)
        }
        brierScore = squares / all
        let base = Double(isPositive.count { $0 }) / all
        uncertainty = base * (1 - base)
        var (error, reliability, resolution) = (0.0, 0.0, 0.0)
        for bin in bins {
            guard let probability = bin.meanProbability, let positives = bin.positives else { continue }
            let share = Double(bin.count) / all
            error += share * abs(probability - positives)
            reliability += share * (probability - positives) * (probability - positives)
            resolution += share * (positives - base) * (positives - base)
        }
        expectedError = error
        self.reliability = reliability
        self.resolution = resolution
        withinBins = brierScore - (reliability - resolution + uncertainty)
    }
}
