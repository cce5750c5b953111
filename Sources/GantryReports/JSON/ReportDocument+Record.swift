import FoundationEssentials
import GantryCore

extension ReportDocument {
    /// The document of a record, which `progression` is said of.
    init(_ record: StudyRecord, _ progression: Progression) {
        let result = record.result
        studyKey = record.studyKey.value
        patientKey = record.patientKey.value
        studyInstanceUID = record.studyInstanceUID.value
        revision = record.revision
        judgedAt = record.judgedAt.description
        failedSince = record.failedSince.map {
            FailedSincePart(at: $0.at.description, code: $0.code.rawValue, detail: $0.detail)
        }
        deidentification = record.deidentification.map {
            DeidentificationPart(withheldPictures: $0.withheldPictures?.rawValue)
        }
        patient = PatientPart(
            patientID: record.patient.patientID, issuerOfPatientID: record.patient.issuerOfPatientID,
            patientName: record.patient.patientName, patientBirthDate: record.patient.patientBirthDate,
            patientSex: record.patient.patientSex)
        study = StudyPart(
            studyDate: record.study.studyDate, studyTime: record.study.studyTime,
            studyDescription: record.study.studyDescription, accessionNumber: record.study.accessionNumber)
        verdict = VerdictPart(
            finding: result.verdict.finding.rawValue, probability: result.verdict.probability,
            interval: result.verdict.interval.map { IntervalPart(lower: $0.lower, upper: $0.upper) },
            fractionPositive: result.verdict.fractionPositive, longestRunSlices: result.verdict.longestRun,
            scoredSlices: result.verdict.scoredSlices, effectiveK: result.verdict.effectiveK)
        positiveSlices = PositiveSlices(result).map(PositiveSlicesPart.init)
        self.progression = ProgressionPart(progression)
        judging = JudgingPart(result.provenance.judging, effectiveK: result.verdict.effectiveK)
        let unlike = result.unlikeTraining
        unlikeTraining = unlike.map { $0.isTooMuch ? "unlike" : "like" } ?? "notMeasured"
        distances = unlike.map { DistancesPart($0, result.provenance) }
        qualityFindings = result.verdict.findings.map {
            QualityPart(code: $0.code.rawValue, isFailure: $0.isFailure, detail: $0.detail)
        }
        classes = result.provenance.classes
        positiveClass = result.provenance.positiveClass
        series = result.seriesDecisions.map(SeriesPart.init)
        slices = result.slices.map(SlicePart.init)
        keyPictures = result.keyPictures.enumerated().map { offset, picture in
            KeyPicturePart(
                rank: offset + 1, sliceIndex: picture.sliceIndex,
                sopInstanceUID: result.slice(at: picture.sliceIndex)?.sopInstanceUID.value,
                windowCenterHU: picture.window.windowCenterHU, windowWidthHU: picture.window.windowWidthHU,
                windowFunction: picture.window.function.rawValue, rows: picture.rows, columns: picture.columns,
                map: picture.explanation.map {
                    MapPart(
                        rows: $0.map.rows, columns: $0.map.columns, largest: Double($0.map.largest),
                        outsideBodyShare: $0.outsideBodyShare)
                })
        }
        files = FilesPart(result.files)
        provenance = ProvenancePart(result.provenance)
        secondOpinion = result.secondOpinion.map(SecondOpinionPart.init)
    }

    /// The document as UTF-8, keys sorted, indented, with a line feed at the end.
    ///
    /// **Throws** `.cannotEncode` where a number is not finite.
    func json() throws(ReportFault) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(self)) + [0x0A]
        } catch {
            throw ReportFault(
                .cannotEncode, subject: "report.json",
                explanation: "a value of study \(studyKey) cannot be written as JSON; every number must be finite")
        }
    }
}

extension StudyResult {
    /// The slice whose index in slice order is `index`; nil where there is none.
    func slice(at index: Int) -> SliceRecord? {
        if slices.indices.contains(index), slices[index].index == index { return slices[index] }
        return slices.first { $0.index == index }
    }
}

extension ReportDocument.SecondOpinionPart {
    fileprivate init(_ opinion: SecondOpinion) {
        extent = opinion.extent.rawValue
        slices = opinion.slices.map { slice in
            ReportDocument.SliceOpinionPart(
                sopInstanceUID: slice.sopInstanceUID.value, frameNumber: slice.frameNumber,
                compared: slice.compared.rawValue,
                unreadAttributes: slice.unreadAttributes.isEmpty ? nil : slice.unreadAttributes, remark: slice.remark,
                differences: slice.differences.map {
                    ReportDocument.DifferencePart(attribute: $0.attribute, ours: $0.ours, theirs: $0.theirs)
                })
        }
    }
}

extension ReportDocument.JudgingPart {
    fileprivate init(_ judging: JudgingDefinition, effectiveK: Int?) {
        aggregation = ReportDocument.AggregationPart(judging.aggregation)
        aggregationInWords = CodeText.aggregation(judging.aggregation, effectiveK: effectiveK)
        negativeBelow = judging.negativeBelow
        positiveFrom = judging.positiveFrom
        slicePositiveFrom = judging.slicePositiveFrom
        fewestScoredSlices = judging.fewestScoredSlices
    }
}

extension ReportDocument.DistancesPart {
    fileprivate init(_ unlike: UnlikeTraining, _ provenance: Provenance) {
        unlikeQuantile = provenance.judging.unlikeQuantile
        limit = unlike.limit
        measuredSlices = unlike.measured
        unlikeSlices = unlike.unlike
        shareUnlike = unlike.share
        largestShareUnlike = unlike.largestShare
        median = unlike.medianDistance
        validationSamples = provenance.distanceQuantiles?.samples ?? 0
    }
}

