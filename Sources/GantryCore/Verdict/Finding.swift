/// The three answers.
public enum Finding: String, Sendable, Hashable, Codable, CaseIterable {
    /// Below the lower threshold, and nothing wrong with the study.
    case negative
    /// Between the thresholds, or something is wrong with the study.
    case indeterminate
    /// From the upper threshold on, and nothing wrong with the study.
    case positive

    /// Whether the positive class is there, as SNOMED CT codes it. **Source** PS3.16 CID 240 "Present-Absent".
    public var presence: (code: String, meaning: String) {
        switch self {
        case .positive: ("52101004", "Present")
        case .negative: ("272519000", "Absent")
        case .indeterminate: ("373068000", "Undetermined")
        }
    }
}
