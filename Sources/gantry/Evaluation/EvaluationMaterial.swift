import GantryCore
import GantryModelling
import GantryStore

/// What was scored and of which the truth is known: what figures are made of, and what a calibration is fitted on.
struct EvaluationMaterial {
    /// A study beside its row among the cases.
    struct StudyFacts {
        /// What a person calls it.
        var key: StudyKey
        /// Pseudonym of its patient.
        var patient: PatientKey
        /// What groups are made by.
        var attributes: [EvaluationAttribute: String]
        /// Distance of its slices, millimetres.
        var spacingMillimetres: Double?
        /// Digest of its slices' UIDs and encoded pixel data.
        var contentDigest: String
        /// Its slices that were scored.
        var slices: [JudgedStudy.Slice]
    }

    /// The outputs.
    var classes: EvaluationClasses
    /// Thresholds and aggregation.
    var judging: JudgingDefinition
    /// The studies and their slices, or the images.
    var levels: [EvaluationCases]
    /// Of each study, in the order of its cases; empty with images.
    var studies: [StudyFacts] = []
    /// Where the reports lie; nil where there are none.
    var reportFolder: String?
    /// The folder that images are named below; nil of others.
    var imageFolder: String?
    /// SHA-256 of each image's pixels, in the order of the cases.
    var imageDigests: [String] = []
    /// Judged cases whose distance to the training data is known, and those of them that are unlike.
    var unlike = (cases: 0, measured: 0)
    /// What a person has to know.
    var remarks: [String] = []

    /// Counts a judged case; nil where its distance is not known.
    mutating func count(isUnlike: Bool?) {
        guard let isUnlike else { return }
        unlike.measured += 1
        unlike.cases += isUnlike ? 1 : 0
    }

    /// The cases of a kind; none where there are none of it.
    func cases(_ unit: EvaluationUnit) -> EvaluationCases {
        levels.first { $0.unit == unit } ?? EvaluationCases(unit: unit, classes: classes.names.count)
    }

    /// The kind that verdicts are of.
    var judgedUnit: EvaluationUnit { levels.first?.unit ?? .study }

    /// Verdicts of what is truly positive, or truly negative.
    func verdicts(ofPositive isPositive: Bool) -> [Finding: Int] {
        let cases = cases(judgedUnit)
        var counts: [Finding: Int] = [:]
        for row in 0..<cases.count where cases.truth(row, classes.positive) == isPositive {
            if let finding = cases.findings[row] { counts[finding, default: 0] += 1 }
        }
        return counts
    }

    /// Number of judged cases whose truth is known.
    var judgedCases: Int {
        [true, false].reduce(0) { $0 + verdicts(ofPositive: $1).values.reduce(0, +) }
    }
}
