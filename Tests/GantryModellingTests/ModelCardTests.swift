import Foundation
import GantryGround
import GantryModelling
import GantryTestSupport
import Testing

@Suite struct ModelCardTests {
    private static let digests = ["a", "b"].map { String(repeating: $0, count: 64) }

    private func card(proof: String, after: String = "\n## Limits\n\nAll.\n") -> ModelCard {
        ModelCard(
            """
            # Trial

            | | |
            |---|---|
            | made from | `checkpoint.pth`, SHA-256 `\(Self.digests[1])` |
            | proof | \(proof) |

            """ + after)
    }

    @Test func `the section in 8 bits comes once, at the end or where it was, and nothing else changes`() {
        var card = card(proof: "none yet")
        let before = card.text
        card.put(quantized: ModelCard.quantizedHeading + "\nOne.\n")
        #expect(card.text == before + "\n## In 8 bits\n\nOne.\n")
        card.put(quantized: ModelCard.quantizedHeading + "\nTwo.\n")
        #expect(card.text == before + "\n## In 8 bits\n\nTwo.\n")

        var inside = ModelCard("# Trial\n\n## In 8 bits\n\nOne.\n\n## Limits\n\nAll.\n")
        inside.put(quantized: ModelCard.quantizedHeading + "\nTwo.\n")
        #expect(inside.text == "# Trial\n\n## In 8 bits\n\nTwo.\n\n## Limits\n\nAll.\n")
    }

    @Test func `a proof is told by the digest of its weights`() {
        let (these, others) = (Self.digests[0], Self.digests[1])
        let proof = ModelCard.proof("4 images: every logit is the framework's", of: these)
        #expect(card(proof: proof).proof(of: these) == .ofThese)
        #expect(card(proof: proof).proof(of: others) == .ofOthers)
        #expect(card(proof: "4 images: every logit is the framework's").proof(of: these) == .ofUnnamed)
        #expect(card(proof: ModelCard.unproven).proof(of: these) == .absent)
        #expect(ModelCard("# Trial\n").proof(of: these) == .absent)
    }

    @Test func `a proof is taken out, and the rest stays`() {
        var card = card(proof: ModelCard.proof("4 images", of: Self.digests[0]))
        card.forgetProof()
        #expect(card.text == self.card(proof: ModelCard.unproven).text)
    }

    @Test func `a proof of the whole way is told by its digest, and taken out by itself`() {
        let (these, others) = (Self.digests[0], Self.digests[1])
        let row = "| whole way | \(ModelCard.wholeWay("`gantry bundle create --golden-hu`: 4 slices", of: these)) |\n"
        var card = card(proof: ModelCard.proof("4 images", of: others), after: row)
        #expect(card.wholeWayProof(of: [these, others]) == .ofThese)
        #expect(card.wholeWayProof(of: [others]) == .ofOthers)
        card.forgetWholeWay()
        #expect(card.wholeWayProof(of: [these]) == .absent && card.proof(of: others) == .ofThese)
        #expect(card.text.contains("| whole way | none yet: `gantry bundle verify --golden-hu"))
    }

    @Test func `a card is read as it was written, and where it cannot be written that is said`() throws {
        let folder = try TemporaryFolder()
        #expect(ModelCard(of: folder.path) == nil)
        let card = card(proof: "none yet")
        try card.write(to: folder.path)
        #expect(ModelCard(of: folder.path)?.text == card.text)
        let failure = #expect(throws: FileFailure.self) { try card.write(to: folder.path + "/nowhere") }
        #expect(failure?.description.contains("/nowhere/MODEL_CARD.md: cannot be written: ") == true)
    }
}
