import GantryCore
import Testing

@Suite struct QualityAssessmentTests {
    private func geometry(_ heights: [Double]) -> SeriesGeometry? {
        SeriesGeometry.measuring(heights.map { plane(0, 0, $0) }, toleranceMillimetres: 0.2)
    }

    private func record(_ index: Int, reason: FileReason = .scored, clamped: Int = 0) -> SliceRecord {
        SliceRecord(
            index: index, sopInstanceUID: uid("1.2.\(index)"), frameNumber: 1, instanceNumber: nil,
            positionMillimetres: Double(index), lungFraction: nil, probabilities: reason == .scored ? [0.5, 0.5] : [],
            reason: reason, clampedPixels: clamped)
    }

    private func findings(
        _ heights: [Double] = [0, 2, 4, 6], slices: [SliceRecord] = [], files: [FileOutcome] = [],
        evidence: StackEvidence = StackEvidence(), rules: SeriesRules = SeriesRules(), takenUnsettled: Bool = false,
        filesOfPatient: Int = 0, trial: CandidateTrial? = nil
    ) -> [QualityFinding] {
        QualityAssessment.findings(
            geometry: geometry(heights), slices: slices, files: files, evidence: evidence, rules: rules,
            takenUnsettled: takenUnsettled, filesOfPatient: filesOfPatient, trial: trial)
    }

    private func codes(_ findings: [QualityFinding], failures: Bool) -> [QualityFinding.Code] {
        findings.filter { $0.isFailure == failures }.map(\.code)
    }

    @Test func `there is nothing to say about a sound study`() {
        let slices = [record(0), record(1, reason: .sliceNotSelected)]
        let files = [FileOutcome(file: "a", reason: .seriesNotChosen, detail: "")]
        #expect(findings(slices: slices, files: files).isEmpty)
    }

    @Test func `missing slices fail and are counted`() {
        let found = findings([0, 2, 4, 10, 12, 16, 18])
        #expect(codes(found, failures: true) == [.missingSlices])
        #expect(found[0].detail == "3 slices missing in 2 places: distances up to 6.00 mm where 2.00 mm is usual.")
    }

    @Test func `irregular spacing fails, alone or beside missing slices`() {
        #expect(codes(findings([0, 2, 4, 6.5, 8.5]), failures: true) == [.irregularSpacing])
        #expect(codes(findings([0, 2, 4, 5, 7, 9]), failures: true) == [.irregularSpacing])
        #expect(codes(findings([0, 2, 4, 8, 9, 11, 13]), failures: true) == [.missingSlices, .irregularSpacing])
    }

