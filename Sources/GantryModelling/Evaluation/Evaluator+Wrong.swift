import GantryCore

extension Evaluator {
    /// Most cases that are named.
    package static let mostWrong = 50

    /// What was said definitely and is not so, the worst first, and how many there are. `report` says where the report
    /// of a case lies.
    package func wrong(
        _ cases: EvaluationCases, report: (Int) -> String? = { _ in nil }
    ) -> (first: [EvaluationWrong], all: Int) {
        var found: [(row: Int, case: EvaluationWrong)] = []
        for row in 0..<cases.count {
            guard let one = wrong(row, of: cases) else { continue }
            found.append((row, one))
        }
        found.sort { ($1.case.distance, $0.row) < ($0.case.distance, $1.row) }
        return (
            found.prefix(Self.mostWrong).map { row, one in
                var one = one
                one.report = report(row)
                return one
            }, found.count
        )
    }

    private func wrong(_ row: Int, of cases: EvaluationCases) -> EvaluationWrong? {
        // Of pictures of several classes it is the class that is right or wrong, of everything else the verdict.
        if cases.unit == .image, classes.activation == .softmax, classes.names.count > 2 {
            guard let truth = cases.trueClass(row), let said = cases.saidClass(row), truth != said,
                let own = cases.probability(row, truth), let other = cases.probability(row, said)
            else { return nil }
            return EvaluationWrong(
                name: cases.names[row], truth: classes.names[truth], said: classes.names[said], probability: other,
                distance: 1 - own)
        }
        let positive = classes.positive
        guard let isPositive = cases.truth(row, positive), let probability = cases.probability(row, positive),
            let finding = cases.findings[row], finding == (isPositive ? .negative : .positive)
        else { return nil }
        return EvaluationWrong(
            name: cases.names[row], truth: isPositive ? "positive" : "negative", said: finding.rawValue,
            probability: probability, distance: isPositive ? 1 - probability : probability)
    }
}
