/// What there is to say about the quality of a study before its verdict.
public enum QualityAssessment {
    /// Above this the gantry's tilt is mentioned, degrees.
    public static let mentionedTiltDegrees = 1.0

    /// Findings from the chosen series' `geometry` and `slices`, the ends of all `files` of the study, and what is
    /// known of the stack and of the study's arrival; failures first.
    ///
    /// Failures: missing slices, irregular spacing, slices or instances of the chosen series that could not be used,
    /// several instances at a position of which none is the later, a study taken before its folder was quiet, rejected
    /// files that may have been slices, the study's own or such as nobody knows whose they are
    /// (`unreadableNeighbours`). Notes: conflicts that were decided, a tilt above 1 degree, lossy compression,
    /// clamped values, other rejected files of the study.
    public static func findings(
        geometry: SeriesGeometry?, slices: [SliceRecord], files: [FileOutcome], evidence: StackEvidence,
        spacingToleranceMillimetres: Double, takenUnsettled: Bool, unreadableNeighbours: Int = 0
    ) -> [QualityFinding] {
        let unreadable = slices.count { $0.reason.disposition == .rejected }
        var findings: [QualityFinding] = []
        if let geometry {
            findings += spacing(of: geometry, toleranceMillimetres: spacingToleranceMillimetres)
            findings += tilt(of: geometry)
        }
        findings += unusable(unreadable: unreadable, unusableImages: evidence.unusableImages)
        findings += conflicts(evidence)
        if takenUnsettled {
            findings.append(
                failure(.takenUnsettled, "The study was taken before its folder was quiet: slices may have followed."))
        }
        if !evidence.lossySlices.isEmpty {
            let words = evidence.lossySlices.map(\.sentencePart).joined(separator: "; ")
            findings.append(note(.lossyCompression, "Pixel data had been compressed with loss: \(words)."))
        }
        findings += clamping(slices)
        findings += rejected(files, slices: slices, unusableFiles: evidence.unusableFiles)
        if unreadableNeighbours > 0 {
            findings.append(
                failure(
                    .rejectedFiles,
                    "\(counted(unreadableNeighbours, "file")) beside the study could not be read so far that one could say "
                        + "whose it is: slices of it may be among them."))
        }
        return findings.filter(\.isFailure) + findings.filter { !$0.isFailure }
    }

    private static func failure(_ code: QualityFinding.Code, _ detail: String) -> QualityFinding {
        QualityFinding(code: code, isFailure: true, detail: detail)
    }

    private static func note(_ code: QualityFinding.Code, _ detail: String) -> QualityFinding {
        QualityFinding(code: code, isFailure: false, detail: detail)
    }

    private static func spacing(of geometry: SeriesGeometry, toleranceMillimetres: Double) -> [QualityFinding] {
        guard !geometry.isRegular, let median = geometry.sliceSpacingMillimetres,
            let smallest = geometry.smallestSpacingMillimetres, let largest = geometry.largestSpacingMillimetres
        else { return [] }
        var findings: [QualityFinding] = []
        let holes = geometry.gaps.filter { $0.missingSlices > 0 }
        if !holes.isEmpty {
            let missing = holes.reduce(0) { $0 + $1.missingSlices }
            findings.append(
                failure(
                    .missingSlices,
                    "\(counted(missing, "slice")) missing in \(counted(holes.count, "place")): distances up to "
                        + "\(largest.written(decimals: 2)) mm where \(median.written(decimals: 2)) mm is usual."))
        }
        let isUneven =
            geometry.gaps.contains { $0.missingSlices == 0 } || smallest < median - toleranceMillimetres
            || holes.isEmpty
        if isUneven {
            findings.append(
                failure(
                    .irregularSpacing,
                    "Distances between slices run from \(smallest.written(decimals: 2)) mm to "
                        + "\(largest.written(decimals: 2)) mm; \(median.written(decimals: 2)) mm is usual, and "
                        + "\(toleranceMillimetres.written(decimals: 2)) mm of difference is tolerated."))
        }
        return findings
    }