extension ReportDocument.AggregationPart {
    fileprivate init(_ rule: AggregationRule) {
        switch rule {
        case .topKMean(let k, let reference):
            method = "topKMean"
            self.k = k
            referenceSpacingMillimetres = reference
        case .maximum: method = "maximum"
        case .mean: method = "mean"
        case .percentile(let p):
            method = "percentile"
            percentile = p
        case .noisyOr: method = "noisyOr"
        case .fractionPositive(let threshold):
            method = "fractionPositive"
            self.threshold = threshold
        }
    }
}

extension ReportDocument.SeriesPart {
    fileprivate init(_ decision: SeriesDecision) {
        let attributes = decision.attributes
        self.init(
            seriesInstanceUID: decision.seriesInstanceUID.value, part: decision.part,
            seriesNumber: attributes.seriesNumber,
            seriesDescription: attributes.seriesDescription, modality: attributes.modality,
            bodyPartExamined: attributes.bodyPartExamined, convolutionKernel: attributes.convolutionKernel,
            patientPosition: attributes.patientPosition, kilovoltPeak: attributes.kilovoltPeak,
            manufacturer: attributes.manufacturer, manufacturerModelName: attributes.manufacturerModelName,
            instances: decision.instances, images: decision.images,
            sliceThicknessMillimetres: decision.sliceThicknessMillimetres,
            transferSyntaxes: decision.transferSyntaxes.map {
                ReportDocument.TransferSyntaxPart(uid: $0.uid, name: $0.name)
            },
            isChosen: decision.isChosen, rank: decision.rank, trial: decision.trial.map(ReportDocument.TrialPart.init),
            reason: decision.reason,
            rules: decision.rules.map {
                ReportDocument.RulePart(
                    rule: $0.rule.rawValue, expected: $0.expected, measured: $0.measured, passed: $0.passed)
            },
            geometry: decision.geometry.map(ReportDocument.GeometryPart.init))
    }
}

extension ReportDocument.GeometryPart {
    fileprivate init(_ geometry: SeriesGeometry) {
        self.init(
            positions: geometry.positions, sliceSpacingMillimetres: geometry.sliceSpacingMillimetres,
            smallestSpacingMillimetres: geometry.smallestSpacingMillimetres,
            largestSpacingMillimetres: geometry.largestSpacingMillimetres, isRegular: geometry.isRegular,
            tiltDegrees: geometry.tiltDegrees, normal: [geometry.normal.x, geometry.normal.y, geometry.normal.z],
            gaps: geometry.gaps.map {
                ReportDocument.GapPart(
                    afterSlice: $0.afterSlice, distanceMillimetres: $0.distanceMillimetres,
                    missingSlices: $0.missingSlices)
            })
    }
}

extension ReportDocument.TrialPart {
    fileprivate init(_ trial: CandidateTrial) {
        self.init(
            left: trial.left?.rawValue, detail: trial.detail, enclosedAirMillilitres: trial.enclosedAirMillilitres,
            airFractionAtLowestSlice: trial.airFractionAtLowestSlice,
            airFractionAtHighestSlice: trial.airFractionAtHighestSlice)
    }
}

extension ReportDocument.SlicePart {
    fileprivate init(_ slice: SliceRecord) {
        self.init(
            index: slice.index, sopInstanceUID: slice.sopInstanceUID.value, frameNumber: slice.frameNumber,
            instanceNumber: slice.instanceNumber, positionMillimetres: slice.positionMillimetres,
            lungFraction: slice.lungFraction, lungAreaSquareMillimetres: slice.lungAreaSquareMillimetres,
            probabilities: slice.probabilities, distance: slice.distance, reason: slice.reason.rawValue,
            clampedPixels: slice.clampedPixels,
            remarks: slice.remarks.isEmpty ? nil : slice.remarks)
    }
}

extension ReportDocument.FilesPart {
    fileprivate init(_ files: [FileOutcome]) {
        let account = FileAccount(files)
        self.init(
            seen: account.seen, scored: account.scored, skipped: account.skipped, rejected: account.rejected,
            byReason: account.entries.map {
                ReportDocument.ReasonPart(
                    reason: $0.reason.rawValue, disposition: $0.reason.disposition.rawValue, count: $0.files)
            },
            notScored: files.filter { $0.disposition != .scored }.map {
                ReportDocument.FilePart(
                    file: $0.file, disposition: $0.disposition.rawValue, reason: $0.reason.rawValue, detail: $0.detail)
            })
    }
}

extension ReportDocument.ProvenancePart {
    fileprivate init(_ provenance: Provenance) {
        self.init(
            gantryVersion: provenance.gantryVersion, pipelineName: provenance.pipelineName,
            pipelineVersion: provenance.pipelineVersion, pipelineDescription: provenance.pipelineDescription,
            modelSHA256: provenance.modelSHA256, precision: (provenance.precision ?? .f32).rawValue,
            activation: (provenance.activation ?? .softmax).rawValue,
            temperature: provenance.calibration?.temperature, calibrationSHA256: provenance.calibration?.dataSHA256,
            scoringDigest: provenance.scoringDigest, judgingDigest: provenance.judgingDigest,
            contentDigest: provenance.contentDigest, startedAt: provenance.startedAt.description,
            finishedAt: provenance.finishedAt.description, scoresFromStore: provenance.scoresFromStore)
    }
}
