import Foundation
import GantryCore
import GantryGround
import GantryModelling
import GantryPipeline
import GantryTraining

/// A temperature and thresholds, fitted on what a bundle says of data that it was not trained on.
struct CalibrationFit {
    /// Where the thresholds are put.
    struct Targets: Equatable {
        /// Of the threshold below which a case is negative.
        var sensitivity = 0.95
        /// Of the threshold from which on a case is positive.
        var specificity = 0.95
        /// Whether both are where sensitivity and specificity together are most.
        var isYouden = false
    }

    /// Divides the network's logits.
    let temperature: Double
    /// Below it a case is negative. Of four digits.
    let negativeBelow: Double
    /// From it on a case is positive. Of four digits.
    let positiveFrom: Double
    /// What the temperature was fitted on.
    let unit: EvaluationUnit
    /// How many there were.
    let count: Int
    /// What the thresholds were chosen on.
    let judgedUnit: EvaluationUnit
    /// Positives and negatives among them.
    let judged: (positives: Int, negatives: Int)
    /// Sensitivity from `negativeBelow` on.
    let sensitivity: EvaluationShare
    /// Specificity below `positiveFrom`.
    let specificity: EvaluationShare
    /// Expected calibration error of the positive class as it was, and at the temperature.
    let expectedErrors: (before: Double, after: Double)
    /// Mean cross-entropy as it was, and at the temperature.
    let losses: (before: Double, after: Double)
    /// SHA-256 of the data.
    let dataSHA256: String

    /// Fits both on what a bundle of `temperature` said. **Throws** `CommandFault` (65) where the data do not determine
    /// them.
    init(_ material: EvaluationMaterial, temperature former: Double, targets: Targets) throws(CommandFault) {
        let classes = material.classes
        let judged = material.cases(material.judgedUnit)
        let fine = material.judgedUnit == .image ? judged : material.cases(.slice)
        let fitted = fine.count > 0 ? fine : judged
        unit = fitted.unit
        guard let fit = Self.temperature(fitted, material) else {
            throw CommandFault(
                ExitStatus.badData,
                "these \(fitted.unit.words.plural) determine no temperature: the network is right about all of them, "
                    + "or knows nothing of them, or the truth does not say their classes. Take more, and harder ones.")
        }
        let relative = fit.temperature
        temperature = former * relative
        (count, losses) = (fit.count, (fit.before, fit.after))
        guard ModelCalibration.temperatures.contains(temperature) else {
            throw CommandFault(ExitStatus.badData, "a temperature of \(temperature) is none that a network can have.")
        }
        func scaled(_ probabilities: [Double]) -> [Double] {
            TemperatureFit.applied(relative, to: probabilities, activation: classes.activation)
        }
        // The positive class of what is judged, at the temperature.
        var (scores, truths): ([Double], [Bool]) = ([], [])
        for row in 0..<judged.count {
            guard let truth = judged.truth(row, classes.positive) else { continue }
            let score: Double?
            if material.judgedUnit == .image {
                score = judged.probabilities(row).map { scaled($0)[classes.positive] }
            } else {
                score = material.studies[row].probability(
                    of: classes.positive, by: material.judging.aggregation, scaled)
            }
            guard let score else { continue }
            scores.append(score)
            truths.append(truth)
        }
        judgedUnit = material.judgedUnit
        self.judged = (truths.count { $0 }, truths.count { !$0 })
        guard
            let choice = ThresholdChoice(
                scores: scores, isPositive: truths, sensitivity: targets.sensitivity, specificity: targets.specificity)
        else {
            let words = material.judgedUnit.words
            throw CommandFault(
                ExitStatus.badData,
                "thresholds need positive and negative \(words.plural); there are \(self.judged.positives) positive "
                    + "and \(self.judged.negatives) negative.")
        }
        // Four digits, as they are read; outwards, so that neither share falls below what was asked for.
        negativeBelow = Self.rounded(targets.isYouden ? choice.best : choice.negativeBelow, .down)
        positiveFrom = targets.isYouden ? negativeBelow : Self.rounded(choice.positiveFrom, .up)
        let told = (negativeBelow, positiveFrom)
        sensitivity = EvaluationShare(
            zip(scores, truths).count { $1 && $0 >= told.0 }, of: self.judged.positives)
        specificity = EvaluationShare(
            zip(scores, truths).count { !$1 && $0 < told.1 }, of: self.judged.negatives)
        expectedErrors = Self.errors(fitted, material, scaled)
        dataSHA256 = Self.digest(of: material)
    }

    /// `threshold` to four digits; itself where it has no more.
    private static func rounded(_ threshold: Double, _ rule: FloatingPointRoundingRule) -> Double {
        let nearest = (threshold * 1e4).rounded() / 1e4
        return nearest == threshold ? threshold : (threshold * 1e4).rounded(rule) / 1e4
    }

