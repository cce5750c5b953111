/// Something that was decided or made up when a file's tensors were taken for a network's, to be said to a person.
public enum WeightRemark: Hashable, Sendable {
    /// The network lies behind a prefix, or at the top where it is empty; `beside` are the tensors that were left out.
    case taken(prefix: String, beside: [String])
    /// Any other, a whole sentence.
    case note(String)

    /// How many of the tensors beside a network are named.
    private static let mostNamed = 4

    /// The sentence, where the network's name is `network`.
    public func sentence(network: String) -> String {
        switch self {
        case .note(let sentence): return sentence
        case .taken(let prefix, let beside):
            let place = prefix.isEmpty ? "At the top" : "Behind `\(prefix)`"
            guard !beside.isEmpty else { return "\(place) lies a \(network)." }
            let named = beside.prefix(Self.mostNamed).joined(separator: ", ")
            let more = beside.count > Self.mostNamed ? " and \(beside.count - Self.mostNamed) more" : ""
            return "\(place) lies a \(network); beside it: \(named)\(more)."
        }
    }
}
