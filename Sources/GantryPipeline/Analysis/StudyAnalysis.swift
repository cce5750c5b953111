import GantryCore
import GantryGround

/// One study's way from its files to a result: series, content, slices, scores, quality, verdict.
///
/// Runs on the calling thread, with more for the scorer and the digest; nothing is written.
struct StudyAnalysis: Sendable {
    let environment: RunEnvironment
    private let positiveClassIndex: Int

    /// An analysis in `environment`. **Throws** `.unavailable` where the definition's positive class is none of its
    /// classes: the probabilities of another one would be taken for it.
    init(environment: RunEnvironment) throws(ScorerFault) {
        let model = environment.bundle.definition.scoring.model
        guard let index = model.positiveClassIndex else {
            throw ScorerFault(
                .unavailable, subject: "pipeline",
                explanation: "the positive class \"\(model.positiveClass)\" is none of the classes "
                    + model.classes.joined(separator: ", "))
        }
        self.environment = environment
        positiveClassIndex = index
    }

    private var definition: PipelineDefinition { environment.bundle.definition }

    /// Takes `input` through the pipeline. `latest` is the study's latest revision; `control` is asked all the time,
    /// and says whether to go on.
    ///
    /// Where files are there more than once, their pixels are compared first (`Study.comparing(copies:)`). Then the
    /// candidates are tried in order, until one is kept; those that were tried, and why they were left, stand in
    /// the result. Where the latest revision came from the same content of the same candidates, nothing is decoded, but
    /// - where it scored one for want of a chest, and there are candidates that it did not try, or it left one that by
    ///   its headers is a chest now;
    /// - where something of what it tried was lost for a reason that may pass. That second reading costs nothing of the
    ///   earlier revision: it counts where it brings back what was lost, and where the run is stopped.
    func run(_ input: StudyInput, latest: StudyRecord?, control: WorkControl) -> StudyAnalysisOutcome {
        let startedAt = environment.clock.now()
        var input = input
        var candidates = SeriesCandidates(input.study, rules: definition.scoring.seriesRules)
        var stacks = candidates.stacks
        guard !stacks.isEmpty else {
            let selection = candidates.selection()
            let fileOutcomes = StudyFileOutcomes(input: input, selection: selection)
            return .failed(fileOutcomes.failure(.noSuitableSeries, selection.summary), .permanent)
        }
        do {
            let count = stacks[0].slices.count
            guard
                let study = try input.study.comparingCopies(
                    of: Set(stacks.flatMap { $0.slices.map(\.sopInstanceUID) }), reader: environment.reader,
                    root: input.root, control: { control.ask(done: 0, of: count, scored: 0) })
            else {
                let fileOutcomes = StudyFileOutcomes(input: input, selection: candidates.selection())
                return ended(control, "its copies were compared", stack: stacks[0], fileOutcomes: fileOutcomes)
            }
            if study != input.study {
                input.study = study
                candidates = SeriesCandidates(study, rules: definition.scoring.seriesRules)
                stacks = candidates.stacks
            }
        } catch {
            let fileOutcomes = StudyFileOutcomes(input: input, selection: candidates.selection())
            return failed(error, stack: stacks[0], fileOutcomes: fileOutcomes, outcomes: [:])
        }
        let digests = StackDigests(
            reader: environment.reader, root: input.root, stacks: stacks, control: control)
        defer { digests.stop() }
        let trying = Trying(
            input: input, candidates: candidates, digests: digests, startedAt: startedAt, control: control)
        // Without a revision there is nothing to compare the content with: its digest can be taken while slices are
        // scored.
        if let latest {
            let earlier = EarlierTrials(latest.result, candidates: stacks)
            let fileOutcomes = StudyFileOutcomes(
                input: input,
                selection: candidates.selection(trials: earlier?.trials ?? [], chosen: earlier?.chosen ?? 0),
                ofLeftCandidates: earlier?.ofLeftCandidates ?? [])
            do {
                let digest = try digests.take(first: earlier?.count ?? 1)
                guard let digest else {
                    return ended(control, "its content was compared", stack: stacks[0], fileOutcomes: fileOutcomes)
                }
                var provenance = provenance(contentDigest: digest, startedAt: startedAt)
                if let earlier, scores(of: latest, hold: stacks[earlier.chosen], provenance: provenance) {
                    let rules = definition.scoring.seriesRules
                    if earlier.areOutdated(by: candidates, smallestLungMillilitres: rules.smallestLungMillilitres) {
                        return scored(trying, latest: latest)
                    }
                    let stack = stacks[earlier.chosen]
                    let lost = earlier.lost
                    let known = latest.result.provenance.readerLimits
                    let limits = environment.settings.readerLimits
                    var isRead = false
                    if LossOfSlices.mayPass(lost, readUnder: known, limits: limits) {
                        let outcome = scored(trying, latest: latest)
                        guard isNoNews(outcome, since: earlier, candidates: stacks) else { return outcome }
                        if case .judged = outcome { isRead = true }
                    }
                    // Where reading again has brought nothing, the earlier scores stay, and with them the revision,
                    // unless a loss to a limit was tried under a higher one, which then has to be kept in mind.
                    let isTriedAnew = isRead && lost.contains(.limitExceeded) && limits.areHigher(than: known)
                    provenance.readerLimits = isTriedAnew ? limits : known
                    let backgroundOpinion = secondOpinion(
                        stack, known: latest.result.secondOpinion, root: input.root, control: control)
                    guard case .known(let opinion) = backgroundOpinion.finish() else {
                        return ended(control, "a second opinion was taken", stack: stack, fileOutcomes: fileOutcomes)
                    }
                    return rejudged(
                        latest, stack: stack, fileOutcomes: fileOutcomes, opinion: opinion,
                        isNewOpinion: backgroundOpinion.hasAsked, provenance: &provenance)
                }
            } catch {
                return failed(error, stack: stacks[0], fileOutcomes: fileOutcomes, outcomes: [:])
            }
        }
        return scored(trying, latest: latest)
    }