    private static func tilt(of geometry: SeriesGeometry) -> [QualityFinding] {
        guard geometry.tiltDegrees > mentionedTiltDegrees else { return [] }
        let degrees = geometry.tiltDegrees.written(decimals: 1)
        return [
            note(.tiltedGantry, "The gantry was tilted by \(degrees) degrees, measured from the slices' positions.")
        ]
    }

    private static func unusable(unreadable: Int, unusableImages: Int) -> [QualityFinding] {
        var parts: [String] = []
        if unreadable > 0 {
            parts.append("\(counted(unreadable, "slice")) of the chosen series could not be decoded or read")
        }
        if unusableImages > 0 {
            parts.append("\(counted(unusableImages, "image")) of the chosen series could not be put in order")
        }
        guard !parts.isEmpty else { return [] }
        return [failure(.unreadableSlices, parts.joined(separator: ", ") + ".")]
    }

    private static func conflicts(_ evidence: StackEvidence) -> [QualityFinding] {
        guard evidence.positionConflicts > 0 else { return [] }
        let places = "At \(counted(evidence.positionConflicts, "position")) several images lay"
        guard evidence.undecidedConflicts > 0 else {
            return [note(.acquisitionConflict, "\(places); the later acquisition was kept.")]
        }
        return [
            failure(
                .acquisitionConflict,
                "\(places), and at \(evidence.undecidedConflicts) of them neither time nor number says which is later.")
        ]
    }

    private static func clamping(_ slices: [SliceRecord]) -> [QualityFinding] {
        let clamped = slices.filter { $0.clampedPixels > 0 }
        guard !clamped.isEmpty else { return [] }
        let pixels = clamped.reduce(0) { $0 + min($1.clampedPixels, 1 << 40) }
        let words = "\(counted(pixels, "pixel")) of \(counted(clamped.count, "slice"))"
        return [note(.clampedValues, "\(words) had Hounsfield values beyond -32768...32767 and were held to them.")]
    }

    /// The finding for a study of which slices that `earlier` was judged on are no longer among `slices`.
    public static func withdrawn(from earlier: [SliceRecord], revision: Int, slices: [SliceRecord]) -> [QualityFinding]
    {
        let present = Set(slices.map(\.sopInstanceUID))
        let absent = earlier.count { !present.contains($0.sopInstanceUID) }
        guard absent > 0 else { return [] }
        return [
            failure(
                .slicesWithdrawn,
                "\(absent) of the \(counted(earlier.count, "slice")) that revision \(revision) was judged on "
                    + "\(absent == 1 ? "is" : "are") not here: only a part of the study was given.")
        ]
    }

    private static func rejected(
        _ files: [FileOutcome], slices: [SliceRecord], unusableFiles: Int
    ) -> [QualityFinding] {
        let tally = FileTally(files)
        let ofStack = rejectedFiles(of: slices)
        let reasons = tally.reasons.filter { $0.reason.disposition == .rejected }
            .map { "\($0.files) \($0.reason.rawValue)" }.joined(separator: ", ")
        // A slice whose decoding failed in these ways is among the files too, and has its own finding.
        let decoded = ofStack.count { FileOutcome(file: "", reason: $0, detail: "").mayBeSlice }
        let possible = files.count(where: \.mayBeSlice) - decoded
        let words = "\(counted(tally.rejected, "file")) of the study rejected: \(reasons)"
        if possible > 0 { return [failure(.rejectedFiles, "\(words); \(possible) of them may have been slices.")] }
        return tally.rejected > ofStack.count + unusableFiles ? [note(.rejectedFiles, words + ".")] : []
    }

    /// Why files of the stack are rejected: those of which a slice could not be read, and none was scored.
    private static func rejectedFiles(of slices: [SliceRecord]) -> [FileReason] {
        Dictionary(grouping: slices, by: \.sopInstanceUID).values.compactMap { ofFile in
            ofFile.contains { $0.reason.disposition == .scored }
                ? nil : ofFile.first { $0.reason.disposition == .rejected }?.reason
        }
    }
}
