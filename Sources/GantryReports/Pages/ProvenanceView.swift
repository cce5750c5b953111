import GantryCore

/// Where the numbers come from.
struct ProvenanceView {
    let facts: [Fact]

    init(_ record: StudyRecord, _ texts: ReportTexts) {
        let provenance = record.result.provenance
        let judging = provenance.judging
        let description = IdentityText.filled(provenance.pipelineDescription).map { [Fact(.description, $0, texts)] }
        let pipeline = texts(
            .pipelineVersion, ["name": provenance.pipelineName, "version": provenance.pipelineVersion])
        let rules: [Fact] = [
            Self.outputs(provenance, texts),
            Fact(
                .aggregation,
                CodeText.aggregation(judging.aggregation, effectiveK: record.result.verdict.effectiveK, texts), texts),
            Fact(
                .thresholds,
                texts(
                    .thresholdsValue,
                    [
                        "lower": texts.threshold(judging.negativeBelow),
                        "upper": texts.threshold(judging.positiveFrom),
                        "slices": texts(.scoredSlices, count: judging.fewestScoredSlices),
                    ]), texts),
            Fact(.processed, Self.processed(provenance, texts), texts),
            Fact(.arithmetic, texts(.precision(provenance.precision ?? .f32)), texts),
        ]
        let rest: [Fact] = [
            Fact(.trainingData, Self.words(record.result, texts), texts),
            Self.secondReader(record.result.secondOpinion, texts),
            Fact(.model, "", code: provenance.modelSHA256, texts),
            Fact(.scoringDigest, "", code: provenance.scoringDigest, texts),
            Fact(.judgingDigest, "", code: provenance.judgingDigest, texts),
            Fact(.contentDigest, "", code: provenance.contentDigest, texts),
            Fact(.studyUID, "", code: record.studyInstanceUID.value, texts),
            Fact(.studyKey, "", code: record.studyKey.value, texts),
        ]
        facts =
            [Fact(.software, "Gantry \(provenance.gantryVersion)", texts), Fact(.pipeline, pipeline, texts)]
            + (description ?? []) + rules + Self.temperature(provenance.calibration, texts) + rest
    }

    /// When and how long.
    private static func processed(_ provenance: Provenance, _ texts: ReportTexts) -> String {
        let seconds =
            Double(provenance.finishedAt.millisecondsSince1970 &- provenance.startedAt.millisecondsSince1970) / 1000
        return texts(
            provenance.scoresFromStore ? .processedFromStore : .processedValue,
            [
                "moment": IdentityText.moment(provenance.startedAt, texts),
                "seconds": texts.fixed(seconds, places: 1),
            ])
    }

    /// The temperature, and the data that it was fitted on; nothing where there is none.
    private static func temperature(_ calibration: ModelCalibration?, _ texts: ReportTexts) -> [Fact] {
        guard let calibration else { return [] }
        let temperature = texts.short(calibration.temperature, places: 4)
        return [
            Fact(.temperature, texts(.temperatureValue, ["temperature": temperature]), texts),
            Fact(.calibrationData, "", code: calibration.dataSHA256, texts),
        ]
    }

    /// The classes; of labels also that several may hold.
    private static func outputs(_ provenance: Provenance, _ texts: ReportTexts) -> Fact {
        let names = provenance.classes.joined(separator: ", ")
        switch provenance.activation ?? .softmax {
        case .softmax: return Fact(.classes, names, texts)
        case .sigmoid:
            let isOne = provenance.classes.count == 1
            return isOne ? Fact(.label, names, texts) : Fact(.labels, texts(.labelsApart, ["labels": names]), texts)
        }
    }

    /// What a slice is called unlike by, or that it was not measured.
    private static func words(_ result: StudyResult, _ texts: ReportTexts) -> String {
        guard let quantiles = result.provenance.distanceQuantiles else { return texts(.distanceNoProfile) }
        guard let unlike = result.unlikeTraining else { return texts(.distanceNoSlice) }
        return texts(
            .distanceLimit,
            [
                "limit": texts.short(unlike.limit, places: 3),
                "quantile": texts.short(result.provenance.judging.unlikeQuantile, places: 4),
                "samples": texts(.validationSamples, count: quantiles.samples),
                "share": texts.short(unlike.largestShare * 100, places: 1),
            ])
    }

    /// What was read a second time, what came of it, and why not everything was compared.
    private static func secondReader(_ opinion: SecondOpinion?, _ texts: ReportTexts) -> Fact {
        guard let opinion else { return Fact(.secondReader, texts(.secondReaderNone), texts) }
        let remarks = opinion.remarks.prefix(3).map { sentence, slices in
            Fact.Remark(slices: texts(.slices, count: slices), sentence: sentence + ".")
        }
        return Fact(.secondReader, summary(opinion, texts), remarks: remarks, texts)
    }

    /// What `SecondOpinion.summary` says in English.
    private static func summary(_ opinion: SecondOpinion, _ texts: ReportTexts) -> String {
        guard !opinion.slices.isEmpty else { return texts(.secondReaderNoSlice) }
        let kinds: [(SliceOpinion.Comparison, lacksAttributes: Bool, first: ReportText, next: ReportText)] = [
            (.pixels, false, .comparedWholly, .alsoWholly),
            (.pixels, true, .comparedPixels, .alsoPixels),
            (.attributes, false, .comparedAttributes, .alsoAttributes),
            (.attributes, true, .comparedSomeAttributes, .alsoSomeAttributes),
        ]
        var parts: [String] = []
        for (compared, lacksAttributes, first, next) in kinds {
            let count = opinion.slices.count {
                $0.compared == compared && $0.unreadAttributes.isEmpty != lacksAttributes
            }
            if count > 0 { parts.append(texts(parts.isEmpty ? first : next, ["number": String(count)])) }
        }
        let slices = texts(.slices, count: opinion.slices.count)
        guard !parts.isEmpty else { return texts(.secondReaderNothing, ["slices": slices]) }
        let nothing = opinion.slices.count { $0.compared == .nothing }
        if nothing > 0 { parts.append(texts(.notCompared, ["number": String(nothing)])) }
        let values = ["slices": slices, "parts": parts.joined(separator: ", ")]
        let differing = opinion.differing.count
        return differing == 0
            ? texts(.secondReaderAgain, values) : texts(.secondReaderDiffering, count: differing, values)
    }
}