    /// The outcome of an analysis that `control` ended; `progress` says how far it had come.
    private func ended(
        _ control: WorkControl, _ progress: String, stack: SliceStack, fileOutcomes: StudyFileOutcomes,
        outcomes: [SliceID: FileOutcome] = [:]
    ) -> StudyAnalysisOutcome {
        guard control.end == .timedOut else { return .interrupted }
        let minutes = environment.settings.studySeconds / 60
        return .failed(
            fileOutcomes.failure(
                .timedOut, "not finished within \(minutes) minutes (\(progress))", slices: stack.slices,
                outcomes: outcomes), .permanent)
    }

    private func failed(
        _ fault: ReaderFault, stack: SliceStack, fileOutcomes: StudyFileOutcomes, outcomes: [SliceID: FileOutcome]
    ) -> StudyAnalysisOutcome {
        let code: StudyFailure.Code
        var outcomes = outcomes
        switch fault.code {
        case .quarantined, .timedOut:
            code = fault.code == .quarantined ? .quarantined : .readerTimedOut
            // The file at which the reader gave up has had no answer of its own, nor have those before where only a
            // digest was taken.
            for file in fault.earlierSubjects + [fault.subject] {
                guard let slice = stack.slices.first(where: { $0.file == file && outcomes[SliceID($0)] == nil }) else {
                    continue
                }
                outcomes[SliceID(slice)] = FileOutcome(
                    file: file, reason: fault.code == .quarantined ? .readerDied : .readerTimedOut,
                    detail: file == fault.subject
                        ? fault.explanation : "the reader process failed on this file, and later on \(fault.subject)")
            }
        case .rootUnreadable, .readerUnavailable: code = .readerFault
        }
        return .failed(
            fileOutcomes.failure(code, fault.explanation, slices: stack.slices, outcomes: outcomes), fault.disposition)
    }

