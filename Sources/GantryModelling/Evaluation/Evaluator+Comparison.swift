import GantryCore

extension Evaluator {
    /// Areas of two scores of the same cases, by DeLong's test, a row for each class that both know. `others` are the
    /// outputs of the second; nil: the same as the first's.
    package func areas(
        _ first: EvaluationCases, _ second: EvaluationCases, of others: EvaluationClasses? = nil
    ) -> [EvaluationComparison.Areas] {
        let places = Dictionary(
            second.names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        return classes.rows.compactMap { index in
            let column = first.column(index)
            let otherIndex = (others ?? classes).names.firstIndex(of: classes.names[index])
            var pairs: (first: [Double], second: [Double], isPositive: [Bool]) = ([], [], [])
            for (place, row) in column.rows.enumerated() {
                guard let other = places[first.names[row]], let otherIndex,
                    let score = second.probability(other, otherIndex)
                else { continue }
                pairs.first.append(column.scores[place])
                pairs.second.append(score)
                pairs.isPositive.append(column.isPositive[place])
            }
            guard index == classes.positive || !pairs.first.isEmpty else { return nil }
            return Self.areas(pairs.first, pairs.second, pairs.isPositive, first.unit, classes.names[index])
        }
    }

    private static func areas(
        _ first: [Double], _ second: [Double], _ isPositive: [Bool], _ unit: EvaluationUnit, _ label: String
    ) -> EvaluationComparison.Areas {
        guard let paired = PairedAreas(first: first, second: second, isPositive: isPositive) else {
            return EvaluationComparison.Areas(
                unit: unit, label: label, cases: first.count,
                first: ROC.areaUnderCurve(scores: first, isPositive: isPositive),
                second: ROC.areaUnderCurve(scores: second, isPositive: isPositive),
                difference: EvaluationFigure(
                    value: nil, note: "fewer than two positive or two negative \(unit.words.plural) in common"),
                z: nil, probability: nil)
        }
        return EvaluationComparison.Areas(
            unit: unit, label: label, cases: first.count, first: paired.first, second: paired.second,
            difference: EvaluationFigure(value: paired.first - paired.second, interval: paired.interval),
            z: paired.z, probability: paired.probability)
    }

    /// Findings of the same cases: rows the first's, columns the second's, in the order of `Finding.allCases`.
    package static func agreement(_ first: EvaluationCases, _ second: EvaluationCases) -> [[Int]] {
        let places = Dictionary(
            second.names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let all = Finding.allCases
        var counts = [[Int]](repeating: [Int](repeating: 0, count: all.count), count: all.count)
        for row in 0..<first.count {
            guard let own = first.findings[row], let other = places[first.names[row]].flatMap({ second.findings[$0] }),
                let place = all.firstIndex(of: own), let column = all.firstIndex(of: other)
            else { continue }
            counts[place][column] += 1
        }
        return counts
    }
}
