import GantryCore

/// What a comparison of a network in 8 bits with the one in Float32 found, as it is shown, kept in the card and printed
/// as JSON.
package struct PrecisionSummary: Encodable {
    /// What makes probabilities of the network's logits, and what `sameTopClass` counts by that.
    let activation: Activation
    let calibrationSlices: Int
    let calibrationStudies: Int
    /// Whether the studies compared are others than those that set the scales.
    let isSeparate: Bool
    let slices: Int
    let sameTopClass: Double
    let largestDifference: Double
    let meanDifference: Double
    let studies: Int
    let sameVerdict: Int
    let studyAUC: Double?
    let studyAUCInt8: Double?

    /// The summary of a comparison, and of what the scales were chosen on; `isSeparate` says whether that were other
    /// studies.
    package init(
        _ comparison: PrecisionComparison, calibrationSlices: Int, calibrationStudies: Int, isSeparate: Bool
    ) {
        activation = comparison.activation
        self.calibrationSlices = calibrationSlices
        self.calibrationStudies = calibrationStudies
        self.isSeparate = isSeparate
        slices = comparison.agreement.slices
        sameTopClass = comparison.agreement.topClassShare
        largestDifference = comparison.agreement.largestDifference
        meanDifference = comparison.agreement.meanDifference
        studies = comparison.studies
        sameVerdict = comparison.sameVerdict
        (studyAUC, studyAUCInt8) = comparison.areasUnderCurve
    }

    /// Label and value of each row.
    private func rows(positiveClass: String) -> [(String, String)] {
        var rows = [
            (
                activation == .sigmoid
                    ? "slices with the same labels (probability \(Activation.labelHoldsFrom) or more)"
                    : "slices with the same most probable class",
                "\(Self.decimals(100 * sameTopClass, 2)) % of \(slices)"
            ),
            (
                "probability of \(positiveClass), mean and largest difference",
                "\(Self.decimals(meanDifference, 4)), \(Self.decimals(largestDifference, 4))"
            ),
            ("studies with the same verdict", "\(sameVerdict) of \(studies)"),
        ]
        if let studyAUC, let studyAUCInt8 {
            rows.append(
                (
                    "study area under the ROC curve, f32 and int8",
                    "\(Self.decimals(studyAUC, 4)), \(Self.decimals(studyAUCInt8, 4))"
                ))
        }
        return rows
    }

    /// What was found, a sentence each.
    package func lines(positiveClass: String) -> [String] { rows(positiveClass: positiveClass).map { "\($0): \($1)" } }

    private static func decimals(_ value: Double, _ places: Int) -> String {
        value.isFinite ? value.written(decimals: places) : "–"
    }

    /// The card's section, in Markdown, by this `version` of Gantry.
    package func section(positiveClass: String, version: String) -> String {
        let which = isSeparate ? "other studies" : "the same study, for there was no other"
        return """
            \(ModelCard.quantizedHeading)
            `\(QuantizedModel.usualFile)`, made by `gantry model quantize` (Gantry \(version)): weights and feature \
            maps in 8 bits, scales chosen on
            \(calibrationSlices) slices of \(calibrationStudies) studies, nothing trained. Beside the network in \
            f32, on \(which):

            | | |
            |---|---|
            \(rows(positiveClass: positiveClass).map { "| \($0) | \($1) |" }.joined(separator: "\n"))

            """
    }
}