    // MARK: - Scores from the store

    /// Whether the scores of `latest` are those that this analysis would compute.
    private func scores(of latest: StudyRecord, hold stack: SliceStack, provenance: Provenance) -> Bool {
        let earlier = latest.result.provenance
        return earlier.contentDigest == provenance.contentDigest && earlier.scoringDigest == provenance.scoringDigest
            && latest.result.slices.map(SliceID.init) == stack.slices.map(SliceID.init)
            && knowsItsLungs(latest.result)
    }

    /// Whether an analysis that read the `candidates` of an earlier one again came to no verdict, or brought back
    /// nothing of what was lost then: a reader that dies, hangs or takes too long this time takes nothing from what is
    /// known.
    private func isNoNews(
        _ outcome: StudyAnalysisOutcome, since earlier: EarlierTrials, candidates: [SliceStack]
    ) -> Bool {
        switch outcome {
        case .judged(let result):
            EarlierTrials(result, candidates: candidates).map { !earlier.isRegained(in: $0) } ?? false
        case .failed: true
        case .interrupted, .unchanged: false
        }
    }

    /// From this fraction of the body on the lung of a slice is that of a chest: the sinuses of a head have 0.08.
    private static let chestLungFraction = 0.15

    /// Whether a stored result says how much air its slices enclose, or, where an earlier version wrote it, shows lung
    /// that no other region has. Otherwise its slices are read again.
    private func knowsItsLungs(_ result: StudyResult) -> Bool {
        result.seriesDecisions.first(where: \.isChosen)?.trial != nil
            || result.slices.contains { $0.lungFraction ?? 0 >= Self.chestLungFraction }
    }

    private func rejudged(
        _ latest: StudyRecord, stack: SliceStack, fileOutcomes: StudyFileOutcomes, opinion: SecondOpinion?,
        isNewOpinion: Bool, provenance: inout Provenance
    ) -> StudyAnalysisOutcome {
        let slices = latest.result.slices
        let files = fileOutcomes.files(
            slices: slices, stack: stack, outcomes: StudyFileOutcomes.missedSlices(of: latest, stack: stack))
        let verdict = verdict(
            slices: slices, stack: stack, files: files, fileOutcomes: fileOutcomes, latest: latest, opinion: opinion,
            onMaps: latest.result.verdict.findings.filter { $0.code == .mapOutsideBody })
        let earlier = latest.result.provenance
        if verdict == latest.result.verdict && earlier.judgingDigest == provenance.judgingDigest
            && earlier.readerLimits == provenance.readerLimits
            && earlier.repeatability == provenance.repeatability
        {
            return .unchanged(files: files, opinion: isNewOpinion ? opinion : nil)
        }
        provenance.scoresFromStore = true
        provenance.finishedAt = environment.clock.now()
        return .judged(
            StudyResult(
                verdict: verdict, seriesDecisions: fileOutcomes.selection.decisions, slices: slices, files: files,
                keyPictures: latest.result.keyPictures, provenance: provenance, secondOpinion: opinion,
                source: source(fileOutcomes.input, stack, judgedAt: provenance.finishedAt) ?? latest.result.source))
    }

    // MARK: - Scores from the network

    /// An analysis on its way through the candidates.
    private struct Trying {
        let input: StudyInput
        let candidates: SeriesCandidates
        let digests: StackDigests
        let startedAt: Timestamp
        let control: WorkControl
        /// What came of those that were tried.
        var trials: [CandidateTrial] = []
        /// Outcomes of the files that could not be decoded, of those that were left.
        var ofLeftCandidates: [FileOutcome] = []

        /// What becomes of the files where the candidate at `index` is scored.
        func fileOutcomes(chosen index: Int) -> StudyFileOutcomes {
            StudyFileOutcomes(
                input: input, selection: candidates.selection(trials: trials, chosen: index),
                ofLeftCandidates: ofLeftCandidates)
        }
    }

