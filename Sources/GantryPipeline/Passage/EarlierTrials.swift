import GantryCore

/// Which candidates the latest revision tried, where they are the first of today's candidates.
struct EarlierTrials {
    /// What came of them, in order; empty in results of versions that tried one only and wrote nothing down.
    let trials: [CandidateTrial]
    /// Place of the one that was scored.
    let chosen: Int
    /// How many were tried.
    let count: Int
    /// Ends of the files that could not be decoded, of those that were left.
    let left: [FileOutcome]

    /// Those of `result`; nil where today other series come first.
    init?(_ result: StudyResult, candidates: [SliceStack]) {
        let tried = result.seriesDecisions.filter { $0.isChosen || $0.trial != nil }
            .sorted { ($0.rank ?? .max) < ($1.rank ?? .max) }
        guard !tried.isEmpty, tried.count <= candidates.count,
            zip(tried, candidates).allSatisfy({ $0.seriesInstanceUID == $1.seriesInstanceUID }),
            let chosen = tried.firstIndex(where: \.isChosen)
        else { return nil }
        trials = tried.compactMap(\.trial)
        self.chosen = chosen
        count = tried.count
        let files = Set(
            candidates.prefix(count).enumerated().filter { $0.offset != chosen }
                .flatMap { $0.element.slices.map(\.file) })
        left = result.files.filter { $0.disposition == .rejected && files.contains($0.file) }
    }
    /// Why slices of `result` were lost, and those of candidates that were left because nothing could be decoded.
    func lost(of result: StudyResult) -> [FileReason] {
        let isLeftUnread = trials.contains { $0.left == .nothingDecodable }
        return (result.slices.map(\.reason) + (isLeftUnread ? left.map(\.reason) : []))
            .filter { $0.disposition == .rejected }
    }
}
