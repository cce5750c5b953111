import GantryCore

/// The MODEL_CARD.md of a bundle that was trained here: what is known of its data, what it came to on them, and what it
/// is not.
package struct TrainingCard {
    /// Images of one side, by class.
    package struct Side {
        /// Its name: training, validation or test.
        package var name: String
        /// Images of each class, in the order of the classes.
        package var counts: [Int]
        /// Patients or groups among them.
        package var groups: Int

        /// A side.
        package init(name: String, counts: [Int], groups: Int) {
            self.name = name
            self.counts = counts
            self.groups = groups
        }
    }

    private let name: String
    private let description: ModelDescription
    private let origin: String
    private let input: String
    private let sides: [Side]
    private let best: EpochRecord
    private let epochs: Int
    private let thresholds: String
    private let remarks: [String]
    private let splitDigest: String
    private let version: String

    /// The card of the pipeline `name`, made by this `version` of Gantry.
    ///
    /// `origin` says in a sentence what was begun with, `input` what the network sees; `best` is the epoch whose
    /// weights these are, of `epochs`; `thresholds` say where they come from; `remarks` must be seen: leaks, images
    /// that could not be read.
    package init(
        name: String, description: ModelDescription, origin: String, input: String, sides: [Side], best: EpochRecord,
        epochs: Int, thresholds: String, remarks: [String], splitDigest: String, version: String
    ) {
        self.name = name
        self.description = description
        self.origin = origin
        self.input = input
        self.sides = sides
        self.best = best
        self.epochs = epochs
        self.thresholds = thresholds
        self.remarks = remarks
        self.splitDigest = splitDigest
        self.version = version
    }

    /// Markdown.
    package var text: String {
        let classes = description.classes
        var figures = [
            ("loss (cross-entropy)", best.validationLoss.writtenInFull(decimals: 4)),
            ("accuracy", best.validationAccuracy.writtenInFull(decimals: 4)),
        ]
        if let area = best.validationAUC {
            figures.append(("area under the ROC curve", area.writtenInFull(decimals: 4)))
        }
        let rows = [
            ("network", description.architecture.summary),
            ("classes", classes.joined(separator: ", ") + "; positive: \(description.positiveClass)"),
            ("made from", origin),
            ("input", input),
            ("weights", "epoch \(best.epoch) of \(epochs), SHA-256 `\(description.sha256)`"),
            ("thresholds", thresholds),
            ("proof", ModelCard.unproven),
        ]
        let lines = remarks.map { "- **\(Self.escaped($0))**" }.joined(separator: "\n")
        let warned = remarks.isEmpty ? "" : "\n" + lines + "\n"
        return """
            # \(name)

            **Research use only. Not for clinical use.**

            ## What it is

            | | |
            |---|---|
            \(rows.map { "| \($0.0) | \(Self.escaped($0.1)) |" }.joined(separator: "\n"))

            Made by `gantry train` (Gantry \(version)). `recipe.yaml` says how, `split.csv` with what (SHA-256
            `\(splitDigest)`), `history.csv` and `training.html` how it went.

            ## What it was trained on
            \(warned)
            | | \(classes.map(Self.escaped).joined(separator: " | ")) | patients or groups |
            |---|\(classes.map { _ in "---" }.joined(separator: "|"))|---|
            \(sides.map { side in
                "| \(side.name) | \(side.counts.map(String.init).joined(separator: " | ")) | \(side.groups) |"
            }.joined(separator: "\n"))

            ## What it came to on the validation images

            | | |
            |---|---|
            \(figures.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n"))

            The best epoch and the thresholds were chosen on these very images: on others it will do worse.

            ## What it is not

            It knows the patients, scanners and labels of its training data, and nothing else. Nobody has tried it on
            data from another place. It is no medical device.

            ## What only its makers know

            - Where the images come from, who labelled them, and what was left out.
            - Where it must not be used.

            """
    }

    /// A text in a cell of a table.
    private static func escaped(_ text: String) -> String {
        let plain = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        return plain.replacing("|", with: "\\|").replacing("<", with: "&lt;")
    }
}
