import GantryCore
import GantryInference
import GantryTraining

/// Slices and studies judged by a network in Float32 and in another precision.
package struct PrecisionComparison {
    /// Of the slices.
    package private(set) var agreement = ScoreAgreement()
    /// Studies compared.
    package private(set) var studies = 0
    /// Studies with the same finding.
    package private(set) var sameVerdict = 0
    private var probabilities: [(exact: Double, other: Double, isPositive: Bool)] = []

    private let judging: JudgingDefinition
    private let preparation: PreparationDefinition
    private let positiveClass: Int
    let activation: Activation
    private let temperature: Double
    private let exact: ResidualNetwork
    private let other: ResidualNetwork
    private let workers: Int

    /// A comparison of two networks under a pipeline's rules.
    ///
    /// **Throws** `unknownPositiveClass`.
    package init(
        scoring: ScoringDefinition, judging: JudgingDefinition, exact: ResidualNetwork, other: ResidualNetwork,
        workers: Int
    ) throws(ModellingFault) {
        let model = scoring.model
        guard let index = model.positiveClassIndex else {
            throw ModellingFault(
                .unknownPositiveClass, subject: "",
                explanation: "The positive class \"\(model.positiveClass)\" is none of the classes.")
        }
        self.judging = judging
        preparation = scoring.preparation
        positiveClass = index
        activation = model.activation
        temperature = model.temperature
        self.exact = exact
        self.other = other
        self.workers = workers
    }

    /// Scores a study's slices with both; a study without slices is left out.
    package mutating func add(_ slices: [CohortSlices.Slice], geometry: SeriesGeometry) throws {
        guard !slices.isEmpty, let images = CohortSlices.batch(slices.map(\.tensor), of: preparation) else { return }
        let scores = try (
            exact.probabilities(images, activation: activation, temperature: temperature, workers: workers),
            other.probabilities(images, activation: activation, temperature: temperature, workers: workers)
        )
        agreement.add(scores.0, scores.1, activation: activation, positiveClass: positiveClass)
        let verdicts = (judge(slices, scores.0, geometry), judge(slices, scores.1, geometry))
        studies += 1
        sameVerdict += verdicts.0.finding == verdicts.1.finding ? 1 : 0
        let truths = slices.compactMap(\.isPositive)
        if let exact = verdicts.0.probability, let other = verdicts.1.probability, !truths.isEmpty {
            probabilities.append((exact, other, truths.contains(true)))
        }
    }

    /// Of the studies' probabilities; nil without a truth, or with studies of one kind only.
    package var areasUnderCurve: (exact: Double?, other: Double?) {
        let truth = probabilities.map(\.isPositive)
        return (
            ROC.areaUnderCurve(scores: probabilities.map(\.exact), isPositive: truth),
            ROC.areaUnderCurve(scores: probabilities.map(\.other), isPositive: truth)
        )
    }

    private func judge(
        _ slices: [CohortSlices.Slice], _ probabilities: [[Double]], _ geometry: SeriesGeometry
    ) -> StudyVerdict {
        let records = zip(slices, probabilities).enumerated().map { index, slice in
            SliceRecord(
                index: index, sopInstanceUID: slice.0.source.sopInstanceUID, frameNumber: slice.0.source.frameNumber,
                instanceNumber: nil, positionMillimetres: 0, lungFraction: nil, probabilities: slice.1,
                reason: .scored, clampedPixels: 0)
        }
        return judging.judge(slices: records, positiveClassIndex: positiveClass, geometry: geometry, quality: [])
    }
}