    /// Tries one candidate after the other. Where none is a chest by its images, the first that could be read is scored
    /// all the same: the study is indeterminate, not failed.
    private func scored(_ start: Trying, latest: StudyRecord?) -> StudyAnalysisOutcome {
        var trying = start
        var noChest: (index: Int, reading: CandidateReading)?
        var last: CandidateReading?
        let stacks = trying.candidates.stacks
        for (index, stack) in stacks.enumerated() {
            trying.digests.begin(index)
            // A candidate that is left needs none.
            let backgroundOpinion = secondOpinion(stack, known: nil, root: trying.input.root, control: trying.control)
            defer { backgroundOpinion.stop() }
            let reading: CandidateReading
            switch read(stack, at: index, trying) {
            case .success(let read): reading = read
            case .failure(let end): return end.outcome
            }
            let trial = reading.measured.trial(
                smallestLungMillilitres: definition.scoring.seriesRules.smallestLungMillilitres,
                saysChest: trying.candidates.saysChest(at: index))
            trying.trials.append(trial)
            guard let reason = trial.left else {
                return judged(reading, at: index, trying, latest: latest, opinion: backgroundOpinion)
            }
            if reason == .notAChest && noChest == nil { noChest = (index, reading) }
            trying.ofLeftCandidates += reading.outcomes.values
            last = reading
        }
        if let noChest {
            trying.trials[noChest.index].left = nil
            let backgroundOpinion = secondOpinion(
                noChest.reading.stack, known: nil, root: trying.input.root, control: trying.control)
            defer { backgroundOpinion.stop() }
            return judged(noChest.reading, at: noChest.index, trying, latest: latest, opinion: backgroundOpinion)
        }
        let reasons = trying.trials.compactMap(\.left)
        let detail = trying.trials.count == 1 ? trying.trials[0].detail : words(trying.trials)
        let failure = trying.fileOutcomes(chosen: stacks.count - 1).failure(
            .init(reasons.first ?? .nothingDecodable), detail, slices: last?.stack.slices ?? [],
            outcomes: last?.outcomes ?? [:])
        return .failed(failure, .permanent)
    }

    /// Most candidates that the sentence on all of them names.
    private static let mostTrialsNamed = 3

    /// `tried 2 series or parts, and left each: none of its 40 slices could be decoded; ...`.
    private func words(_ trials: [CandidateTrial]) -> String {
        "tried \(trials.count) series or parts, and left each: "
            + trials.map(\.detail).listed(
                Self.mostTrialsNamed, separator: "; ", more: "more, which the table of series names")
    }

    /// How an analysis ended before its candidate's slices were all scored.
    private struct EarlyEnd: Error {
        let outcome: StudyAnalysisOutcome
        init(_ outcome: StudyAnalysisOutcome) { self.outcome = outcome }
    }

