import GantryCore

/// What keeps an account of files from balancing, as sentences by path: a file seen without an end, with several, or
/// an end of a file that was not seen. Empty where every file seen has exactly one end.
func discrepancies(seen: [String], outcomes: [FileOutcome]) -> [String] {
    var ends: [String: Int] = [:]
    for outcome in outcomes { ends[outcome.file, default: 0] += 1 }
    var sentences: [(file: String, sentence: String)] = []
    let files = Set(seen)
    for file in files {
        let count = ends[file] ?? 0
        if count != 1 { sentences.append((file, count == 0 ? "\(file) has no end" : "\(file) has \(count) ends")) }
    }
    for file in ends.keys where !files.contains(file) {
        sentences.append((file, "\(file) has an end and was not seen"))
    }
    return sentences.sorted { $0.file < $1.file }.map(\.sentence)
}
