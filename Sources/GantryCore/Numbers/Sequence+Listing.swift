extension Sequence<String> {
    /// The first few texts for a sentence, and how many more there are: `1, 2, 3 and 197 more`.
    package func listed(_ most: Int, separator: String = ", ", more: String = "more") -> String {
        let all = Array(self)
        guard all.count > most else { return all.joined(separator: separator) }
        return all.prefix(most).joined(separator: separator) + " and \(all.count - most) " + more
    }
}
