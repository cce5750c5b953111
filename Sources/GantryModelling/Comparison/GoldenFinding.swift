/// What came of a comparison with a golden run of the whole way, from Hounsfield units to probabilities.
package struct GoldenFinding: Sendable {
    /// Whether every probability is the golden run's, and of every slice.
    package let isEqual: Bool
    /// What was found, for a person; no full stop.
    package let sentence: String

    /// A finding.
    package init(isEqual: Bool, sentence: String) {
        self.isEqual = isEqual
        self.sentence = sentence
    }
}
