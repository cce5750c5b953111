/// Which network of a file is meant, of a file that has several.
public struct WeightChoice: Sendable, Hashable {
    /// What the names of its tensors begin with, as `model.`; `.` for the top; nil: the only network in the file.
    public var prefix: String?
    /// The key of its state dict in a PyTorch checkpoint; nil: the only one in the file.
    public var stateDict: String?

    /// A choice; nothing is chosen unless said.
    public init(prefix: String? = nil, stateDict: String? = nil) {
        self.prefix = prefix
        self.stateDict = stateDict
    }
}
