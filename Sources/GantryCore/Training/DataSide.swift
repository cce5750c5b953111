/// What a picture is for.
public enum DataSide: String, Hashable, Sendable, Codable, CaseIterable {
    /// The network learns from it.
    case train
    /// Each epoch is judged by it, and the thresholds are chosen by it.
    case validation
    /// Nothing is chosen by it.
    case test

    /// The side that a folder, a list or a table calls `word`, in any letters: `train`, `training`, `val`, `valid`,
    /// `validation`, `dev`, `test`, `testing`; nil for another.
    public init?(word: String) {
        switch word.lowercased() {
        case "train", "training": self = .train
        case "val", "valid", "validation", "dev": self = .validation
        case "test", "testing": self = .test
        default: return nil
        }
    }
}
