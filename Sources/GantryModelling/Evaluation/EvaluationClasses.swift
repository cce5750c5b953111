import GantryCore
import GantryTraining

/// The outputs of a network as they are evaluated, and what words of a table say of them.
package struct EvaluationClasses: Sendable, Hashable {
    /// Names of the classes, or labels, in the order of the probabilities; different from each other.
    package let names: [String]
    /// Index of the class that is judged.
    package let positive: Int
    /// Whether they exclude each other.
    package let activation: Activation

    /// Nil where the positive class is none of the names.
    package init?(names: [String], positiveClass: String, activation: Activation) {
        guard let index = names.firstIndex(of: positiveClass) else { return nil }
        (self.names, positive, self.activation) = (names, index, activation)
    }

    /// The classes that have a row of their own: of two that exclude each other the positive one alone, otherwise all,
    /// the positive one first.
    package var rows: [Int] {
        if activation == .softmax, names.count == 2 { return [positive] }
        return [positive] + names.indices.filter { $0 != positive }
    }

    /// For each class whether it is so, of a thing of which `words` are said; nil where they do not tell.
    ///
    /// **Throws** `labelUnknown` where a word is none of the classes, `contradiction` where classes that exclude each
    /// other, or a class and its opposite, are said of one thing; `table` is what faults name.
    package func truth(of words: [EvaluationTruth.Word], table: String) throws(TrainingDataFault) -> [Bool?] {
        var said: [Int: EvaluationTruth.Word] = [:]
        var answer: (isPositive: Bool, word: EvaluationTruth.Word)?
        var hasNone = false
        for word in words {
            if let index = names.firstIndex(of: word.text) {
                said[index] = word
            } else if let isPositive = Self.answer(word.text) {
                if let other = answer, other.isPositive != isPositive {
                    throw Self.contradiction(word, other.word, table)
                }
                answer = (isPositive, word)
            } else if word.text.lowercased() == EvaluationTruth.none, activation == .sigmoid {
                hasNone = true
            } else {
                throw TrainingDataFault(
                    .labelUnknown, subject: "\(table):\(word.line)",
                    explanation: "has the label \(word.text); expected \(names.joined(separator: ", ")), or positive "
                        + "and negative.")
            }
        }
        let last = words.last ?? EvaluationTruth.Word(text: "", line: 0)
        if let answer {
            if answer.isPositive { said[positive] = answer.word }
            if !answer.isPositive, let other = said[positive] {
                throw Self.contradiction(last, other, table)
            }
        }
        if hasNone, let other = said.values.min(by: { $0.line < $1.line }) {
            throw Self.contradiction(last, other, table)
        }
        if activation == .softmax, said.count > 1, let first = said.values.min(by: { $0.line < $1.line }) {
            throw Self.contradiction(last, first, table)
        }
        if !said.isEmpty || hasNone { return names.indices.map { said[$0] != nil } }
        // That it is not positive says what it is where there is one other class.
        return names.indices.map { index in
            index == positive ? false : activation == .softmax && names.count == 2 ? true : nil
        }
    }

    private static func answer(_ word: String) -> Bool? {
        let word = word.lowercased()
        return EvaluationTruth.yes.contains(word) ? true : EvaluationTruth.no.contains(word) ? false : nil
    }

    private static func contradiction(
        _ word: EvaluationTruth.Word, _ other: EvaluationTruth.Word, _ table: String
    ) -> TrainingDataFault {
        TrainingDataFault(
            .contradiction, subject: "\(table):\(word.line)",
            explanation: "says \(word.text) of what line \(other.line) says \(other.text) of.")
    }
}
