import GantryCore

/// Cases of one kind, column by column: what was said of each, and what is true.
package struct EvaluationCases: Sendable {
    /// What they are.
    package let unit: EvaluationUnit
    /// Number of classes.
    package let classes: Int
    /// What they are called; no two the same.
    package private(set) var names: [String] = []
    /// What was said of each; nil where it is not judged.
    package private(set) var findings: [Finding?] = []
    /// Number of each one's patient.
    private var patients: [Int32] = []
    private var patientNumbers: [String: Int32] = [:]
    /// **Shape** `[cases][classes]`; not a number where it is not known.
    private var probabilities: [Double] = []
    /// **Shape** `[cases][classes]`: 1 and 0; -1 where it is not known.
    private var truths: [Int8] = []

    /// No cases of this kind.
    package init(unit: EvaluationUnit, classes: Int) {
        self.unit = unit
        self.classes = classes
    }

    /// Number of cases.
    package var count: Int { names.count }

    /// Adds a case of as many probabilities and truths as there are classes; `patient` tells cases of one from others'.
    package mutating func add(
        _ name: String, patient: String, probabilities: [Double?], truth: [Bool?], finding: Finding? = nil
    ) {
        precondition(probabilities.count == classes && truth.count == classes, "one for each class")
        names.append(name)
        findings.append(finding)
        let number =
            patientNumbers[patient]
            ?? {
                let next = Int32(patientNumbers.count)
                patientNumbers[patient] = next
                return next
            }()
        patients.append(number)
        self.probabilities += probabilities.map { $0 ?? .nan }
        truths += truth.map { $0.map { $0 ? 1 : 0 } ?? -1 }
    }

    /// What is known of one class, of the cases whose probability and truth are.
    package struct Column: Sendable {
        /// Places of the cases.
        package var rows: [Int] = []
        /// Probabilities.
        package var scores: [Double] = []
        /// Whether it is so.
        package var isPositive: [Bool] = []
        /// Number of each one's patient.
        package var patients: [Int32] = []

        /// Without cases.
        package init() {}

        /// The part of it whose places among the cases `isKept` keeps.
        package func filtered(_ isKept: (Int) -> Bool) -> Column {
            var part = Column()
            for (place, row) in rows.enumerated() where isKept(row) {
                part.rows.append(row)
                part.scores.append(scores[place])
                part.isPositive.append(isPositive[place])
                part.patients.append(patients[place])
            }
            return part
        }
    }

    /// The column of a class.
    package func column(_ index: Int) -> Column {
        var column = Column()
        for row in names.indices {
            let (score, truth) = (probabilities[row * classes + index], truths[row * classes + index])
            guard !score.isNaN, truth >= 0 else { continue }
            column.rows.append(row)
            column.scores.append(score)
            column.isPositive.append(truth == 1)
            column.patients.append(patients[row])
        }
        return column
    }

    /// The probability of a class; nil where it is not known.
    package func probability(_ row: Int, _ index: Int) -> Double? {
        let value = probabilities[row * classes + index]
        return value.isNaN ? nil : value
    }

    /// The probabilities of all classes; nil where one is not known.
    package func probabilities(_ row: Int) -> [Double]? {
        let own = Array(probabilities[row * classes..<(row + 1) * classes])
        return own.contains(where: \.isNaN) ? nil : own
    }

    /// Whether a class is so; nil where it is not known.
    package func truth(_ row: Int, _ index: Int) -> Bool? {
        let value = truths[row * classes + index]
        return value < 0 ? nil : value == 1
    }

    /// The one class that is so, of classes that exclude each other; nil where it is not known.
    package func trueClass(_ row: Int) -> Int? { (0..<classes).first { truths[row * classes + $0] == 1 } }

    /// The class of the highest probability, the first of several; nil where a probability is not known.
    package func saidClass(_ row: Int) -> Int? {
        var best = 0
        for index in 0..<classes {
            let value = probabilities[row * classes + index]
            if value.isNaN { return nil }
            if value > probabilities[row * classes + best] { best = index }
        }
        return classes > 0 ? best : nil
    }
}
