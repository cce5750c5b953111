/// What there is to say about the quality of a study before its verdict.
public enum QualityAssessment {
    /// Above this the gantry's tilt is mentioned, degrees.
    public static let mentionedTiltDegrees = 1.0

    /// Findings from the chosen series' `geometry` and `slices`, the ends of all `files` of the study, and what is
    /// known of the stack and of the study's arrival; failures first.
    ///
    /// Failures: missing slices, irregular spacing, slices or instances of the chosen series that could not be used,
    /// several instances at a position of which none is the later, a study taken before its folder was quiet, slices
    /// whose values are in doubt (`SliceRemark`), rejected files that may have been slices, the study's own or such as
    /// nobody knows whose they are (`unreadableNeighbours`), more positions with several images than the rules leave
    /// without doubt, slices that alternate as those of two scans would, another series between the slices. Notes:
    /// fewer such positions, a tilt above 1 degree, lossy compression, slices far thinner than their distance, clamped
    /// values, other remarks on slices, other rejected files of the study.
    ///
    /// `filesOfPatient`: the files of the study that do not name another patient than it has.
    /// `trial` is what came of reading the chosen candidate's images: too little enclosed air for a chest, and another
    /// series that goes on where the stack ends with lung, are failures too; nil leaves the first out.
    public static func findings(
        geometry: SeriesGeometry?, slices: [SliceRecord], files: [FileOutcome], evidence: StackEvidence,
        rules: SeriesRules, takenUnsettled: Bool, unreadableNeighbours: [FileOutcome] = [],
        filesOfPatient: Int = 0, trial: CandidateTrial? = nil
    ) -> [QualityFinding] {
        let spacingToleranceMillimetres = rules.spacingToleranceMillimetres
        let unreadable = slices.count { $0.reason.disposition == .rejected }
        var findings: [QualityFinding] = []
        if let geometry {
            findings += spacing(of: geometry, toleranceMillimetres: spacingToleranceMillimetres)
            findings += tilt(of: geometry)
        }
        findings += unusable(unreadable: unreadable, unused: evidence.unusedImages)
        findings += chest(trial, smallest: rules.smallestLungMillilitres)
        findings += continuations(evidence, slices: slices, trial: trial)
        findings += conflicts(evidence, most: rules.undoubtedDoubledPositions)
        findings += alternation(evidence)
        if takenUnsettled {
            findings.append(
                failure(
                    .takenUnsettled,
                    "The study was taken while files may still have been arriving: slices may have followed."))
        }
        if !evidence.lossySlices.isEmpty {
            let words = evidence.lossySlices.map(\.sentencePart).joined(separator: "; ")
            findings.append(note(.lossyCompression, "Pixel data had been compressed with loss: \(words)."))
        }
        findings += coverage(evidence)
        findings += clamping(slices)
        findings += remarks(on: slices)
        findings += patients(files, kept: filesOfPatient)
        findings += rejected(
            files.filter { $0.reason != .patientConflict }, slices: slices, unusableFiles: evidence.unusableFiles)
        findings += neighbours(unreadableNeighbours)
        return findings.filter(\.isFailure) + findings.filter { !$0.isFailure }
    }

    private static func failure(_ code: QualityFinding.Code, _ detail: String) -> QualityFinding {
        QualityFinding(code: code, isFailure: true, detail: detail)
    }

    private static func note(_ code: QualityFinding.Code, _ detail: String) -> QualityFinding {
        QualityFinding(code: code, isFailure: false, detail: detail)
    }

    private static func neighbours(_ files: [FileOutcome]) -> [QualityFinding] {
        guard !files.isEmpty else { return [] }
        let (it, they) = files.count == 1 ? ("it is a slice", "it") : ("they are slices", "them")
        var finding = failure(
            .rejectedFiles,
            "\(counted(files.count, "file")) in the study's folder cannot be read, so nobody knows whether \(it) of "
                + "this study: send \(they) again, or remove \(they). `gantry status` with the study's key names "
                + "\(they).")
        finding.files = files
        return [finding]
    }

