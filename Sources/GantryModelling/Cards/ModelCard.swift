import Foundation
import GantryGround

/// A bundle's MODEL_CARD.md: its makers' text, with a row and a section that commands keep true.
package struct ModelCard {
    /// The file's name in the bundle.
    package static let file = "MODEL_CARD.md"
    /// What the row `proof` says of weights that nobody has compared.
    package static let unproven = "none yet: `gantry bundle verify --golden x.npy y.npy` compares it with its framework"
    /// What the row `proof` says of weights of this digest that were compared, `sentence`.
    package static func proof(_ sentence: String, of sha256: String) -> String {
        "\(sentence); weights of SHA-256 `\(sha256)`"
    }
    /// What a person is told of a proof of other weights than `pipeline.yaml` names.
    package static let proofOfOthers =
        "the proof in \(file) was made with other weights than pipeline.yaml names; `gantry bundle seal` takes it out"
    /// What a person is told of a proof that does not name its weights.
    package static let proofOfUnnamed =
        "the proof in \(file) does not say with which weights it was made; `gantry bundle verify --golden x.npy y.npy` "
        + "compares those that are there"
    /// What the row `whole way` says of a pipeline that nobody has compared from Hounsfield units on.
    package static let unprovenWay =
        "none yet: `gantry bundle verify --golden-hu hu.npy p.npy`, or `--golden-study folder scores.csv`, compares "
        + "windows, resize, normalisation and activation too"
    /// What the row `whole way` says where `sentences` were found of what has this digest.
    package static func wholeWay(_ sentences: String, of digest: String) -> String {
        "\(sentences); digest of what was compared `\(digest)`"
    }
    /// What a person is told of a proof of the whole way that was made with another pipeline.
    package static let wayOfOthers =
        "the proof of the whole way in \(file) was made with another pipeline.yaml; `gantry bundle seal` takes it out"
    /// Heading of the section on the network in 8 bits.
    package static let quantizedHeading = "## In 8 bits\n"
    /// Heading of the section on what was fitted behind the training.
    package static let calibrationHeading = "## Calibration\n"
    /// Heading of the section on what training data look like to the network.
    package static let profileHeading = "## Distance to the training data\n"
    /// Heading of the section on how far two scans of the same lungs lie apart.
    package static let repeatabilityHeading = "## Repeatability\n"

    /// Markdown.
    package private(set) var text: String

    /// A card of this text.
    package init(_ text: String) { self.text = text }

    /// The card of the bundle in `folder`; nil where it has none.
    package init?(of folder: String) {
        guard let text = try? String(contentsOfFile: folder + "/" + Self.file, encoding: .utf8) else { return nil }
        self.init(text)
    }

    /// Puts the section on the network in 8 bits in place of an earlier one, or at the end.
    package mutating func put(quantized section: String) { put(section, under: Self.quantizedHeading) }

    /// Puts the section on what was fitted behind the training in place of an earlier one, or at the end.
    package mutating func put(calibration section: String) { put(section, under: Self.calibrationHeading) }

    /// Puts the section on what training data look like to the network in place of an earlier one, or at the end.
    package mutating func put(profile section: String) { put(section, under: Self.profileHeading) }

    /// Puts the section on how far two scans of the same lungs lie apart in place of an earlier one, or at the end.
    package mutating func put(repeatability section: String) { put(section, under: Self.repeatabilityHeading) }

    private mutating func put(_ section: String, under heading: String) {
        if let range = self.section(heading) {
            text.replaceSubrange(range, with: section)
        } else {
            text += "\n" + section
        }
    }

    /// What the row `proof` is to weights.
    package enum Proof {
        /// There is none.
        case absent
        /// It was made with these weights.
        case ofThese
        /// It was made with others.
        case ofOthers
        /// It does not say with which weights it was made, as those of version 0.4.0.
        case ofUnnamed
    }

    /// What the row `proof` is to the weights of this digest.
    package func proof(of sha256: String) -> Proof {
        guard let row = text.firstMatch(of: #/(?m)^\| *proof *\| *(.*)$/#)?.1, !row.hasPrefix("none") else {
            return .absent
        }
        guard let named = row.firstMatch(of: #/SHA-256 `([0-9a-f]{64})`/#)?.1 else { return .ofUnnamed }
        return named == sha256 ? .ofThese : .ofOthers
    }

    /// What the row `whole way` is to a pipeline of these digests.
    package func wholeWayProof(of digests: Set<String>) -> Proof {
        guard let row = text.firstMatch(of: #/(?m)^\| *whole way *\| *(.*)$/#)?.1, !row.hasPrefix("none") else {
            return .absent
        }
        guard let named = row.firstMatch(of: #/`([0-9a-f]{64})`/#)?.1 else { return .ofUnnamed }
        return digests.contains(String(named)) ? .ofThese : .ofOthers
    }

    /// Takes out the proof of the whole way, which was made with another pipeline.
    package mutating func forgetWholeWay() {
        text = text.replacing(#/(?m)^\| *whole way *\|.*$/#, with: "| whole way | \(Self.unprovenWay) |")
    }

    /// Takes out the proof, which was made with other weights.
    package mutating func forgetProof() {
        text = text.replacing(#/(?m)^\| *proof *\|.*$/#, with: "| proof | \(Self.unproven) |")
    }

    private var quantizedSection: Range<String.Index>? { section(Self.quantizedHeading) }

    private func section(_ heading: String) -> Range<String.Index>? {
        guard let start = text.range(of: heading) else { return nil }
        let end = text[start.upperBound...].range(of: "\n## ")?.lowerBound ?? text.endIndex
        return start.lowerBound..<end
    }

    /// Writes it into the bundle in `folder`. **Throws** where the system refuses; nothing is changed then.
    package func write(to folder: String) throws(FileFailure) {
        try DurableFile.write(text.utf8, to: folder + "/" + Self.file)
    }
}
