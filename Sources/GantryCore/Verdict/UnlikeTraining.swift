/// How many slices of a study are unlike anything that the network was trained on.
public struct UnlikeTraining: Sendable, Hashable {
    /// A slice beyond this distance is unlike.
    public let limit: Double
    /// Slices whose distance is known.
    public let measured: Int
    /// Slices beyond the limit.
    public let unlike: Int
    /// The median of the slices' distances.
    public let medianDistance: Double
    /// More unlike slices than this share of the measured ones make the study indeterminate.
    public let largestShare: Double

    /// The count among scored `slices`, as `judging` asks; nil where nothing was measured:
    /// `quantiles` are not known, or no slice has a distance.
    public init?(_ slices: [SliceRecord], quantiles: DistanceQuantiles?, judging: JudgingDefinition) {
        let distances = slices.filter { $0.reason == .scored }.compactMap(\.distance)
        guard let quantiles, !distances.isEmpty else { return nil }
        let limit = quantiles.distance(at: judging.unlikeQuantile)
        self.limit = limit
        measured = distances.count
        unlike = distances.count { $0 > limit }
        medianDistance = valueAtPercentile(50, ofDescending: distances.sorted(by: >))
        largestShare = judging.largestShareUnlike
    }

    /// Share of the measured slices that are unlike.
    public var share: Double { Double(unlike) / Double(measured) }

    /// Whether there are so many that the study is indeterminate.
    public var isTooMuch: Bool { share > largestShare }

    /// The failure that says so; nil where there are not too many.
    public var finding: QualityFinding? {
        guard isTooMuch else { return nil }
        func words(_ share: Double, apartFrom other: Double) -> String {
            (share * 100).written(decimals: 0, apartFrom: [other * 100])
        }
        return QualityFinding(
            code: .unlikeTraining, isFailure: true,
            detail: "\(unlike) of the \(counted(measured, "scored slice")) (\(words(share, apartFrom: largestShare)) %)"
                + " \(unlike == 1 ? "is" : "are") unlike what the network was trained on: their distance is above "
                + "\(limit.written(decimals: 2)), and half of all slices lie beyond "
                + "\(medianDistance.written(decimals: 2)). The pipeline accepts "
                + "\(words(largestShare, apartFrom: share)) %. The network's probability means little here: have a "
                + "person read the study, and see whether scanner, protocol and region are those that the network was "
                + "trained for.")
    }
}
