import Dispatch
import GantryCore
import Synchronization

/// One study's way from its files to a result: series, content, slices, scores, quality, verdict.
///
/// Runs on the calling thread, with more for the scorer and the digest; nothing is written.
struct StudyPassage: Sendable {
    let environment: RunEnvironment

    /// A slice whose lowest value outside the padding lies above this shows no air: no chest in Hounsfield units.
    static let highestAirHU = -500

    private var definition: PipelineDefinition { environment.bundle.definition }

    /// Takes `input` through the pipeline. `latest` is the study's latest revision; `between` is called before each
    /// slice with the number of slices done and of all, and while the content's digest is taken, and says whether to go on.
    func run(_ input: StudyInput, latest: StudyRecord?, between: @escaping (Int, Int) -> ReadControl) -> PassageOutcome
    {
        let startedAt = environment.clock.now()
        let selection = SeriesSelection.decide(input.study, rules: definition.scoring.seriesRules)
        let ledger = PassageLedger(input: input, selection: selection)
        guard let stack = selection.chosen, !stack.slices.isEmpty else {
            return .failed(ledger.failure(.noSuitableSeries, selection.summary), .permanent)
        }
        guard let latest else {
            // There is nothing to compare the content with: its digest can be taken while the slices are scored.
            let aside = DigestAside(reader: environment.reader, root: input.root, slices: stack.slices)
            defer { aside.stop() }
            return scored(stack, ledger: ledger, latest: nil, startedAt: startedAt, between: between) {
                () throws(ReaderFault) in try aside.digest()
            }
        }
        let digest: String?
        do {
            digest = try environment.reader.contentDigest(root: input.root, slices: stack.slices) { _ in
                between(0, stack.slices.count)
            }
        } catch {
            return failed(error, stack: stack, ledger: ledger, outcomes: [:])
        }
        guard let digest else { return .interrupted }
        var provenance = provenance(contentDigest: digest, startedAt: startedAt)
        if scores(of: latest, hold: stack, provenance: provenance) {
            return rejudged(latest, stack: stack, ledger: ledger, provenance: &provenance)
        }
        return scored(stack, ledger: ledger, latest: latest, startedAt: startedAt, between: between) { digest }
    }

    private func failed(
        _ fault: ReaderFault, stack: SliceStack, ledger: PassageLedger, outcomes: [SliceID: FileOutcome]
    ) -> PassageOutcome {
        let code: StudyFailure.Code = fault.code == .quarantined ? .quarantined : .readerFault
        return .failed(
            ledger.failure(code, fault.explanation, slices: stack.slices, outcomes: outcomes), fault.disposition)
    }

    // MARK: - Scores from the store

    /// Whether the scores of `latest` are those that this passage would compute.
    private func scores(of latest: StudyRecord, hold stack: SliceStack, provenance: Provenance) -> Bool {
        let earlier = latest.result.provenance
        return earlier.contentDigest == provenance.contentDigest && earlier.scoringDigest == provenance.scoringDigest
            && latest.result.slices.map(SliceID.init) == stack.slices.map(SliceID.init)
    }

    private func rejudged(
        _ latest: StudyRecord, stack: SliceStack, ledger: PassageLedger, provenance: inout Provenance
    ) -> PassageOutcome {
        let slices = latest.result.slices
        let files = ledger.files(slices: slices, stack: stack, outcomes: [:])
        let verdict = verdict(slices: slices, stack: stack, files: files, ledger: ledger, latest: latest)
        if verdict == latest.result.verdict && latest.result.provenance.judgingDigest == provenance.judgingDigest {
            return .unchanged(files: files)
        }
        provenance.scoresFromStore = true
        provenance.finishedAt = environment.clock.now()
        return .judged(
            StudyResult(
                verdict: verdict, seriesDecisions: ledger.selection.decisions, slices: slices, files: files,
                keyPictures: latest.result.keyPictures, provenance: provenance))
    }

    // MARK: - Scores from the network

