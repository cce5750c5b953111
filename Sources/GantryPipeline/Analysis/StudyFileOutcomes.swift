import GantryCore

/// What becomes of one study's files: each ends in exactly one outcome.
struct StudyFileOutcomes {
    let input: StudyInput
    let selection: SeriesSelection
    /// Outcomes of files that could not be decoded, of candidates that were tried and left.
    var ofLeftCandidates: [FileOutcome] = []

    /// The outcome of every file: those that fell away before, and those of `slices` (the records of `stack`).
    ///
    /// A file with several frames is scored where one of them was, else rejected where one of them was. `outcomes` are
    /// the reader's own words on slices that it missed.
    func files(slices: [SliceRecord], stack: SliceStack, outcomes: [SliceID: FileOutcome]) -> [FileOutcome] {
        var byFile: [String: FileOutcome] = [:]
        for (slice, source) in zip(slices, stack.slices) {
            let outcome =
                outcomes[SliceID(source)].map { FileOutcome(file: source.file, reason: $0.reason, detail: $0.detail) }
                ?? FileOutcome(file: source.file, reason: slice.reason, detail: detail(of: slice))
            if let other = byFile[source.file], Self.weight(other) >= Self.weight(outcome) { continue }
            byFile[source.file] = outcome
        }
        return completed(Array(byFile.values))
    }

    /// The reader's words on slices of `stack` that it missed when `latest` was judged, as its files have them.
    static func missedSlices(of latest: StudyRecord, stack: SliceStack) -> [SliceID: FileOutcome] {
        let byFile = Dictionary(latest.result.files.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
        var missed: [SliceID: FileOutcome] = [:]
        for (slice, source) in zip(latest.result.slices, stack.slices) where slice.reason.disposition == .rejected {
            if let outcome = byFile[source.file], outcome.reason == slice.reason { missed[SliceID(source)] = outcome }
        }
        return missed
    }

    /// A failure with the outcomes as they stand. Files of the chosen series' `slices` end with the reader's words, or
    /// else as what the failure makes of a file that nothing is known against: none of them was scored.
    func failure(
        _ code: StudyFailure.Code, _ detail: String, slices: [SliceSource] = [],
        outcomes: [SliceID: FileOutcome] = [:]
    ) -> StudyFailure {
        var byFile: [String: FileOutcome] = [:]
        for source in slices where byFile[source.file] == nil {
            guard let own = outcomes[SliceID(source)] else { continue }
            byFile[source.file] = FileOutcome(file: source.file, reason: own.reason, detail: own.detail)
        }
        let reason = Self.reason(of: code)
        let words = reason == .studyNotJudged ? "The study came to no verdict: \(detail)" : detail
        for source in slices where byFile[source.file] == nil {
            byFile[source.file] = FileOutcome(file: source.file, reason: reason, detail: words)
        }
        return StudyFailure(
            code: code, detail: detail, seriesDecisions: selection.decisions, files: completed(Array(byFile.values)))
    }

    /// All outcomes by path, those of other files with `ofStack`; where a file has two, the first stands.
    private func completed(_ ofStack: [FileOutcome]) -> [FileOutcome] {
        var seen: Set<String> = []
        return (ofStack + ofLeftCandidates + selection.outcomes + input.rejected)
            .filter { seen.insert($0.file).inserted }
            .sorted { pathPrecedes($0.file, $1.file) }
    }

    private static func weight(_ outcome: FileOutcome) -> Int {
        switch outcome.disposition {
        case .scored: 2
        case .rejected: 1
        case .skipped: 0
        }
    }

    /// The reason of a file on which the reader has said nothing, in a study that failed as a whole.
    private static func reason(of code: StudyFailure.Code) -> FileReason {
        switch code {
        case .notHounsfield: .notHounsfield
        case .nothingReadable: .unreadable
        case .noSuitableSeries: .seriesNotChosen
        case .quarantined, .readerFault, .readerTimedOut, .scorerFault, .reportFault, .timedOut: .studyNotJudged
        }
    }

    private func detail(of slice: SliceRecord) -> String {
        switch slice.reason {
        case .scored: "Scored."
        case .sliceNotSelected:
            slice.lungFraction.map {
                "The slice selection left it out: \((($0 * 1000).rounded() / 10)) % of the body is lung."
            } ?? "The slice selection left it out."
        default: "Could not be used when the study was scored: \(slice.reason.rawValue)."
        }
    }
}
