import GantryCore

/// Figures of an evaluation as text.
enum EvaluationText {
    private static let dash = "\u{2013}"

    /// `0.813`, a dash where there is none.
    static func number(_ value: Double?) -> String { LearningText.area(value) }

    /// `0.44 to 1.00`; empty where there is none.
    static func interval(_ range: ClosedRange<Double>?) -> String {
        range.map {
            "\(DecimalText.fixed($0.lowerBound, places: 3)) to \(DecimalText.fixed($0.upperBound, places: 3))"
        } ?? dash
    }

    /// `81.3 %`, a dash of no cases.
    static func share(_ share: EvaluationShare) -> String { LearningText.share(share.value) }

    /// `38 of 40, 83.5 % to 98.6 %`; the count alone of no cases.
    static func detail(_ share: EvaluationShare) -> String {
        share.interval == nil ? count(share) : "\(count(share)), \(interval(of: share))"
    }

    /// `38 of 40`.
    static func count(_ share: EvaluationShare) -> String {
        "\(LearningText.count(share.count)) of \(LearningText.count(share.all))"
    }

    /// `83.5 % to 98.6 %`; empty of no cases.
    static func interval(of share: EvaluationShare) -> String {
        share.interval.map { "\(LearningText.share($0.lowerBound)) to \(LearningText.share($0.upperBound))" } ?? ""
    }

    /// `positive-from 0.6`.
    static func threshold(_ threshold: EvaluationThreshold) -> String {
        let name = threshold.name.replacing("-", with: " ")
        return threshold.threshold.map { "\(name) \(DecimalText.short($0, places: 4))" } ?? name
    }
}