    private func read(
        _ stack: SliceStack, at index: Int, _ trying: Trying
    ) -> Result<CandidateReading, EarlyEnd> {
        let settings = environment.settings
        let (control, count) = (trying.control, stack.slices.count)
        let line = ScoringLine(
            scorer: environment.scorer, positiveClassIndex: positiveClassIndex, groupSize: settings.groupSize,
            threads: settings.scoringThreads, limit: settings.tensorsInFlight,
            keyPictures: definition.report.keyPictures)
        var receiver = SliceScoringReceiver(
            of: stack, scorer: environment.scorer, line: line,
            selection: definition.scoring.sliceSelection, wantsPictures: definition.report.keyPictures > 0)
        do {
            try environment.reader.read(
                root: trying.input.root, slices: stack.slices, padding: .air,
                control: { control.ask(done: $0 - line.unscored, of: count, scored: line.scored) }, into: &receiver)
        } catch {
            line.abandon()
            let fileOutcomes = trying.fileOutcomes(chosen: index)
            return .failure(
                EarlyEnd(
                    failed(
                        error, stack: stack, fileOutcomes: fileOutcomes, outcomes: receiver.measured.outcomes)))
        }
        let progress = "\(receiver.measured.readings.count) of \(count) slices were read"
        guard control.end == nil else {
            line.abandon()
            return .failure(
                EarlyEnd(
                    ended(
                        control, progress, stack: stack, fileOutcomes: trying.fileOutcomes(chosen: index),
                        outcomes: receiver.measured.outcomes)))
        }
        do {
            let all = try line.finish(control: {
                control.ask(done: count - line.unscored, of: count, scored: line.scored)
            })
            guard let all else {
                let fileOutcomes = trying.fileOutcomes(chosen: index)
                return .failure(
                    EarlyEnd(
                        ended(
                            control, progress, stack: stack, fileOutcomes: fileOutcomes,
                            outcomes: receiver.measured.outcomes)))
            }
            return .success(CandidateReading(measured: receiver.measured, scores: all))
        } catch  where error.code == .unavailable {
            environment.requestStop(.scorerFault(error))
            return .failure(EarlyEnd(.interrupted))
        } catch {
            let failure = trying.fileOutcomes(chosen: index).failure(
                .scorerFault, error.description, slices: stack.slices, outcomes: receiver.measured.outcomes)
            return .failure(EarlyEnd(.failed(failure, error.disposition)))
        }
    }

    private func judged(
        _ reading: CandidateReading, at index: Int, _ trying: Trying, latest: StudyRecord?,
        opinion backgroundOpinion: BackgroundSecondOpinion
    ) -> StudyAnalysisOutcome {
        let stack = reading.stack
        let fileOutcomes = trying.fileOutcomes(chosen: index)
        let progress = "\(reading.measured.readings.count) of \(stack.slices.count) slices were read"
        let digest: String
        do {
            guard let taken = try trying.digests.content(first: trying.trials.count) else {
                return ended(
                    trying.control, progress, stack: stack, fileOutcomes: fileOutcomes, outcomes: reading.outcomes)
            }
            digest = taken
        } catch {
            return failed(error, stack: stack, fileOutcomes: fileOutcomes, outcomes: reading.outcomes)
        }
        guard case .known(let opinion) = backgroundOpinion.finish() else {
            return ended(
                trying.control, progress, stack: stack, fileOutcomes: fileOutcomes, outcomes: reading.outcomes)
        }
        let slices = reading.slices
        let files = fileOutcomes.files(slices: slices, stack: stack, outcomes: reading.outcomes)
        do {
            let pictures = try KeyPictureMaker(
                environment: environment, stack: stack, positiveClassIndex: positiveClassIndex
            ).pictures(of: reading.scores.best)
            let verdict = verdict(
                slices: slices, stack: stack, files: files, fileOutcomes: fileOutcomes, latest: latest,
                opinion: opinion,
                onMaps: QualityAssessment.maps(
                    of: pictures, largestShare: definition.report.largestShareOutsideBody))
            var provenance = provenance(contentDigest: digest, startedAt: trying.startedAt)
            provenance.finishedAt = environment.clock.now()
            return .judged(
                StudyResult(
                    verdict: verdict, seriesDecisions: fileOutcomes.selection.decisions, slices: slices, files: files,
                    keyPictures: pictures, provenance: provenance, secondOpinion: opinion,
                    source: source(fileOutcomes.input, stack, judgedAt: provenance.finishedAt)))
        } catch {
            let code: StudyFailure.Code = error.isOfScorer ? .scorerFault : .reportFault
            return .failed(
                fileOutcomes.failure(
                    code, error.description, slices: stack.slices, outcomes: reading.outcomes), error.disposition)
        }
    }

    // MARK: - Second opinion

