extension AggregationRule {
    /// One number for the study from its slices' positive-class `probabilities`, in any order; nil where there is none
    /// or one is not finite.
    ///
    /// **Range** 0...1 for probabilities in 0...1. `effectiveK` is the number of slices averaged, for `topKMean` alone.
    ///
    /// - `topKMean`: k is at least 1 and at most the number of slices. With a reference spacing and a positive
    ///   `spacingMillimetres`, k = max(k, round(k x reference / spacing)), halves away from zero.
    /// - `percentile`: rank p / 100 x (n - 1), linear between neighbours (NumPy's default); p is held to 0...100.
    /// - Sums and products run from the highest probability down, so the order of the input has no influence.
    public func aggregate(
        _ probabilities: [Double], spacingMillimetres: Double?
    ) -> (probability: Double, effectiveK: Int?)? {
        guard probabilities.allSatisfy(\.isFinite) else { return nil }
        return aggregate(descending: probabilities.sorted(by: >), spacingMillimetres: spacingMillimetres)
    }

    /// The same for finite probabilities from the highest down.
    func aggregate(
        descending probabilities: [Double], spacingMillimetres: Double?
    ) -> (probability: Double, effectiveK: Int?)? {
        guard let highest = probabilities.first else { return nil }
        switch self {
        case .topKMean(let k, let referenceSpacing):
            let count = effectiveK(
                k, referenceSpacing: referenceSpacing, spacing: spacingMillimetres, available: probabilities.count)
            return (probabilities.prefix(count).reduce(0, +) / Double(count), count)
        case .maximum:
            return (highest, nil)
        case .mean:
            return (probabilities.reduce(0, +) / Double(probabilities.count), nil)
        case .percentile(let percent):
            return (valueAtPercentile(percent, ofDescending: probabilities), nil)
        case .noisyOr:
            return (1 - probabilities.reduce(1) { $0 * (1 - $1) }, nil)
        case .fractionPositive(let threshold):
            return (Double(probabilities.count { $0 >= threshold }) / Double(probabilities.count), nil)
        }
    }

    /// How many of the highest slices alone make the study's number; nil where all scored slices do.
    package func decidingSlices(effectiveK: Int?) -> Int? {
        switch self {
        case .topKMean(let k, _): effectiveK ?? k
        case .maximum: 1
        case .mean, .percentile, .noisyOr, .fractionPositive: nil
        }
    }

    private func effectiveK(_ k: Int, referenceSpacing: Double?, spacing: Double?, available: Int) -> Int {
        let atLeastOne = max(k, 1)
        guard let referenceSpacing, let spacing, spacing > 0 else { return min(atLeastOne, available) }
        let scaled = (Double(atLeastOne) * referenceSpacing / spacing).rounded(.toNearestOrAwayFromZero)
        // Compared as Double first: a tiny spacing must not overflow Int.
        guard scaled < Double(available) else { return available }
        return min(max(atLeastOne, scaled > 0 ? Int(scaled) : 0), available)
    }
}

/// The `percent`-th percentile of at least one value sorted from the highest down, linear between neighbours.
func valueAtPercentile(_ percent: Double, ofDescending values: [Double]) -> Double {
    let rank = min(max(percent, 0), 100) / 100 * Double(values.count - 1)
    let below = min(Int(rank), values.count - 1)
    let above = min(below + 1, values.count - 1)
    let (low, high) = (values[values.count - 1 - below], values[values.count - 1 - above])
    return low + (rank - Double(below)) * (high - low)
}
