import GantryCore

/// The MODEL_CARD.md of a new bundle: what is known, and what whoever brings the network has to add.
package struct BundleCard {
    private let name: String
    private let source: String
    private let sourceDigest: String
    private let convention: String?
    private let conventions: [String]
    private let description: ModelDescription
    private let preparation: PreparationDefinition
    private let golden: GoldenComparison?
    private let wholeWay: String?
    private let version: String

    /// The card of the pipeline `name`, made by this `version` of Gantry.
    ///
    /// `source` and `sourceDigest` are the name, as it can be shown, and the SHA-256 of the weight file; `convention`
    /// is what the network was trained to see, in words, nil where only numbers were given; `conventions` say in
    /// sentences what names and shapes of its tensors do not tell; `wholeWay` is the card's row of that name, nil where
    /// nobody has compared it.
    package init(
        name: String, source: String, sourceDigest: String, convention: String?, conventions: [String],
        description: ModelDescription, preparation: PreparationDefinition, golden: GoldenComparison?, wholeWay: String?,
        version: String
    ) {
        self.name = name
        self.source = source
        self.sourceDigest = sourceDigest
        self.convention = convention
        self.conventions = conventions
        self.description = description
        self.preparation = preparation
        self.golden = golden
        self.wholeWay = wholeWay
        self.version = version
    }

    /// Markdown.
    package var text: String {
        var rows = [
            ("network", description.architecture.summary),
            ("conventions", conventions.joined(separator: " ")),
            (
                description.activation.outputName.plural,
                description.classes.joined(separator: ", ") + "; positive: \(description.positiveClass)"
                    + (description.activation == .sigmoid ? "; each has a probability of its own (sigmoid)" : "")
            ),
            ("made from", "`\(source)`, SHA-256 `\(sourceDigest)`"),
            (
                "input",
                "\(seen) to \(preparation.inputSize)x\(preparation.inputSize); "
                    + (convention ?? "normalised by the numbers in pipeline.yaml")
            ),
            (
                "proof",
                golden.map { ModelCard.proof($0.sentence, of: description.sha256) } ?? ModelCard.unproven
            ),
        ]
        // A picture has no Hounsfield units to begin with.
        if preparation.input == .ct { rows.append(("whole way", wholeWay ?? ModelCard.unprovenWay)) }
        return """
            # \(name)

            **Research use only. Not for clinical use.**

            ## What it is

            | | |
            |---|---|
            \(rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n"))

            Made by `gantry bundle create` (Gantry \(version)).

            ## What only its makers know

            - What it was trained on: patients, scanners, labels, and what was left out.
            - How it was validated, on whom, and with which results.
            - Where it must not be used.

            """
    }

    /// What becomes of slices or pictures before they are normalised.
    private var seen: String {
        guard preparation.input == .ct else {
            let resized = "pictures (PNG, JPEG), resized as `\(preparation.resize.rawValue)`"
            return preparation.channels == 1
                ? "grey " + resized : resized + ", \(preparation.colourOrder.rawValue.uppercased()),"
        }
        let windows = preparation.windows.map {
            "centre \(Self.short($0.windowCenterHU)) width \(Self.short($0.windowWidthHU))"
        }
        return windows.joined(separator: ", ") + " HU; area-averaged"
    }

    private static func short(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}
