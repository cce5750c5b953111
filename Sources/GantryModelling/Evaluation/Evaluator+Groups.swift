import GantryCore

extension Evaluator {
    /// Groups of studies by what they have in common: those that differ first, then by attribute and name.
    ///
    /// `attributes` has a row for each case. A group *differs* in a figure where its interval has nothing in common
    /// with that of all other cases of which the attribute is known; in its area only where both are not small, for
    /// draws of few patients say little. An attribute that is the same of all has no groups.
    package func groups(
        _ cases: EvaluationCases, attributes: [[EvaluationAttribute: String]]
    ) -> [EvaluationGroup] {
        let column = cases.column(classes.positive)
        var groups: [EvaluationGroup] = []
        for attribute in EvaluationAttribute.allCases {
            let known = column.filtered { attributes[$0][attribute] != nil }
            let names = Set(known.rows.compactMap { attributes[$0][attribute] })
            guard names.count > 1 else { continue }
            for name in names.sorted(by: { Self.precedes($0, $1, in: attribute) }) {
                groups.append(
                    group(
                        attribute, name, known.filtered { attributes[$0][attribute] == name },
                        others: known.filtered { attributes[$0][attribute] != name }))
            }
        }
        return groups.filter { !$0.differences.isEmpty } + groups.filter(\.differences.isEmpty)
    }

    private func group(
        _ attribute: EvaluationAttribute, _ name: String, _ column: EvaluationCases.Column,
        others: EvaluationCases.Column
    ) -> EvaluationGroup {
        func told(_ column: EvaluationCases.Column) -> EvaluationThreshold {
            Self.threshold("positive-from", judging.positiveFrom, column) {
                column.scores[$0] >= judging.positiveFrom
            }
        }
        let (own, rest) = (told(column), told(others))
        let area = area(column, .study)
        var differences: [String] = []
        // What the others' area lies within cannot lie apart from it: their draws are spared.
        if min(column.rows.count, others.rows.count) >= EvaluationGroup.fewest, let value = area.value,
            let interval = area.interval,
            let other = ROC.areaUnderCurve(scores: others.scores, isPositive: others.isPositive),
            !interval.contains(other), let range = self.area(others, .study).interval, !range.overlaps(interval)
        {
            differences.append(
                "area under the ROC curve \(value.written(decimals: 3)), of the others "
                    + other.written(decimals: 3))
        }
        for (what, share, other) in [
            ("sensitivity", own.sensitivity, rest.sensitivity), ("specificity", own.specificity, rest.specificity),
        ] {
            guard let interval = share.interval, let range = other.interval, !interval.overlaps(range),
                let value = share.value, let value2 = other.value
            else { continue }
            differences.append(
                "\(what) \(value.written(decimals: 3)), of the others \(value2.writtenInFull(decimals: 3))")
        }
        return EvaluationGroup(
            attribute: attribute, name: name, cases: column.rows.count, positives: column.isPositive.count { $0 },
            patients: Set(column.patients).count, area: area, sensitivity: own.sensitivity,
            specificity: own.specificity, differences: differences)
    }

    /// Bands of numbers by their numbers, names by their letters.
    private static func precedes(_ one: String, _ other: String, in attribute: EvaluationAttribute) -> Bool {
        switch attribute {
        case .sliceThickness:
            let bands = EvaluationBands.thicknesses
            return bands.firstIndex(of: one) ?? 0 < bands.firstIndex(of: other) ?? 0
        case .age:
            return EvaluationBands.ages.firstIndex(of: one) ?? 0 < EvaluationBands.ages.firstIndex(of: other) ?? 0
        case .manufacturer, .model, .kernel, .sex: return pathPrecedes(one, other)
        }
    }
}
