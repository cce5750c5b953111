import GantryCore
import GantryModelling
import GantryPipeline

/// Digests of what a golden run of the whole way proves, in Float32 whatever the bundle scores in.
struct ProvenDigests {
    /// Of everything that decides a slice's score: `--golden-study`.
    let scoring: String
    /// Of the model, its preparation and its activation, whatever chooses series and slices: `--golden-hu`.
    let preparation: String

    /// The digests of `definition`.
    init(_ definition: PipelineDefinition) {
        func digest(_ change: (inout PipelineDefinition) -> Void) -> String {
            var definition = definition
            definition.scoring.model.precision = .f32
            // What is compared is the network as it was trained, before anything was fitted behind it.
            definition.scoring.model.calibration = nil
            // Distances change no probability.
            definition.scoring.model.profile = nil
            change(&definition)
            return PipelineBundle(folder: "", definition: definition, modelPath: "").scoringDigest
        }
        scoring = digest { _ in }
        preparation = digest {
            $0.scoring.sliceSelection = .defaultLung
            $0.scoring.seriesRules = SeriesRules()
        }
    }

    /// What the card is told of proofs that all passed; nil without any.
    func cardRow(_ proofs: [GoldenWayOptions.Proof], command: String) -> String? {
        guard !proofs.isEmpty else { return nil }
        let sentences = proofs.map { "`gantry \(command) \($0.option)`: \($0.finding.sentence)" }
        let digest = proofs.contains { $0.option == "--golden-study" } ? scoring : preparation
        return ModelCard.wholeWay(sentences.joined(separator: "; "), of: digest)
    }

    /// What the proof of the whole way in `card` is to the definition.
    func proof(in card: ModelCard) -> ModelCard.Proof { card.wholeWayProof(of: [scoring, preparation]) }
}
