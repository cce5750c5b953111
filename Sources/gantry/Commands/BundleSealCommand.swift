import ArgumentParser
import GantryModelling
import GantryPipeline

/// `gantry bundle seal`: the digests of a bundle's files.
struct BundleSealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Lists the SHA-256 of every file of a bundle in its SHA256SUMS, after a change by hand.",
        discussion: """
            `sha256sum -c SHA256SUMS` checks the same. A signature that the bundle had is removed, and so is a proof \
            in MODEL_CARD.md that was made with other weights, or with another pipeline.yaml.
            """
    )

    @Argument(help: "The pipeline bundle's folder.")
    var bundle: String

    func run() throws {
        try command {
            let definition = try PipelineBundle.load(folder: bundle).definition
            if var card = ModelCard(of: bundle) {
                if case .ofOthers = ProvenDigests(definition).proof(in: card) {
                    card.forgetWholeWay()
                    try card.write(to: bundle)
                    Terminal.error.sentence(
                        "Note: the proof of the whole way in \(bundle)/\(ModelCard.file) was made with another "
                            + "pipeline.yaml, and is taken out.")
                }
                switch card.proof(of: definition.scoring.model.sha256) {
                case .absent, .ofThese: break
                case .ofOthers:
                    card.forgetProof()
                    try card.write(to: bundle)
                    Terminal.error.sentence(
                        "Note: the proof in \(bundle)/\(ModelCard.file) was made with other weights, and is taken out.")
                case .ofUnnamed: Terminal.error.sentence("Note: \(ModelCard.proofOfUnnamed).")
                }
            }
            let manifest = try BundleSeal.seal(bundle)
            Terminal.output.line("Wrote \(bundle)/\(BundleManifest.file): \(manifest.digests.count) files")
        }
    }
}
