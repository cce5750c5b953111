import GantryCore
import GantryModelling
import GantryPipeline
import GantryStore
import GantryTraining

/// What studies would be judged by other rules, from the scores of their slices that the store has.
struct WhatIf {
    /// Rules to judge by; nil: as each study was judged.
    struct Rules: Equatable {
        /// How slices' probabilities become the study's.
        var aggregation: AggregationRule?
        /// Below the first negative, from the second on positive.
        var thresholds: ClosedRange<Double>?

        /// The rules of a study that was judged by `former`.
        func judging(_ former: JudgingDefinition) -> JudgingDefinition {
            var judging = former
            if let aggregation { judging.aggregation = aggregation }
            if let thresholds {
                (judging.negativeBelow, judging.positiveFrom) = (thresholds.lowerBound, thresholds.upperBound)
            }
            return judging
        }
    }

    /// What comes of rules.
    struct Row: Encodable {
        /// The aggregation; `as judged` where each study keeps its own.
        var aggregation: String
        /// Below it negative; nil where each study keeps its own.
        var negativeBelow: Double?
        /// From it on positive.
        var positiveFrom: Double?
        /// Verdicts.
        var verdicts: [Finding: Int] = [:]
        /// Studies whose verdict would be another.
        var changed = 0
        /// Figures where the truth is known.
        var area: EvaluationFigure?
        /// Of the studies that are judged definitely positive among those that are.
        var sensitivity: EvaluationShare?
        /// Of the studies that are judged definitely negative among those that are.
        var specificity: EvaluationShare?

        private enum CodingKeys: String, CodingKey {
            case aggregation, negativeBelow, positiveFrom, negative, indeterminate, positive, changed, area
            case sensitivity, specificity
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(aggregation, forKey: .aggregation)
            try container.encode(negativeBelow, forKey: .negativeBelow)
            try container.encode(positiveFrom, forKey: .positiveFrom)
            try container.encode(verdicts[.negative] ?? 0, forKey: .negative)
            try container.encode(verdicts[.indeterminate] ?? 0, forKey: .indeterminate)
            try container.encode(verdicts[.positive] ?? 0, forKey: .positive)
            try container.encode(changed, forKey: .changed)
            try container.encode(area, forKey: .area)
            try container.encode(sensitivity, forKey: .sensitivity)
            try container.encode(specificity, forKey: .specificity)
        }
    }

    /// A row for each rules, in their order.
    private(set) var rows: [Row]
    /// Studies that were judged again.
    private(set) var studies = 0
    /// Studies that the truth tells something of.
    private(set) var known = 0

    /// Judges the studies of a store by each of `rules`. **Throws** `StoreFault`, `TrainingDataFault`.
    init(_ store: SQLiteStudyStore, rules: [Rules], truth: EvaluationTruth?, seed: UInt64) throws {
        rows = rules.map {
            Row(
                aggregation: $0.aggregation?.argument ?? "as judged", negativeBelow: $0.thresholds?.lowerBound,
                positiveFrom: $0.thresholds?.upperBound)
        }
        var told = [(sensitive: Int, specific: Int)](repeating: (0, 0), count: rules.count)
        var columns = [EvaluationCases.Column](repeating: EvaluationCases.Column(), count: rules.count)
        var patients: [String: Int32] = [:]
        var truths: [Bool] = []
        try store.forEachJudgedStudy(slices: { _ in true }) { study in
            studies += 1
            let isPositive = try Self.isPositive(study, truth)
            if let isPositive {
                known += 1
                truths.append(isPositive)
            }
            let patient = truth?.groups[study.studyInstanceUID].map { "group \($0)" } ?? study.patientKey.value
            let number = patients[patient] ?? Int32(patients.count)
            patients[patient] = number
            for (index, rules) in rules.enumerated() {
                let (finding, probability) = study.judged(by: rules.judging(study.judging))
                rows[index].verdicts[finding, default: 0] += 1
                rows[index].changed += finding == study.finding ? 0 : 1
                guard let isPositive else { continue }
                told[index].sensitive += isPositive && finding == .positive ? 1 : 0
                told[index].specific += !isPositive && finding == .negative ? 1 : 0
                guard let probability else { continue }
                columns[index].rows.append(columns[index].rows.count)
                columns[index].scores.append(probability)
                columns[index].isPositive.append(isPositive)
                columns[index].patients.append(number)
            }
        }
        guard truth != nil else { return }
        guard let classes = EvaluationClasses(names: ["", "1"], positiveClass: "1", activation: .softmax) else {
            return
        }
        var evaluator = Evaluator(classes: classes, judging: JudgingDefinition())
        evaluator.bootstrap.seed = seed
        evaluator.bootstrap.workers = CoreDivision.available
        let positives = truths.count { $0 }
        for index in rows.indices {
            rows[index].area = evaluator.area(columns[index], .study)
            rows[index].sensitivity = EvaluationShare(told[index].sensitive, of: positives)
            rows[index].specificity = EvaluationShare(told[index].specific, of: truths.count - positives)
        }
    }

    private static func isPositive(_ study: JudgedStudy, _ truth: EvaluationTruth?) throws -> Bool? {
        guard let truth, let words = truth.words(ofStudy: study.studyInstanceUID),
            let classes = EvaluationClasses(
                names: study.classes, positiveClass: study.positiveClass, activation: study.activation)
        else { return nil }
        return try classes.truth(of: words, table: truth.name)[classes.positive]
    }
}

extension JudgedStudy {
    /// The verdict by other rules, as `JudgingDefinition.judge` comes to it: what is doubtful otherwise, or has too few
    /// slices, stays indeterminate.
    fileprivate func judged(by rules: JudgingDefinition) -> (finding: Finding, probability: Double?) {
        let index = classes.firstIndex(of: positiveClass)
        let scores = slices.compactMap { slice in
            index.flatMap { slice.probabilities.indices.contains($0) ? slice.probabilities[$0] : nil }
        }.filter(\.isFinite)
        let probability = rules.aggregation.aggregate(
            scores, spacingMillimetres: sliceSpacingMillimetres)?.probability
        guard let probability, !isDoubtful, scores.count >= max(rules.fewestScoredSlices, 1) else {
            return (.indeterminate, probability)
        }
        return (rules.finding(ofProbability: probability), probability)
    }
}
