import GantryCore

/// Which candidates a result tried, where they are the first of today's candidates.
struct EarlierTrials {
    /// What came of them, in order; empty in results of versions that tried one only and wrote nothing down.
    let trials: [CandidateTrial]
    /// Place of the one that was scored.
    let chosen: Int
    /// How many were tried.
    let count: Int
    /// Outcomes of the files that could not be decoded, of those that were left.
    let ofLeftCandidates: [FileOutcome]
    /// The slices of the one that was scored.
    private let slices: [SliceRecord]
    /// Files of each candidate that was tried, and the ends of all that are rejected.
    private let files: [Set<String>]
    private let rejected: [String: FileOutcome]

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
        slices = result.slices
        files = candidates.prefix(count).map { Set($0.slices.map(\.file)) }
        let rejected = Dictionary(
            result.files.filter { $0.disposition == .rejected }.map { ($0.file, $0) },
            uniquingKeysWith: { first, _ in first })
        self.rejected = rejected
        let ofLeft = files.enumerated().filter { $0.offset != chosen }.reduce(into: Set()) { $0.formUnion($1.element) }
        ofLeftCandidates = result.files.filter { ofLeft.contains($0.file) && rejected[$0.file] != nil }
    }

    /// Why slices were lost, of the candidate that was scored and of those that were left: they might have been kept.
    var lost: [FileReason] {
        slices.map(\.reason).filter { $0.disposition == .rejected } + ofLeftCandidates.map(\.reason)
    }

    /// Whether something of what was lost here was read in `later`, of the same candidates: a slice where both scored
    /// the same one, else a file of a candidate that `later` tried too.
    func isRegained(in later: EarlierTrials) -> Bool {
        if chosen == later.chosen && LossOfSlices.isRegained(slices, in: later.slices) { return true }
        return (0..<min(count, later.count)).contains { place in
            (place != chosen || place != later.chosen)
                && files[place].contains { rejected[$0] != nil && later.rejected[$0] == nil }
        }
    }

    /// Whether trying `candidates` today would end otherwise, although the images are the same: the one that was scored
    /// only stands in for want of a chest, and there are others that were not tried; or one was left as no chest, and
    /// its headers now say that it is one.
    func areOutdated(by candidates: SeriesCandidates, smallestLungMillilitres smallest: Double) -> Bool {
        let standsIn =
            trials.indices.contains(chosen) && trials[chosen].isNoChest(smallestLungMillilitres: smallest)
            && !candidates.saysChest(at: chosen)
        if standsIn && count < candidates.stacks.count { return true }
        return trials.enumerated().contains { $0.element.left == .notAChest && candidates.saysChest(at: $0.offset) }
    }
}
