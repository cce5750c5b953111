import GantryCore

/// What reading and scoring the slices of one candidate produced.
struct CandidateReading {
    let measured: SliceMeasurements
    let scores: ScoringLine.Result

    var stack: SliceStack { measured.stack }

    /// The reader's own words on slices that it missed.
    var outcomes: [SliceID: FileOutcome] { measured.outcomes }

    /// The records of all slices, in slice order.
    var slices: [SliceRecord] {
        stack.slices.enumerated().map { index, source in
            let reading = measured.readings[index]
            let score = scores.scores[index]
            // A slice that the reader never mentioned is one that could not be read.
            let reason = reading.map { $0.reason == .scored && score == nil ? .unreadable : $0.reason }
            return SliceRecord(
                index: index, sopInstanceUID: source.sopInstanceUID, frameNumber: source.frameNumber,
                instanceNumber: source.instanceNumber, positionMillimetres: source.positionMillimetres,
                lungFraction: reading?.lungFraction,
                lungAreaSquareMillimetres: measured.airSquareMillimetres(of: index).flatMap { $0.isFinite ? $0 : nil },
                probabilities: score?.probabilities ?? [],
                distance: score?.distance, reason: reason ?? .unreadable, clampedPixels: reading?.clampedPixels ?? 0,
                remarks: reading?.remarks ?? [])
        }
    }
}

extension StudyFailure.Code {
    /// The failure of a study whose candidates were all left for `reason`.
    init(_ reason: CandidateTrial.Reason) {
        switch reason {
        case .nothingDecodable: self = .nothingReadable
        // Unused: what only lacks air is scored all the same, and the verdict is indeterminate.
        case .notHounsfield, .notAChest: self = .notHounsfield
        }
    }
}
