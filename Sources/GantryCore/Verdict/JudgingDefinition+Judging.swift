extension JudgingDefinition {
    /// Resamples behind the interval.
    static let resamples = 1000

    /// The verdict on a study from the records of its slices.
    ///
    /// - A slice counts as scored where its reason is `.scored` and it has a finite probability for the class
    ///   `positiveClassIndex`. The order of `slices` has no influence.
    /// - `quality` is what `QualityAssessment` found, or the findings of a stored verdict that is judged again: its
    ///   `.tooFewSlices`, `.betweenThresholds` and `.unlikeTraining` are dropped, for they are found anew here.
    /// - `quantiles` are those of the network that the slices' distances are of; nil where none were measured.
    /// - Any failure among the findings makes the verdict indeterminate. Without one, it is negative below
    ///   `negativeBelow`, positive from `positiveFrom` on. Between the two it is indeterminate, and
    ///   `.betweenThresholds` is the failure that says so.
    /// - The probability is nil only where no slice was scored.
    /// - Findings come failures first, otherwise in the order of `quality`.
    public func judge(
        slices: [SliceRecord], positiveClassIndex: Int, geometry: SeriesGeometry?, quality: [QualityFinding],
        quantiles: DistanceQuantiles? = nil
    ) -> StudyVerdict {
        let scored = slices.sorted { $0.index < $1.index }.compactMap { slice -> ScoredSlice? in
            guard slice.reason == .scored, slice.probabilities.indices.contains(positiveClassIndex) else { return nil }
            let probability = slice.probabilities[positiveClassIndex]
            return probability.isFinite ? ScoredSlice(index: slice.index, probability: probability) : nil
        }
        let spacing = geometry?.sliceSpacingMillimetres
        let descending = scored.map(\.probability).sorted(by: >)
        let aggregated = aggregation.aggregate(descending: descending, spacingMillimetres: spacing)
        let positive = scored.filter { $0.probability >= slicePositiveFrom }
        let holes = Set((geometry?.gaps ?? []).filter { $0.missingSlices > 0 }.map(\.afterSlice))

        let foundAnew: Set<QualityFinding.Code> = [.tooFewSlices, .betweenThresholds, .unlikeTraining]
        var findings = quality.filter { !foundAnew.contains($0.code) }
        if let unlike = UnlikeTraining(slices, quantiles: quantiles, judging: self)?.finding {
            findings.append(unlike)
        }
        findings += ownFindings(scoredSlices: scored.count, probability: aggregated?.probability)
        return StudyVerdict(
            finding: finding(probability: aggregated?.probability, isDoubtful: findings.contains(where: \.isFailure)),
            probability: aggregated?.probability,
            interval: interval(ofDescending: descending, spacingMillimetres: spacing),
            fractionPositive: scored.isEmpty ? 0 : Double(positive.count) / Double(scored.count),
            longestRun: longestRun(of: positive.map(\.index), interruptedAfter: holes),
            scoredSlices: scored.count, effectiveK: aggregated?.effectiveK,
            findings: findings.filter(\.isFailure) + findings.filter { !$0.isFailure })
    }

    private struct ScoredSlice {
        var index: Int
        var probability: Double
    }

    private func finding(probability: Double?, isDoubtful: Bool) -> Finding {
        guard let probability, !isDoubtful else { return .indeterminate }
        return finding(ofProbability: probability)
    }

    /// What the thresholds make of the positive class's `probability`, of a study or of a picture. What is no number
    /// is indeterminate.
    public func finding(ofProbability probability: Double) -> Finding {
        if probability >= positiveFrom { return .positive }
        return probability < negativeBelow ? .negative : .indeterminate
    }

    private func ownFindings(scoredSlices: Int, probability: Double?) -> [QualityFinding] {
        var findings: [QualityFinding] = []
        let fewest = max(fewestScoredSlices, 1)
        if scoredSlices < fewest {
            let detail = "\(counted(scoredSlices, "slice")) scored; the pipeline asks for at least \(fewest)."
            findings.append(QualityFinding(code: .tooFewSlices, isFailure: true, detail: detail))
        }
        if let probability, probability >= negativeBelow, probability < positiveFrom {
            let number = probability.writtenAsProbability(apartFrom: [negativeBelow, positiveFrom])
            let detail =
                "The probability \(number) lies between the thresholds: negative below "
                + "\(negativeBelow.writtenInFull(decimals: 2)), positive from "
                + "\(positiveFrom.writtenInFull(decimals: 2)) on."
            findings.append(QualityFinding(code: .betweenThresholds, isFailure: true, detail: detail))
        }
        return findings
    }

    /// Longest run of consecutive indices; a slice that is not scored has no index here, and a hole interrupts.
    private func longestRun(of indices: [Int], interruptedAfter holes: Set<Int>) -> Int {
        var (longest, run) = (0, 0)
        var previous: Int?
        for index in indices {
            let continues = previous.map { index - 1 == $0 && !holes.contains($0) } ?? false
            run = continues ? run + 1 : 1
            longest = max(longest, run)
            previous = index
        }
        return longest
    }

    /// 5th and 95th percentile of the aggregate over `resamples` resamples with replacement; nil below two slices.
    ///
    /// The draws come from a counter-based hash, so the same slices give the same interval on every machine.
    private func interval(ofDescending probabilities: [Double], spacingMillimetres: Double?) -> ProbabilityInterval? {
        let count = probabilities.count
        guard count >= 2 else { return nil }
        var aggregates: [Double] = []
        aggregates.reserveCapacity(Self.resamples)
        var resample = probabilities
        for number in 0..<Self.resamples {
            // How often each slice is drawn: then the resample can be written down already sorted.
            var draws = [Int](repeating: 0, count: count)
            for draw in 0..<count {
                let random = Elementary.splitMix64(seed: 0x6761_6E74_7279, counter: UInt64(number * count + draw))
                draws[Int(random.multipliedFullWidth(by: UInt64(count)).high)] += 1
            }
            var end = 0
            for (slice, times) in draws.enumerated() {
                for _ in 0..<times {
                    resample[end] = probabilities[slice]
                    end += 1
                }
            }
            guard let value = aggregation.aggregate(descending: resample, spacingMillimetres: spacingMillimetres)
            else { return nil }
            aggregates.append(value.probability)
        }
        aggregates.sort(by: >)
        return ProbabilityInterval(
            lower: valueAtPercentile(5, ofDescending: aggregates),
            upper: valueAtPercentile(95, ofDescending: aggregates))
    }
}