    private static func spacing(of geometry: SeriesGeometry, toleranceMillimetres: Double) -> [QualityFinding] {
        guard !geometry.isRegular, let words = geometry.spacingWords, let median = geometry.sliceSpacingMillimetres,
            let smallest = geometry.smallestSpacingMillimetres
        else { return [] }
        let (shortest, longest) = words.range ?? (words.median, words.median)
        var findings: [QualityFinding] = []
        let holes = geometry.gaps.filter { $0.missingSlices > 0 }
        if !holes.isEmpty {
            let missing = holes.reduce(0) { $0 + $1.missingSlices }
            // Where the step changes too, the longest distance may be no hole.
            let farthest =
                geometry.changesOfStep.isEmpty
                ? longest : (holes.map(\.distanceMillimetres).max() ?? 0).written(decimals: 2)
            findings.append(
                failure(
                    .missingSlices,
                    "\(counted(missing, "slice")) missing in \(counted(holes.count, "place")): distances up to "
                        + "\(farthest) mm where \(words.median) mm is usual."))
        }
        let isUneven =
            geometry.gaps.contains { $0.missingSlices == 0 } || smallest < median - toleranceMillimetres
            || holes.isEmpty
        if isUneven {
            let steps = geometry.changesOfStep.map(\.words).listed(3, more: "more changes")
            findings.append(
                failure(
                    .irregularSpacing,
                    (steps.isEmpty ? "" : "The step from slice to slice changes: \(steps). ")
                        + "Distances between slices run from \(shortest) mm to \(longest) mm; \(words.median) mm is "
                        + "usual, and \(toleranceMillimetres.writtenInFull(decimals: 2)) mm of difference is "
                        + "tolerated."))
        }
        return findings
    }

    private static func tilt(of geometry: SeriesGeometry) -> [QualityFinding] {
        guard geometry.tiltDegrees > mentionedTiltDegrees else { return [] }
        let degrees = geometry.tiltDegrees.written(decimals: 1, apartFrom: [mentionedTiltDegrees])
        return [
            note(.tiltedGantry, "The gantry was tilted by \(degrees) degrees, measured from the slices' positions.")
        ]
    }

    private static func unusable(unreadable: Int, unused: [UnusedImage: Int]) -> [QualityFinding] {
        var parts: [String] = []
        if unreadable > 0 {
            parts.append("\(counted(unreadable, "slice")) of the chosen series could not be decoded or read")
        }
        for kind in UnusedImage.allCases {
            guard let count = unused[kind], count > 0 else { continue }
            parts.append(kind.clause(count))
        }
        guard !parts.isEmpty else { return [] }
        return [failure(.unreadableSlices, parts.joined(separator: "; ") + ".")]
    }

    private static func conflicts(_ evidence: StackEvidence, most: Int) -> [QualityFinding] {
        guard evidence.positionConflicts > 0 else { return [] }
        let kept = KeptBy.allCases.compactMap { by in
            evidence.keptBy[by].map { evidence.keptBy.count == 1 ? by.words : "\(by.words) (at \($0))" }
        }
        let places = counted(evidence.positionConflicts, "position")
        var words = "There is more than one image at \(places)"
        words += kept.isEmpty ? "" : "; the one with the \(kept.joined(separator: ", or the ")) was kept"
        if evidence.undecidedConflicts > 0 {
            return [
                failure(
                    .acquisitionConflict,
                    "\(words). At \(evidence.undecidedConflicts) of them nothing says which is later, or the images "
                        + "differ in more than time.")
            ]
        }
        guard evidence.positionConflicts > most else { return [note(.acquisitionConflict, words + ".")] }
        return [
            failure(
                .acquisitionConflict,
                "\(words). They cannot be sorted into complete scans, so the volume may be a mixture of several; the "
                    + "pipeline accepts \(counted(most, "such position")).")
        ]
    }

    private static func alternation(_ evidence: StackEvidence) -> [QualityFinding] {
        guard let attribute = evidence.alternation else { return [] }
        return [
            failure(
                .acquisitionConflict,
                "Along the stack the slices alternate in \(attribute): they may be of two scans, each half a step "
                    + "beside the other, and nothing else says whether they are.")
        ]
    }

    private static func chest(_ trial: CandidateTrial?, smallest: Double) -> [QualityFinding] {
        guard let trial, trial.isNoChest(smallestLungMillilitres: smallest), let air = trial.enclosedAirMillilitres
        else { return [] }
        return [
            failure(
                .notAChest,
                "The body encloses \(air.written(decimals: 0, apartFrom: [smallest])) ml of air over the series; of a "
                    + "chest the pipeline expects at least \(smallest.writtenInFull(decimals: 0)) ml.")
        ]
    }

    private static func continuations(
        _ evidence: StackEvidence, slices: [SliceRecord], trial: CandidateTrial?
    ) -> [QualityFinding] {
        // Results of earlier versions have the selection's own measure only.
        let lowest = trial?.airFractionAtLowestSlice ?? slices.first?.lungFraction ?? 0
        let highest = trial?.airFractionAtHighestSlice ?? slices.last?.lungFraction ?? 0
        return evidence.continuations.filter { continuation in
            switch continuation.place {
            case .above: highest >= LungArea.smallestLungFraction
            case .below: lowest >= LungArea.smallestLungFraction
            case .betweenSlices: true
            }
        }.map { continuation in
            let name = continuation.series.prefix(1).uppercased() + continuation.series.dropFirst()
            return failure(
                .seriesContinues,
                continuation.place == .betweenSlices
                    ? "\(name) has slices between those of the scored stack, like them in all else: only a part of the "
                        + "chest was scored."
                    : "\(name) goes on where the scored stack ends, and the slice at that end still shows lung: only a "
                        + "part of the chest was scored.")
        }
    }