    @Test func `the head CT that changes its step is irregular and misses nothing, and its tilt is mentioned`() {
        let planes = tiltedHead().instances.compactMap(\.frame.plane)
        let found = QualityAssessment.findings(
            geometry: SeriesGeometry.measuring(planes, toleranceMillimetres: 0.2), slices: [], files: [],
            evidence: StackEvidence(), rules: SeriesRules(), takenUnsettled: false)
        #expect(found.map(\.code) == [.irregularSpacing, .tiltedGantry])
        #expect(
            found[0].detail.hasPrefix(
                "The step from slice to slice changes: 7.00 mm from slice 15 to slice 28. Distances between slices run "
            ))
        #expect(found[1].detail.contains("18.5 degrees"))
    }

    @Test func `slices that could not be read and images that were not stacked fail, each with its reason`() {
        let unread = findings(slices: [record(0), record(1, reason: .damaged)])
        #expect(unread.map(\.code) == [.unreadableSlices] && unread[0].isFailure)
        #expect(unread[0].detail == "1 slice of the chosen series could not be decoded or read.")
        let unused = findings(
            evidence: StackEvidence(
                unusedImages: [.withoutPlace: 2, .withoutHounsfield: 1, .ofOtherPart: 3],
                unusableFiles: 2))
        #expect(unused.map(\.code) == [.unreadableSlices] && unused[0].isFailure)
        #expect(
            unused[0].detail
                == "2 images of the chosen series have no usable position, orientation or pixel spacing; "
                + "1 image of the chosen series has no rescale that leads to Hounsfield units; "
                + "3 images of the chosen series are of another part of it, and may show what the scored part does not."
        )
    }

    @Test func `files that nobody could read are named, and what to do about them is said`() {
        let files = [FileOutcome(file: "shared/a.dcm", reason: .damaged, detail: "cut short")]
        let found = QualityAssessment.findings(
            geometry: geometry([0, 2, 4]), slices: [], files: [], evidence: StackEvidence(), rules: SeriesRules(),
            takenUnsettled: false, unreadableNeighbours: files)
        #expect(found.map(\.code) == [.rejectedFiles] && found[0].isFailure && found[0].files == files)
        #expect(
            found[0].detail
                == "1 file in the study's folder cannot be read, so nobody knows whether it is a slice of this study: "
                + "send it again, or remove it. `gantry status` with the study's key names it.")
    }

    @Test func `a conflict that is decided at one or two positions is a note, an undecided one a failure`() {
        let decided = findings(evidence: StackEvidence(positionConflicts: 2, keptBy: [.acquisitionTime: 2]))
        #expect(codes(decided, failures: false) == [.acquisitionConflict] && decided.count == 1)
        #expect(
            decided[0].detail
                == "There is more than one image at 2 positions; the one with the later acquisition time was kept.")
        let undecided = findings(
            evidence: StackEvidence(
                positionConflicts: 2, keptBy: [.acquisitionTime: 1, .sopInstanceUID: 1], undecidedConflicts: 1))
        #expect(codes(undecided, failures: true) == [.acquisitionConflict])
    }

    @Test func `conflicts at more positions than the pipeline accepts are a failure, which says what was kept`() {
        let many = StackEvidence(positionConflicts: 3, keptBy: [.instanceNumber: 3])
        let found = findings(evidence: many)
        #expect(codes(found, failures: true) == [.acquisitionConflict])
        #expect(
            found[0].detail
                == "There is more than one image at 3 positions; the one with the higher Instance Number was kept. "
                + "They cannot be sorted into complete scans, so the volume may be a mixture of several; the pipeline "
                + "accepts 2 such positions.")
        var rules = SeriesRules()
        rules.mostDoubledPositions = 3
        #expect(codes(findings(evidence: many, rules: rules), failures: true).isEmpty)
        rules.mostDoubledPositions = 0
        #expect(codes(findings(evidence: StackEvidence(positionConflicts: 1), rules: rules), failures: true).count == 1)
    }

    @Test func `too little enclosed air for a chest is a failure, at the limit none`() {
        let head = findings(trial: CandidateTrial(detail: "", enclosedAirMillilitres: 49.2))
        #expect(codes(head, failures: true) == [.notAChest])
        #expect(head[0].detail.contains("49 ml") && head[0].detail.contains("150 ml"))
        #expect(findings(trial: CandidateTrial(detail: "", enclosedAirMillilitres: 150)).isEmpty)
        #expect(findings(trial: nil).isEmpty)
    }

    @Test func `air that slices nobody has seen may hold is not known to be absent`() {
        for (unseen, isKnown) in [(nil, true), (100.7, true), (100.8, false)] as [(Double?, Bool)] {
            let trial = CandidateTrial(detail: "", enclosedAirMillilitres: 49.2, unseenAirMillilitres: unseen)
            #expect(trial.isNoChest(smallestLungMillilitres: 150) == isKnown)
            #expect(codes(findings(trial: trial), failures: true) == (isKnown ? [.notAChest] : []))
        }
        #expect(!CandidateTrial(detail: "").isNoChest(smallestLungMillilitres: 150))
    }

    @Test func `a series that goes on is a failure only where the slice at that end shows lung`() {
        var evidence = StackEvidence()
        evidence.continuations = [SeriesContinuation(series: "series 4", place: .above)]
        func trial(_ low: Double, _ high: Double) -> CandidateTrial {
            CandidateTrial(detail: "", airFractionAtLowestSlice: low, airFractionAtHighestSlice: high)
        }
        let lung = findings(evidence: evidence, trial: trial(0, 0.3))
        #expect(codes(lung, failures: true) == [.seriesContinues])
        #expect(lung[0].detail.hasPrefix("Series 4 goes on where the scored stack ends"))
        #expect(findings(evidence: evidence, trial: trial(0.3, 0.01)).isEmpty)
        evidence.continuations[0].place = .below
        #expect(codes(findings(evidence: evidence, trial: trial(0.3, 0)), failures: true) == [.seriesContinues])
        // Between the slices it does not matter what the ends show.
        evidence.continuations[0].place = .betweenSlices
        let between = findings(evidence: evidence, trial: trial(0, 0))
        #expect(codes(between, failures: true) == [.seriesContinues])
        #expect(between[0].detail.hasPrefix("Series 4 has slices between those of the scored stack"))
    }

    @Test func `slices that leave much out between them are mentioned`() {
        var evidence = StackEvidence()
        evidence.lowCoverage = 0.054
        let found = findings(evidence: evidence)
        #expect(codes(found, failures: false) == [.sparseSlices] && found.count == 1)
        #expect(found[0].detail.contains("5 % of the way"))
    }

    @Test func `stray bits are a note up to one pixel in a thousand of a slice and a failure above`() {
        func slices(_ counts: [Int]) -> [SliceRecord] {
            counts.enumerated().map { index, count in
                var slice = record(index)
                if count > 0 { slice.remarks = [SliceRemark(.strayBits, count: count, ofPixels: 10_000)] }
                return slice
            }
        }
        let few = findings(slices: slices([0, 10, 3, 0]))
        #expect(few.map(\.code) == [.strayBits] && !few[0].isFailure)
        #expect(few[0].detail.hasPrefix("13 pixels of 2 slices have bits set that belong to no value"))
        let many = findings(slices: slices([0, 10, 11, 0]))
        #expect(many.map(\.code) == [.strayBits] && many[0].isFailure)
        #expect(many[0].detail.contains("in 1 slice that is more than one pixel in a thousand"))
    }

    @Test func `a study taken too early fails`() {
        #expect(codes(findings(takenUnsettled: true), failures: true) == [.takenUnsettled])
    }

    @Test func `loss, clamping and rejected files are notes with their numbers`() {
        let files = [
            FileOutcome(file: "a.txt", reason: .notDICOM, detail: ""),
            FileOutcome(file: "b", reason: .notHounsfield, detail: ""),
            FileOutcome(file: "c.pdf", reason: .notDICOM, detail: ""),
        ]
        let found = findings(
            slices: [record(0, clamped: 7), record(1, clamped: .max), record(2)], files: files,
            evidence: StackEvidence(lossySlices: [
                LossyCompression(transferSyntax: .jpegBaseline, slices: 12, ratios: 9.81...12.2),
                LossyCompression(transferSyntax: .explicitVRLittleEndian, slices: 1),
            ]))
        #expect(codes(found, failures: true).isEmpty)
        #expect(found.map(\.code) == [.lossyCompression, .clampedValues, .rejectedFiles])
        #expect(
            found[0].detail
                == "Pixel data had been compressed with loss: 12 slices JPEG Baseline (1.2.840.10008.1.2.4.50), "
                + "9.8:1 to 12:1; 1 slice before they were stored as Explicit VR Little Endian (1.2.840.10008.1.2.1).")
        #expect(found[1].detail.contains("of 2 slices"))
        #expect(
            found[2].detail
                == "3 files of the study were rejected: 2 are no DICOM files, 1 has values that are no Hounsfield "
                + "units."
        )
    }

    @Test func `an unreadable slice of the chosen series is not said twice`() {
        let found = findings(
            slices: [record(0, reason: .damaged)], files: [FileOutcome(file: "a", reason: .damaged, detail: "")])
        #expect(found.map(\.code) == [.unreadableSlices])
    }

    @Test(arguments: [FileReason.damaged, .unreadable, .readerDied, .readerTimedOut, .limitExceeded, .instanceConflict])
    func `a rejected file that may have been a slice is a failure`(reason: FileReason) {
        let found = findings(
            slices: [record(0)], files: [FileOutcome(file: "IM0002.txt", reason: reason, detail: "")])
        #expect(codes(found, failures: true) == [.rejectedFiles])
        #expect(found[0].detail.hasSuffix("It may be a slice of this study."))
    }

    @Test func `why files were rejected is said in words, whatever the reason`() {
        let cut = (1...20).map { FileOutcome(file: "IM\($0)", reason: .damaged, detail: "") }
        #expect(
            findings(slices: [record(0)], files: cut)[0].detail
                == "20 files of the study were rejected: they are damaged or cut short. They may be slices of this "
                + "study."
        )
        let mixed = cut.prefix(2) + [FileOutcome(file: "a.txt", reason: .notDICOM, detail: "")]
        #expect(
            findings(slices: [record(0)], files: Array(mixed))[0].detail
                == "3 files of the study were rejected: 1 is no DICOM file, 2 are damaged or cut short. 2 of them may "
                + "be slices of this study.")
        for reason in FileReason.allCases where reason.disposition == .rejected {
            let found = findings(slices: [record(0)], files: [FileOutcome(file: "a", reason: reason, detail: "")])
            #expect(found.allSatisfy { !$0.detail.contains(reason.rawValue) || reason == .damaged }, "\(reason)")
        }
    }

    @Test func `files that name another patient are counted beside those that do not, and what to do is said`() {
        let kept = (1...20).map { FileOutcome(file: "a/\($0)", reason: .scored, detail: "") }
        let strangers = (1...20).map { FileOutcome(file: "b/\($0)", reason: .patientConflict, detail: "") }
        let found = findings(slices: [record(0)], files: kept + strangers, filesOfPatient: 20)
        #expect(found.map(\.code) == [.patientConflict] && found[0].isFailure)
        #expect(
            found[0].detail.hasPrefix(
                "20 files of this study name another patient than 20 others: remove the wrong ones, and the study is "
                    + "judged again on those that stay."))
        let one = findings(slices: [record(0)], files: [kept[0], strangers[0]], filesOfPatient: 1)
        #expect(one[0].detail.hasPrefix("1 file of this study names another patient than 1 other:"))
        let beside = findings(
            slices: [record(0)], files: [kept[0], strangers[0], FileOutcome(file: "c", reason: .damaged, detail: "")])
        #expect(beside.map(\.code) == [.patientConflict, .rejectedFiles])
        #expect(beside[1].detail.hasPrefix("1 file of the study was rejected: it is damaged or cut short."))
    }

    @Test func `distances that differ are told apart`() {
        let geometry = SeriesGeometry(
            positions: 4, sliceSpacingMillimetres: 2, smallestSpacingMillimetres: 1.998,
            largestSpacingMillimetres: 2.004, isRegular: false, gaps: [], tiltDegrees: 0, normal: Vector3(0, 0, 1))
        var rules = SeriesRules()
        rules.spacingToleranceMillimetres = 0.001
        let found = QualityAssessment.findings(
            geometry: geometry, slices: [], files: [], evidence: StackEvidence(), rules: rules, takenUnsettled: false)
        #expect(
            found[0].detail
                == "Distances between slices run from 1.998 mm to 2.004 mm; 2.000 mm is usual, and 0.001 mm of "
                + "difference is tolerated.")
    }

    @Test func `air just below what is asked for does not read like it`() {
        let found = findings(trial: CandidateTrial(detail: "", enclosedAirMillilitres: 149.7))
        #expect(found[0].detail.contains("149.7 ml") && found[0].detail.contains("at least 150 ml"))
    }

    @Test(arguments: [("IM0002", true), ("a/1.2.840.1", true), ("a/x.DCM", true), ("notes.txt", false)])
    func `what is no DICOM may have been a slice by its name`(file: String, isFailure: Bool) {
        let found = findings(slices: [record(0)], files: [FileOutcome(file: file, reason: .notDICOM, detail: "")])
        #expect(found.map(\.code) == [.rejectedFiles] && found[0].isFailure == isFailure)
    }

    @Test func `a study that comes back in pieces is whole only when every slice is here`() {
        let all = (0..<4).map { record($0) }
        let first = QualityAssessment.withdrawn(from: all, revision: 1, slices: Array(all.prefix(1)))
        #expect(first[0].absentInstances == all.dropFirst().map(\.sopInstanceUID))
        let before = first[0].absentInstances ?? []
        let second = QualityAssessment.withdrawn(
            from: Array(all.prefix(1)), missingBefore: before, revision: 2, slices: Array(all.prefix(2)))
        #expect(
            second[0].isFailure && second[0].detail.hasPrefix("2 of the 4 slices that earlier revisions were judged"))
        #expect(
            QualityAssessment.withdrawn(
                from: Array(all.prefix(2)), missingBefore: second[0].absentInstances ?? [], revision: 3, slices: all
            ).isEmpty)
    }

    @Test func `slices of an earlier revision that are gone are a failure, more slices are none`() {
        let whole = (0..<4).map { record($0) }
        let gone = QualityAssessment.withdrawn(from: whole, revision: 2, slices: Array(whole.prefix(1)))
        #expect(gone.map(\.code) == [.slicesWithdrawn] && gone[0].isFailure)
        #expect(gone[0].detail.hasPrefix("3 of the 4 slices that revision 2 was judged on are not here"))
        #expect(QualityAssessment.withdrawn(from: Array(whole.prefix(1)), revision: 1, slices: whole).isEmpty)
        // Another series is scored now, and the slices are here all the same.
        let elsewhere = Set(whole.map(\.sopInstanceUID))
        #expect(QualityAssessment.withdrawn(from: whole, revision: 1, slices: [], elsewhere: elsewhere).isEmpty)
    }

    @Test func `failures come before notes`() {
        let found = findings(
            evidence: StackEvidence(lossySlices: [LossyCompression(transferSyntax: .jpegBaseline, slices: 1)]),
            takenUnsettled: true)
        #expect(found.map(\.isFailure) == [true, false])
    }
}
