import GantryCore

/// Reports that wait to be written, in the order in which they came to wait.
struct OwedReportsQueue: Sendable {
    private var waiting: [OwedReports] = []

    /// Number of studies whose reports wait.
    var count: Int { waiting.count }

    /// Those that are due first; nil where none wait.
    var next: OwedReports? { waiting.min { $0.due < $1.due } }

    /// Lets reports wait until they are due.
    mutating func append(_ reports: OwedReports) { waiting.append(reports) }

    /// Takes out the first that are due at `moment`; nil where none are.
    mutating func takeDue(at moment: Timestamp) -> OwedReports? {
        guard let index = waiting.firstIndex(where: { $0.due <= moment }) else { return nil }
        return waiting.remove(at: index)
    }
}
