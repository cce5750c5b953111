import Foundation
import GantryGround

/// A bundle's MODEL_CARD.md: its makers' text, with a row and a section that commands keep true.
struct ModelCard {
    /// The file's name in the bundle.
    static let file = "MODEL_CARD.md"
    /// What the row `proof` says of weights that nobody has compared.
    static let unproven = "none yet: `gantry bundle verify --golden x.npy y.npy` compares it with its framework"
    /// Heading of the section on the network in 8 bits.
    static let quantizedHeading = "## In 8 bits\n"

    /// Markdown.
    private(set) var text: String

    /// A card of this text.
    init(_ text: String) { self.text = text }

    /// The card of the bundle in `folder`; nil where it has none.
    init?(of folder: String) {
        guard let text = try? String(contentsOfFile: folder + "/" + Self.file, encoding: .utf8) else { return nil }
        self.init(text)
    }

    /// Puts the section on the network in 8 bits in place of an earlier one, or at the end.
    mutating func put(quantized section: String) {
        if let range = quantizedSection {
            text.replaceSubrange(range, with: section)
        } else {
            text += "\n" + section
        }
    }

    /// Takes out what is said of weights that a seeded backbone has replaced: where they are from, the proof, and the
    /// agreement in 8 bits.
    mutating func forgetFormerWeights() {
        let origin = "| made from | numbers from a seed, fitted by `gantry model fit` |"
        text = text.replacing(#/(?m)^\| *made from *\|.*$/#, with: origin)
        text = text.replacing(#/(?m)^\| *proof *\|.*$/#, with: "| proof | \(Self.unproven) |")
        if let range = quantizedSection { text.removeSubrange(range) }
    }

    private var quantizedSection: Range<String.Index>? {
        guard let start = text.range(of: Self.quantizedHeading) else { return nil }
        let end = text[start.upperBound...].range(of: "\n## ")?.lowerBound ?? text.endIndex
        return start.lowerBound..<end
    }

    /// Writes it into the bundle in `folder`. **Throws** `CommandFault` (73).
    func write(to folder: String) throws(CommandFault) {
        try CommandFault.ofWriting { () throws(FileFailure) in
            try DurableFile.write(text.utf8, to: folder + "/" + Self.file)
        }
    }
}
