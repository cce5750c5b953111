import GantryCore
import GantryPipeline
import GantryTraining

/// The thresholds of a trained bundle, chosen on its validation images, or on the studies that these are slices of.
struct TrainingThresholds {
    /// How they were chosen, a sentence for the card.
    let sentence: String
    /// What the card warns of: too few to choose by; nil where there is nothing.
    let warning: String?
    /// The fewest positives and negatives of which one in twenty can be told from none.
    private static let fewest = 20
    private let chosen: ThresholdChoice?
    private let isOfStudies: Bool

    /// `probabilities` of the plan's validation images, `[image][class]`.
    init(
        material: TrainingMaterial, plan: TrainingPlan, probabilities: [[Double]], definition: PipelineDefinition
    ) {
        isOfStudies = !material.studies.isEmpty
        var scores: [Double] = []
        var isPositive: [Bool] = []
        let places = Dictionary(
            plan.validation.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        if isOfStudies {
            for study in material.studies {
                let rows = study.samples.compactMap { places[$0] }
                guard !rows.isEmpty,
                    let score = definition.judging.aggregation.aggregate(
                        rows.map { probabilities[$0][plan.positiveClass] },
                        spacingMillimetres: study.spacingMillimetres)
                else { continue }
                scores.append(score.probability)
                isPositive.append(study.samples.contains { plan.labels[$0] == plan.positiveClass })
            }
        } else {
            for (row, index) in plan.validation.enumerated() {
                scores.append(probabilities[row][plan.positiveClass])
                isPositive.append(plan.labels[index] == plan.positiveClass)
            }
        }
        chosen = ThresholdChoice(scores: scores, isPositive: isPositive)
        let what = isOfStudies ? "validation studies" : "validation images"
        sentence =
            chosen.map { choice in
                "negative below \(choice.negativeBelow.writtenInFull(decimals: 4)), positive from "
                    + "\(choice.positiveFrom.writtenInFull(decimals: 4)): chosen on \(scores.count) \(what) for "
                    + "a sensitivity and a specificity of 0.95 as far as they allow"
            } ?? "the defaults: the \(what) have one side only"
        let (positives, negatives) = (isPositive.count { $0 }, isPositive.count { !$0 })
        warning =
            chosen != nil && min(positives, negatives) < Self.fewest
            ? "The thresholds were chosen on \(positives) positive and \(negatives) negative \(what): with fewer than "
                + "\(Self.fewest) of each they are a guess. Choose them anew on more data before anything is judged by "
                + "them."
            : nil
    }

    /// Puts them into a bundle's judging.
    func apply(to judging: inout JudgingDefinition) {
        guard let chosen else {
            let usual = JudgingDefinition()
            (judging.negativeBelow, judging.positiveFrom) = (usual.negativeBelow, usual.positiveFrom)
            return
        }
        judging.negativeBelow = chosen.negativeBelow
        judging.positiveFrom = chosen.positiveFrom
        if !isOfStudies { judging.slicePositiveFrom = chosen.best }
    }
}
