import Foundation
import GantryCore
import GantryPipeline

/// The MODEL_CARD.md of a new bundle: what is known, and what whoever brings the network has to add.
struct BundleCard {
    let name: String
    /// Name and SHA-256 of the weight file.
    let source: String
    let sourceDigest: String
    /// What the network was trained to see, in words; nil where only numbers were given.
    let convention: String?
    let opened: OpenedModel
    let description: ModelDescription
    let preparation: PreparationDefinition
    let golden: GoldenComparison?

    /// Markdown.
    var text: String {
        let windows = preparation.windows.map {
            "centre \(Self.short($0.windowCenterHU)) width \(Self.short($0.windowWidthHU))"
        }.joined(separator: ", ")
        let rows = [
            ("network", description.architecture.summary),
            ("conventions", opened.sources.joined(separator: " ")),
            ("classes", description.classes.joined(separator: ", ") + "; positive: \(description.positiveClass)"),
            ("made from", "`\(source.printable)`, SHA-256 `\(sourceDigest)`"),
            (
                "input",
                "\(windows) HU; area-averaged to \(preparation.inputSize)x\(preparation.inputSize); \(convention ?? "normalised by the numbers in pipeline.yaml")"
            ),
            (
                "proof",
                golden.map { ModelCard.proof($0.sentence, of: description.sha256) } ?? ModelCard.unproven
            ),
        ]
        return """
            # \(name)

            **Research use only. Not for clinical use.**

            ## What it is

            | | |
            |---|---|
            \(rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n"))

            Made by `gantry bundle create` (Gantry \(Gantry.version)).

            ## What only its makers know

            - What it was trained on: patients, scanners, labels, and what was left out.
            - How it was validated, on whom, and with which results.
            - Where it must not be used.

            """
    }

    private static func short(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}
