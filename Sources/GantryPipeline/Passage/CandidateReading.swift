import GantryCore

/// What reading and scoring the slices of one candidate produced.
struct CandidateReading {
    let stack: SliceStack
    let receiver: PassageReceiver
    let scores: ScoringLine.Result

    /// A slice whose lowest value outside the padding lies above this shows no air: no chest in Hounsfield units.
    static let highestAirHU = -500

    /// What is said of the candidate for its images; it is left where it encloses less than `smallestLungMillilitres` of
    /// air, unless its headers say that it is a chest.
    func trial(smallestLungMillilitres smallest: Double, saysChest: Bool) -> CandidateTrial {
        guard receiver.decoded > 0 else {
            return CandidateTrial(
                left: .nothingDecodable,
                detail: "none of its \(counted(stack.slices.count, "slice")) could be decoded\(whyNoneDecodes)")
        }
        let air = enclosedAirMillilitres
        let words =
            air.map { "the body encloses \($0.written(decimals: 0, apartFrom: [smallest])) ml of air over it" }
            ?? "how much air the body encloses over it cannot be measured"
        var trial = CandidateTrial(
            detail: words, enclosedAirMillilitres: air,
            airFractionAtLowestSlice: receiver.readings[0]?.air?.airFraction,
            airFractionAtHighestSlice: receiver.readings[stack.slices.count - 1]?.air?.airFraction)
        guard let lowest = receiver.smallestHU, lowest < Self.highestAirHU else {
            let found = receiver.smallestHU.map { "the lowest value of all slices is \($0) HU" }
            trial.left = .notHounsfield
            trial.detail =
                "\(found ?? "all pixels are padding"); in and around a chest there is air, below "
                + "\(Self.highestAirHU) HU: these are no Hounsfield units"
            return trial
        }
        if let air, air < smallest, !saysChest {
            trial.left = .notAChest
            trial.detail = words + ", of a chest at least \(smallest.writtenInFull(decimals: 0)) ml are expected"
        }
        return trial
    }

    /// ` (the reader's words)`, of the first slice where they differ; empty where it said nothing.
    private var whyNoneDecodes: String {
        let details = stack.slices.indices.compactMap { receiver.readings[$0]?.outcome?.detail }
        guard let first = details.first else { return "" }
        return details.allSatisfy { $0 == first } ? " (\(first))" : " (the first: \(first))"
    }

    /// Air enclosed by the body over the stack, millilitres: of each decoded slice its area times the way that it stands
    /// for, half of that to either neighbour, at most twice the usual one. Nil where the distance of slices is not known.
    private var enclosedAirMillilitres: Double? {
        guard let usual = stack.geometry.sliceSpacingMillimetres, usual > 0 else { return nil }
        let decoded = stack.slices.enumerated().compactMap { index, source in
            receiver.readings[index]?.air.map { (source: source, air: $0) }
        }
        func way(_ index: Int) -> Double {
            guard decoded.indices.contains(index), decoded.indices.contains(index + 1) else { return usual }
            return min(
                abs(decoded[index + 1].source.positionMillimetres - decoded[index].source.positionMillimetres),
                2 * usual)
        }
        let air = decoded.enumerated().reduce(0) { sum, slice in
            let plane = slice.element.source.plane
            let area =
                slice.element.air.airPixels * plane.rowSpacingMillimetres * plane.columnSpacingMillimetres
            return sum + area * (way(slice.offset - 1) + way(slice.offset)) / 2
        }
        // Absurd spacings lead beyond any number that can be written down.
        return air.isFinite ? air / 1000 : nil
    }

    /// The reader's own words on slices that it missed.
    var outcomes: [SliceID: FileOutcome] { receiver.outcomes(of: stack) }

    /// The records of all slices, in slice order.
    var slices: [SliceRecord] {
        stack.slices.enumerated().map { index, source in
            let reading = receiver.readings[index]
            let probabilities = scores.probabilities[index]
            // A slice that the reader never mentioned is one that could not be read.
            let reason = reading.map { $0.reason == .scored && probabilities == nil ? .unreadable : $0.reason }
            return SliceRecord(
                index: index, sopInstanceUID: source.sopInstanceUID, frameNumber: source.frameNumber,
                instanceNumber: source.instanceNumber, positionMillimetres: source.positionMillimetres,
                lungFraction: reading?.lungFraction, probabilities: probabilities ?? [], reason: reason ?? .unreadable,
                clampedPixels: reading?.clampedPixels ?? 0, remarks: reading?.remarks ?? [])
        }
    }
}

extension PassageReceiver {
    /// The reader's own words on slices of `stack` that it missed.
    func outcomes(of stack: SliceStack) -> [SliceID: FileOutcome] {
        var outcomes: [SliceID: FileOutcome] = [:]
        for (index, reading) in readings {
            if let outcome = reading.outcome { outcomes[SliceID(stack.slices[index])] = outcome }
        }
        return outcomes
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