    /// The expected calibration errors of the positive class, before and after.
    private static func errors(
        _ cases: EvaluationCases, _ material: EvaluationMaterial, _ scaled: ([Double]) -> [Double]
    ) -> (before: Double, after: Double) {
        let positive = material.classes.positive
        var (before, after, truths): ([Double], [Double], [Bool]) = ([], [], [])
        for row in 0..<cases.count {
            guard let truth = cases.truth(row, positive), let own = cases.probability(row, positive) else { continue }
            let score: Double? =
                if cases.unit == .study {
                    material.studies[row].probability(of: positive, by: material.judging.aggregation, scaled)
                } else {
                    cases.probabilities(row).map { scaled($0)[positive] }
                }
            guard let score else { continue }
            before.append(own)
            after.append(score)
            truths.append(truth)
        }
        func error(_ scores: [Double]) -> Double {
            CalibrationFigures(probabilities: scores, isPositive: truths)?.expectedError ?? 0
        }
        return (error(before), error(after))
    }

    private typealias Found = (temperature: Double, count: Int, before: Double, after: Double)

    /// The temperature over the one that the probabilities have already.
    private static func temperature(_ cases: EvaluationCases, _ material: EvaluationMaterial) -> Found? {
        let classes = material.classes
        if cases.unit == .study { return temperatureOfStudies(cases, material) }
        switch classes.activation {
        case .softmax:
            var (rows, labels): ([[Double]], [Int]) = ([], [])
            for row in 0..<cases.count {
                guard let label = cases.trueClass(row), let own = cases.probabilities(row) else { continue }
                rows.append(own)
                labels.append(label)
            }
            return TemperatureFit(probabilities: rows, classes: labels).map {
                ($0.temperature, rows.count, $0.lossBefore, $0.lossAfter)
            }
        case .sigmoid:
            var (scores, truths): ([Double], [Bool]) = ([], [])
            for row in 0..<cases.count {
                for index in classes.names.indices {
                    guard let truth = cases.truth(row, index), let own = cases.probability(row, index) else { continue }
                    scores.append(own)
                    truths.append(truth)
                }
            }
            return TemperatureFit(probabilities: scores, isPositive: truths).map {
                ($0.temperature, scores.count, $0.lossBefore, $0.lossAfter)
            }
        }
    }

    /// Where nothing is known of slices, the temperature of these by which the studies' probabilities fit best.
    private static func temperatureOfStudies(_ cases: EvaluationCases, _ material: EvaluationMaterial) -> Found? {
        let positive = material.classes.positive
        let known = (0..<cases.count).compactMap { row in
            cases.truth(row, positive).map { (study: material.studies[row], isPositive: $0) }
        }.filter { !$0.study.slices.isEmpty }
        guard known.contains(where: \.isPositive), known.contains(where: { !$0.isPositive }) else { return nil }
        func loss(_ temperature: Double) -> Double {
            known.reduce(0) { sum, one in
                let probability =
                    one.study.probability(of: positive, by: material.judging.aggregation) {
                        TemperatureFit.applied(temperature, to: $0, activation: material.classes.activation)
                    } ?? 0.5
                let held = min(max(probability, 1e-300), 1 - 1e-16)
                return sum - (one.isPositive ? log(held) : log1p(-held))
            } / Double(known.count)
        }
        guard let found = TemperatureSearch.minimum(loss) else { return nil }
        return (found, known.count, loss(1), loss(found))
    }

    /// SHA-256 over a line a study or image: the digest of its pixels, and what is true of it; in the lines' order as
    /// bytes.
    private static func digest(of material: EvaluationMaterial) -> String {
        let cases = material.cases(material.judgedUnit)
        func truth(_ cases: EvaluationCases, _ row: Int) -> String {
            (0..<cases.classes).map { cases.truth(row, $0).map { $0 ? "1" : "0" } ?? "-" }.joined()
        }
        var lines = (0..<cases.count).map { row -> String in
            let digest =
                material.judgedUnit == .image ? material.imageDigests[row] : material.studies[row].contentDigest
            return "\(digest) \(truth(cases, row))\n"
        }
        let slices = material.cases(.slice)
        lines += (0..<slices.count).map { "\(slices.names[$0]) \(truth(slices, $0))\n" }
        return SHA256.hash(Array(lines.sorted(by: pathPrecedes).joined().utf8)).hexadecimal
    }
}

extension EvaluationMaterial.StudyFacts {
    /// The study's probability of a class, of slices' probabilities that `change` has changed; nil without slices.
    func probability(of index: Int, by rule: AggregationRule, _ change: ([Double]) -> [Double]) -> Double? {
        let scores = slices.map(\.probabilities).filter { $0.indices.contains(index) }.map { change($0)[index] }
        return rule.aggregate(scores, spacingMillimetres: spacingMillimetres)?.probability
    }
}
