/// The three answers.
public enum Finding: String, Sendable, Hashable, Codable, CaseIterable {
    /// Below the lower threshold, and nothing wrong with the study.
    case negative
    /// Between the thresholds, or something is wrong with the study.
    case indeterminate
    /// From the upper threshold on, and nothing wrong with the study.
    case positive
}
