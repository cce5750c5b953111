/// Which statistics batch norms use during training.
public enum BatchNormMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// Those of the batch; running statistics follow.
    case live
    /// Those that are stored, which stay.
    case frozen
}
