import ArgumentParser
import Foundation
import GantryModelling
import GantryPipeline

/// `gantry bundle sign`: the digests of a bundle's files, signed.
struct BundleSignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Lists the SHA-256 of every file of a bundle and signs the list (Ed25519).",
        discussion: """
            Whoever runs the bundle with --trust and the public key is then sure that every byte is the signer's. \
            `gantry bundle key` makes a pair of keys, and so does openssl genpkey -algorithm ed25519.
            """
    )

    @Argument(help: "The pipeline bundle's folder.")
    var bundle: String

    @Option(help: ArgumentHelp("Private Ed25519 key (PEM) to sign with.", valueName: "key.pem"))
    var key: String

    func run() throws {
        try command {
            let signing = try SigningKey(path: key)
            // What does not run is not signed, nor what was changed since its files were listed.
            let definition = try PipelineBundle.load(folder: bundle).definition
            if FileManager.default.fileExists(atPath: bundle + "/" + BundleManifest.file) {
                do throws(BundleFault) {
                    try BundleManifest.read(bundle).check(bundle)
                } catch {
                    throw CommandFault(
                        ExitStatus.configuration,
                        "\(error.description). If that is meant, list the files anew first: gantry bundle seal")
                }
            }
            if let card = ModelCard(of: bundle), case .ofOthers = ProvenDigests(definition).proof(in: card) {
                throw CommandFault(ExitStatus.configuration, "\(bundle): \(ModelCard.wayOfOthers).")
            }
            switch ModelCard(of: bundle)?.proof(of: definition.scoring.model.sha256) {
            case nil, .absent, .ofThese: break
            case .ofOthers:
                throw CommandFault(ExitStatus.configuration, "\(bundle): \(ModelCard.proofOfOthers).")
            case .ofUnnamed: Terminal.error.sentence("Note: \(ModelCard.proofOfUnnamed).")
            }
            let manifest = try BundleSeal.seal(bundle, with: signing)
            Terminal.output.line(
                "Signed \(bundle): \(manifest.digests.count) files in \(BundleManifest.file), signature in "
                    + BundleManifest.signatureFile)
        }
    }
}