    /// `contentDigest` waits for the digest where it is not there yet; it is nil where its taking was stopped.
    private func scored(
        _ stack: SliceStack, ledger: PassageLedger, latest: StudyRecord?, startedAt: Timestamp,
        between: @escaping (Int, Int) -> ReadControl, contentDigest: () throws(ReaderFault) -> String?
    ) -> PassageOutcome {
        let settings = environment.settings
        let deadline = startedAt.advanced(bySeconds: settings.studySeconds)
        let clock = environment.clock
        let line = ScoringLine(
            scorer: environment.scorer, positiveClassIndex: positiveClassIndex, groupSize: settings.groupSize,
            threads: settings.scoringThreads, limit: settings.tensorsInFlight,
            keyPictures: definition.report.keyPictures)
        var receiver = PassageReceiver(
            slices: stack.slices, scorer: environment.scorer, line: line,
            selection: definition.scoring.sliceSelection, picture: definition.report
        ) { done in
            if clock.now() >= deadline { return .timeout }
            return between(done, stack.slices.count) == .stop ? .stop : .proceed
        }
        do {
            try environment.reader.read(root: ledger.input.root, slices: stack.slices, padding: .air, into: &receiver)
        } catch {
            line.abandon()
            return failed(error, stack: stack, ledger: ledger, outcomes: outcomes(of: receiver, stack: stack))
        }
        switch receiver.end {
        case .stopped:
            line.abandon()
            return .interrupted
        case .timedOut:
            line.abandon()
            let minutes = settings.studySeconds / 60
            return .failed(
                ledger.failure(
                    .timedOut,
                    "not finished within \(minutes) minutes (\(receiver.readings.count) of \(stack.slices.count) slices read)",
                    slices: stack.slices), .permanent)
        case .scorerFailed, nil: break
        }
        let scores: ScoringLine.Result
        do {
            scores = try line.finish()
        } catch  where error.code == .unavailable {
            environment.requestStop(.scorerFault(error))
            return .interrupted
        } catch {
            return .failed(
                ledger.failure(.scorerFault, error.description, slices: stack.slices), error.disposition)
        }
        if let failure = implausible(receiver, stack: stack, ledger: ledger) { return .failed(failure, .permanent) }
        do {
            guard let digest = try contentDigest() else { return .interrupted }
            return judged(
                stack, receiver: receiver, scores: scores, ledger: ledger, latest: latest,
                provenance: provenance(contentDigest: digest, startedAt: startedAt))
        } catch {
            return failed(error, stack: stack, ledger: ledger, outcomes: outcomes(of: receiver, stack: stack))
        }
    }

    /// The failure of a study whose pixels are no chest CT, or absent; nil where they may be one.
    private func implausible(_ receiver: PassageReceiver, stack: SliceStack, ledger: PassageLedger) -> StudyFailure? {
        let outcomes = outcomes(of: receiver, stack: stack)
        guard receiver.decoded > 0 else {
            return ledger.failure(
                .nothingReadable, "none of the \(stack.slices.count) slices of the chosen series could be decoded",
                slices: stack.slices, outcomes: outcomes)
        }
        if let lowest = receiver.smallestHU, lowest < Self.highestAirHU { return nil }
        let found = receiver.smallestHU.map { "the lowest value of all slices is \($0) HU" } ?? "all pixels are padding"
        return ledger.failure(
            .notHounsfield,
            "\(found); in and around a chest there is air, below \(Self.highestAirHU) HU: these are no Hounsfield units",
            slices: stack.slices, outcomes: outcomes)
    }

    private func judged(
        _ stack: SliceStack, receiver: PassageReceiver, scores: ScoringLine.Result, ledger: PassageLedger,
        latest: StudyRecord?, provenance: Provenance
    ) -> PassageOutcome {
        let slices = stack.slices.enumerated().map { index, source in
            let reading = receiver.readings[index]
            let probabilities = scores.probabilities[index]
            // A slice that the reader never mentioned is one that could not be read.
            let reason = reading.map { $0.reason == .scored && probabilities == nil ? .unreadable : $0.reason }
            return SliceRecord(
                index: index, sopInstanceUID: source.sopInstanceUID, frameNumber: source.frameNumber,
                instanceNumber: source.instanceNumber, positionMillimetres: source.positionMillimetres,
                lungFraction: reading?.lungFraction, probabilities: probabilities ?? [], reason: reason ?? .unreadable,
                clampedPixels: reading?.clampedPixels ?? 0)
        }
        let files = ledger.files(slices: slices, stack: stack, outcomes: outcomes(of: receiver, stack: stack))
        let verdict = verdict(slices: slices, stack: stack, files: files, ledger: ledger, latest: latest)
        do {
            let pictures = try pictures(of: scores.best, stack: stack)
            var provenance = provenance
            provenance.finishedAt = environment.clock.now()
            return .judged(
                StudyResult(
                    verdict: verdict, seriesDecisions: ledger.selection.decisions, slices: slices, files: files,
                    keyPictures: pictures, provenance: provenance))
        } catch {
            return .failed(
                ledger.failure(.reportFault, error.description, slices: stack.slices), error.disposition)
        }
    }

