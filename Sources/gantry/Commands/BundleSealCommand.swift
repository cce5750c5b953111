import ArgumentParser
import GantryPipeline

/// `gantry bundle seal`: the digests of a bundle's files.
struct BundleSealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Lists the SHA-256 of every file of a bundle in its SHA256SUMS, after a change by hand.",
        discussion: "`sha256sum -c SHA256SUMS` checks the same. A signature that the bundle had is removed."
    )

    @Argument(help: "The pipeline bundle's folder.")
    var bundle: String

    func run() throws {
        try command {
            _ = try PipelineBundle.load(folder: bundle)
            let manifest = try BundleSeal.seal(bundle)
            Terminal.output.line("Wrote \(bundle)/\(BundleManifest.file): \(manifest.digests.count) files")
        }
    }
}
