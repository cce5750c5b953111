import GantryCore
import GantryModelling

/// A calibration as it is told to a person, to programs and to the card.
struct CalibrationResult: Encodable {
    private let fit: CalibrationFit
    private let former: Double

    /// Of a fit on a network that had the temperature `former`.
    init(_ fit: CalibrationFit, former: Double) {
        self.fit = fit
        self.former = former
    }

    /// Fewest of each side of which one in twenty can be told from none.
    private static let fewest = 20

    /// What a person is warned of; nil where there is nothing.
    var warning: String? {
        guard min(fit.judged.positives, fit.judged.negatives) < Self.fewest else { return nil }
        return "The thresholds were chosen on \(fit.judged.positives) positive and \(fit.judged.negatives) negative "
            + "\(fit.judgedUnit.words.plural): with fewer than \(Self.fewest) of each they are a guess."
    }

    /// The result in lines.
    var lines: [String] {
        func text(_ value: Double) -> String { Presentation.decimals(value, 4) }
        func share(_ share: EvaluationShare) -> String {
            let interval = share.interval.map {
                " (\(Presentation.decimals($0.lowerBound, 3))-\(Presentation.decimals($0.upperBound, 3)))"
            }
            return (share.value.map { Presentation.decimals($0, 3) } ?? "unknown") + (interval ?? "")
        }
        let words = fit.unit.words
        return [
            "Temperature \(text(fit.temperature)) (was \(text(former))), fitted on "
                + "\(counted(fit.count, words.singular, words.plural)): cross-entropy \(text(fit.losses.before)) to "
                + "\(text(fit.losses.after)), expected calibration error \(text(fit.expectedErrors.before)) to "
                + text(fit.expectedErrors.after),
            "Negative below \(text(fit.negativeBelow)): sensitivity \(share(fit.sensitivity))",
            "Positive from \(text(fit.positiveFrom)): specificity \(share(fit.specificity))",
        ]
    }

    /// The card's section.
    func section(version: String) -> String {
        ModelCard.calibrationHeading + "\n"
            + (lines + [warning].compactMap(\.self)).map { "- \($0).\n".replacing("..\n", with: ".\n") }.joined()
            + "- Data of SHA-256 `\(fit.dataSHA256)`; `gantry model calibrate` of Gantry \(version).\n"
    }

    private enum CodingKeys: String, CodingKey {
        case temperature, formerTemperature, negativeBelow, positiveFrom, fittedOn, fittedCases, judgedOn, positives
        case negatives, sensitivity, specificity, expectedErrorBefore, expectedErrorAfter, crossEntropyBefore
        case crossEntropyAfter, dataSHA256, warning
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(fit.temperature, forKey: .temperature)
        try container.encode(former, forKey: .formerTemperature)
        try container.encode(fit.negativeBelow, forKey: .negativeBelow)
        try container.encode(fit.positiveFrom, forKey: .positiveFrom)
        try container.encode(fit.unit, forKey: .fittedOn)
        try container.encode(fit.count, forKey: .fittedCases)
        try container.encode(fit.judgedUnit, forKey: .judgedOn)
        try container.encode(fit.judged.positives, forKey: .positives)
        try container.encode(fit.judged.negatives, forKey: .negatives)
        try container.encode(fit.sensitivity, forKey: .sensitivity)
        try container.encode(fit.specificity, forKey: .specificity)
        try container.encode(fit.expectedErrors.before, forKey: .expectedErrorBefore)
        try container.encode(fit.expectedErrors.after, forKey: .expectedErrorAfter)
        try container.encode(fit.losses.before, forKey: .crossEntropyBefore)
        try container.encode(fit.losses.after, forKey: .crossEntropyAfter)
        try container.encode(fit.dataSHA256, forKey: .dataSHA256)
        try container.encode(warning, forKey: .warning)
    }
}