    /// The pictures, encoded on all cores: no slice is left to be scored meanwhile.
    private func pictures(of best: [PictureCandidate], stack: SliceStack) throws(ReportFault) -> [KeyPicture] {
        let encoded = Mutex<[Int: Result<[UInt8], ReportFault>]>([:])
        DispatchQueue.concurrentPerform(iterations: best.count) { index in
            let candidate = best[index]
            let png = Result { () throws(ReportFault) in
                try environment.reports.png(
                    pixels: candidate.grey, rows: candidate.rows, columns: candidate.columns)
            }
            encoded.withLock { $0[index] = png }
        }
        let files = encoded.withLock { $0 }
        var pictures: [KeyPicture] = []
        for (index, candidate) in best.enumerated() {
            guard let png = try files[index]?.get() else { continue }
            pictures.append(
                KeyPicture(
                    sliceIndex: candidate.index, window: definition.report.window,
                    orientation: PatientOrientation(stack.slices[candidate.index].plane), rows: candidate.rows,
                    columns: candidate.columns, png: png))
        }
        return pictures
    }

    private func outcomes(of receiver: PassageReceiver, stack: SliceStack) -> [SliceID: FileOutcome] {
        var outcomes: [SliceID: FileOutcome] = [:]
        for (index, reading) in receiver.readings {
            if let outcome = reading.outcome { outcomes[SliceID(stack.slices[index])] = outcome }
        }
        return outcomes
    }

    // MARK: - Verdict

    private var positiveClassIndex: Int {
        definition.scoring.model.classes.firstIndex(of: definition.scoring.model.positiveClass) ?? 0
    }

    private func verdict(
        slices: [SliceRecord], stack: SliceStack, files: [FileOutcome], ledger: PassageLedger, latest: StudyRecord?
    ) -> StudyVerdict {
        let quality =
            QualityAssessment.findings(
                geometry: stack.geometry, slices: slices, files: files, evidence: ledger.selection.evidence,
                spacingToleranceMillimetres: definition.scoring.seriesRules.spacingToleranceMillimetres,
                takenUnsettled: ledger.input.takenUnsettled,
                unreadableNeighbours: ledger.input.unreadableNeighbours) + withdrawn(latest, slices: slices)
        return definition.judging.judge(
            slices: slices, positiveClassIndex: positiveClassIndex, geometry: stack.geometry, quality: quality)
    }

    /// A part of a study never overturns the verdict on the whole; one found incomplete so stays it while its slices
    /// are the same.
    private func withdrawn(_ latest: StudyRecord?, slices: [SliceRecord]) -> [QualityFinding] {
        guard let latest else { return [] }
        let earlier = latest.result
        if earlier.slices.map(\.sopInstanceUID) == slices.map(\.sopInstanceUID) {
            return earlier.verdict.findings.filter { $0.code == .slicesWithdrawn }
        }
        return QualityAssessment.withdrawn(from: earlier.slices, revision: latest.revision, slices: slices)
    }

    private func provenance(contentDigest: String, startedAt: Timestamp) -> Provenance {
        let model = definition.scoring.model
        return Provenance(
            gantryVersion: environment.settings.gantryVersion, pipelineName: definition.name,
            pipelineVersion: definition.version,
            pipelineDescription: definition.description.isEmpty ? nil : definition.description,
            modelSHA256: model.scoredFile.sha256, precision: model.precision,
            scoringDigest: environment.bundle.scoringDigest, judgingDigest: environment.bundle.judgingDigest,
            contentDigest: contentDigest, classes: model.classes, positiveClass: model.positiveClass,
            judging: definition.judging, startedAt: startedAt, finishedAt: startedAt, scoresFromStore: false)
    }
}