    private static func coverage(_ evidence: StackEvidence) -> [QualityFinding] {
        guard let coverage = evidence.lowCoverage else { return [] }
        let percent = (coverage * 100).written(decimals: 0, apartFrom: [50])
        return [
            note(
                .sparseSlices,
                "The slices show \(percent) % of the way from one to the next: what lies between them was not looked "
                    + "at.")
        ]
    }

    private static func clamping(_ slices: [SliceRecord]) -> [QualityFinding] {
        let clamped = slices.filter { $0.clampedPixels > 0 }
        guard !clamped.isEmpty else { return [] }
        let pixels = clamped.reduce(0) { $0 + min($1.clampedPixels, 1 << 40) }
        let words = "\(counted(pixels, "pixel")) of \(counted(clamped.count, "slice"))"
        return [
            note(
                .clampedValues,
                "\(words) had Hounsfield values below -32768 or above 32767, and were set to the nearer of the two.")
        ]
    }

    /// The finding for a study of which slices that `earlier` was judged on are no longer among `slices`, nor
    /// `elsewhere` in the study: where another series is scored now, nothing was withdrawn. `before` were missing at
    /// `revision` already: a study that comes back in pieces is whole only when all of them are here.
    public static func withdrawn(
        from earlier: [SliceRecord], missingBefore before: [UID] = [], revision: Int, slices: [SliceRecord],
        elsewhere: Set<UID> = []
    ) -> [QualityFinding] {
        let present = elsewhere.union(slices.map(\.sopInstanceUID))
        let all = earlier.map(\.sopInstanceUID) + before
        let absent = all.filter { !present.contains($0) }
        guard !absent.isEmpty else { return [] }
        let judges = before.isEmpty ? "revision \(revision) was" : "earlier revisions were"
        var finding = failure(
            .slicesWithdrawn,
            "\(absent.count) of the \(counted(all.count, "slice")) that \(judges) judged on "
                + "\(absent.count == 1 ? "is" : "are") not here: only a part of the study was given.")
        finding.absentInstances = absent
        return [finding]
    }

    /// The finding for files that name another patient than the `kept` ones.
    private static func patients(_ files: [FileOutcome], kept: Int) -> [QualityFinding] {
        let others = files.count { $0.reason == .patientConflict }
        guard others > 0 else { return [] }
        let names = others == 1 ? "names" : "name"
        return [
            failure(
                .patientConflict,
                "\(counted(others, "file")) of this study \(names) another patient than \(kept) "
                    + "\(kept == 1 ? "other" : "others"): remove the wrong ones, and the study is judged again "
                    + "on those that stay. `gantry status` with the study's key names the files that were left out.")
        ]
    }

    private static func rejected(
        _ files: [FileOutcome], slices: [SliceRecord], unusableFiles: Int
    ) -> [QualityFinding] {
        let account = FileAccount(files)
        let ofStack = rejectedFiles(of: slices)
        let reasons = account.entries.filter { $0.reason.disposition == .rejected }
        let pronoun = account.rejected == 1 ? "it" : "they"
        let why =
            reasons.count == 1
            ? reasons.map { "\(pronoun) \($0.reason.clause($0.files))" }
            : reasons.map { "\($0.files) \($0.reason.clause($0.files))" }
        // A slice whose decoding failed in these ways is among the files too, and has its own finding.
        let decoded = ofStack.count { FileOutcome(file: "", reason: $0, detail: "").mayBeSlice }
        let possible = files.count(where: \.mayBeSlice) - decoded
        let words =
            "\(counted(account.rejected, "file")) of the study \(account.rejected == 1 ? "was" : "were") rejected: "
            + why.joined(separator: ", ") + "."
        if possible > 0 {
            let which = possible < account.rejected ? "\(possible) of them" : pronoun == "it" ? "It" : "They"
            let what = possible == 1 ? "a slice" : "slices"
            return [failure(.rejectedFiles, "\(words) \(which) may be \(what) of this study.")]
        }
        return account.rejected > ofStack.count + unusableFiles ? [note(.rejectedFiles, words)] : []
    }

    /// Why files of the stack are rejected: those of which a slice could not be read, and none was scored.
    private static func rejectedFiles(of slices: [SliceRecord]) -> [FileReason] {
        Dictionary(grouping: slices, by: \.sopInstanceUID).values.compactMap { ofFile in
            ofFile.contains { $0.reason.disposition == .scored }
                ? nil : ofFile.first { $0.reason.disposition == .rejected }?.reason
        }
    }
}