    /// A second opinion on `stack` that is being taken, `known` being what has been said of the same content.
    private func secondOpinion(
        _ stack: SliceStack, known: SecondOpinion?, root: String, control: WorkControl
    ) -> BackgroundSecondOpinion {
        let extent = environment.secondReader == nil ? .none : definition.secondOpinion
        return BackgroundSecondOpinion(
            OpinionPlan(extent, stack: stack, known: known), reader: environment.secondReader, root: root,
            control: control)
    }

    // MARK: - Verdict

    private func verdict(
        slices: [SliceRecord], stack: SliceStack, files: [FileOutcome], fileOutcomes: StudyFileOutcomes,
        latest: StudyRecord?, opinion: SecondOpinion?, onMaps: [QualityFinding]
    ) -> StudyVerdict {
        let quality =
            QualityAssessment.findings(
                geometry: stack.geometry, slices: slices, files: files, evidence: fileOutcomes.selection.evidence,
                rules: definition.scoring.seriesRules, takenUnsettled: fileOutcomes.input.takenUnsettled,
                unreadableNeighbours: fileOutcomes.input.unreadableNeighbours,
                filesOfPatient: fileOutcomes.input.study.filesOfPatient,
                trial: fileOutcomes.selection.decisions.first(where: \.isChosen)?.trial)
            + withdrawn(latest, slices: slices, of: fileOutcomes.input.study)
            + [opinion?.finding(order: slices)].compactMap(\.self)
            + onMaps
        return definition.judging.judge(
            slices: slices, positiveClassIndex: positiveClassIndex, geometry: stack.geometry, quality: quality,
            quantiles: environment.scorer.distanceQuantiles)
    }

    /// A part of a study never overturns the verdict on the whole; one found incomplete stays so until everything is
    /// back. Slices of another patient, for whom the study was taken by mistake, are not missed.
    private func withdrawn(_ latest: StudyRecord?, slices: [SliceRecord], of study: Study) -> [QualityFinding] {
        guard let latest, !PatientIdentity(latest.patient).contradicts(PatientIdentity(study.patient)) else {
            return []
        }
        let earlier = latest.result
        let known = earlier.verdict.findings.filter { $0.code == .slicesWithdrawn }
        if earlier.slices.map(\.sopInstanceUID) == slices.map(\.sopInstanceUID) { return known }
        return QualityAssessment.withdrawn(
            from: earlier.slices, missingBefore: known.compactMap(\.absentInstances).flatMap(\.self),
            revision: latest.revision, slices: slices,
            elsewhere: Set(study.series.flatMap { $0.instances.map(\.sopInstanceUID) }))
    }

    /// The images of `stack` as their headers name and place them.
    private func source(_ input: StudyInput, _ stack: SliceStack, judgedAt: Timestamp) -> StudySource? {
        StudySource(
            input.study, stack: stack, minutesAheadOfUTC: environment.clock.minutesAheadOfUTC(at: judgedAt))
    }

    private func provenance(contentDigest: String, startedAt: Timestamp) -> Provenance {
        let model = definition.scoring.model
        return Provenance(
            gantryVersion: environment.settings.gantryVersion, pipelineName: definition.name,
            pipelineVersion: definition.version,
            pipelineDescription: definition.description.isEmpty ? nil : definition.description,
            modelSHA256: model.scoredFile.sha256, precision: model.precision,
            scoringDigest: environment.bundle.scoringDigest, judgingDigest: environment.bundle.judgingDigest,
            contentDigest: contentDigest, classes: model.classes, activation: model.activation,
            calibration: model.calibration, distanceQuantiles: environment.scorer.distanceQuantiles,
            positiveClass: model.positiveClass, judging: definition.judging,
            repeatability: definition.validRepeatability,
            readerLimits: environment.settings.readerLimits,
            startedAt: startedAt, finishedAt: startedAt, scoresFromStore: false)
    }
}
