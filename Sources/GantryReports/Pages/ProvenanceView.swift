import GantryCore

/// Where the numbers come from.
struct ProvenanceView {
    let facts: [Fact]

    init(_ record: StudyRecord) {
        let provenance = record.result.provenance
        let judging = provenance.judging
        let seconds =
            Double(provenance.finishedAt.millisecondsSince1970 &- provenance.startedAt.millisecondsSince1970) / 1000
        let scores = provenance.scoresFromStore ? ", scores taken from the store" : ""
        let pipeline = "\(provenance.pipelineName), version \(provenance.pipelineVersion)"
        let description = IdentityText.filled(provenance.pipelineDescription).map { [Fact("Description", $0)] } ?? []
        let rules: [Fact] = [
            Self.outputs(provenance),
            Fact(
                "Aggregation",
                CodeText.aggregation(judging.aggregation, effectiveK: record.result.verdict.effectiveK)),
            Fact(
                "Thresholds",
                "negative below \(DecimalText.threshold(judging.negativeBelow)), positive from "
                    + "\(DecimalText.threshold(judging.positiveFrom)); at least "
                    + CodeText.count(judging.fewestScoredSlices, "scored slice")),
            Fact(
                "Processed",
                "\(IdentityText.moment(provenance.startedAt)), in \(DecimalText.fixed(seconds, places: 1)) s\(scores)"),
            Fact("Arithmetic", CodeText.precision(provenance.precision ?? .f32)),
        ]
        let rest: [Fact] = [
            Fact("Training data", Self.words(record.result)),
            Fact("Second reader", Self.words(record.result.secondOpinion)),
            Self.digest("Model (SHA-256)", provenance.modelSHA256),
            Self.digest("Scoring digest", provenance.scoringDigest),
            Self.digest("Judging digest", provenance.judgingDigest),
            Self.digest("Content digest", provenance.contentDigest),
            Fact("Study Instance UID", "", code: record.studyInstanceUID.value),
            Fact("Study key", "", code: record.studyKey.value),
        ]
        facts =
            [Fact("Software", "Gantry \(provenance.gantryVersion)"), Fact("Pipeline", pipeline)] + description + rules
            + Self.temperature(provenance.calibration) + rest
    }

    /// The temperature, and the data that it was fitted on; nothing where there is none.
    private static func temperature(_ calibration: ModelCalibration?) -> [Fact] {
        guard let calibration else { return [] }
        return [
            Fact(
                "Temperature",
                "\(DecimalText.short(calibration.temperature, places: 4)): the network's logits were divided by it"),
            digest("Calibration data (SHA-256)", calibration.dataSHA256),
        ]
    }

    /// The classes; of labels also that several may hold.
    private static func outputs(_ provenance: Provenance) -> Fact {
        let names = provenance.classes.joined(separator: ", ")
        switch provenance.activation ?? .softmax {
        case .softmax: return Fact("Classes", names)
        case .sigmoid:
            let isOne = provenance.classes.count == 1
            return Fact(isOne ? "Label" : "Labels", names + (isOne ? "" : "; each has a probability of its own"))
        }
    }

    /// What a slice is called unlike by, or that it was not measured.
    private static func words(_ result: StudyResult) -> String {
        guard let quantiles = result.provenance.distanceQuantiles else {
            return "Distance not measured: the bundle does not say what its network was trained on."
        }
        guard let unlike = result.unlikeTraining else { return "Distance not measured: no slice was scored." }
        let quantile = DecimalText.short(result.provenance.judging.unlikeQuantile, places: 4)
        let share = DecimalText.short(unlike.largestShare * 100, places: 1)
        let samples = CodeText.count(quantiles.samples, "validation sample")
        return "A slice beyond a distance of \(DecimalText.short(unlike.limit, places: 3)) is unlike them (quantile "
            + "\(quantile) of \(samples)); more than \(share) % such slices make a study indeterminate."
    }

    /// What was read a second time, what came of it, and why not everything was compared.
    private static func words(_ opinion: SecondOpinion?) -> String {
        guard let opinion else { return "Not asked." }
        let remarks = opinion.remarks.prefix(3).map { sentence, slices in
            " \(CodeText.count(slices, "slice")): \(sentence)."
        }
        return opinion.summary + remarks.joined()
    }

    private static func digest(_ label: String, _ digest: String) -> Fact {
        Fact(label, "", code: digest)
    }
}
