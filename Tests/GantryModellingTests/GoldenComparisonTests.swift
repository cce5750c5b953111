import GantryArrays
import GantryCore
import GantryInference
import GantryModelling
import GantryTestSupport
import Testing

@Suite struct GoldenComparisonTests {
    private let folder: TemporaryFolder
    private let network: ResidualNetwork

    init() throws {
        folder = try TemporaryFolder()
        network = try SmallNetwork.make()
    }

    /// The golden pair of `count` images, the logits changed by `edit`.
    private func pair(
        _ count: Int = 3, side: Int = SmallNetwork.inputSize, _ edit: (inout [Float]) -> Void = { _ in }
    ) throws -> (input: String, output: String) {
        let shape = [count, 3, side, side]
        let values = Array(SmallNetwork.images(count).prefix(shape.reduce(1, *)))
        let images = try #require(ImageBatch(count: count, channels: 3, height: side, width: side, values: values))
        var logits = try network.logits(images, workers: 1).values
        edit(&logits)
        try folder.write(NPYFile.data(shape: shape, values: values), to: "x.npy")
        try folder.write(NPYFile.data(shape: [count, 2], values: logits), to: "y.npy")
        return (folder.path + "/x.npy", folder.path + "/y.npy")
    }

    private func comparison(_ pair: (input: String, output: String)) throws -> GoldenComparison {
        try GoldenComparison(
            network, inputSize: SmallNetwork.inputSize, input: pair.input, output: pair.output, workers: 1)
    }

    @Test func `a network's own logits are its own`() throws {
        let found = try comparison(pair())
        #expect(found.isEqual && found.images == 3 && found.largestRelative == 0)
        #expect(found.sentence == "3 images: every logit is the framework's, to 0.0e+00 of the largest")
        #expect(try comparison(pair(1)).sentence.hasPrefix("1 image: "))
    }

    /// The tolerance is 1e-4 of the image's largest logit.
    @Test(arguments: [(Float(0.5e-4), true), (2e-4, false)])
    func `one logit may differ by the tolerance, and by no more`(_ share: Float, _ isEqual: Bool) throws {
        let found = try comparison(
            pair { logits in
                let largest = max(abs(logits[2]), abs(logits[3]))
                logits[2] += share * largest
            })
        #expect(found.isEqual == isEqual, "\(found)")
        #expect(found.sentence.contains(isEqual ? "every logit" : "a logit differs"))
    }

    @Test(arguments: [Float.nan, .infinity]) func `what is no number is no proof`(_ value: Float) throws {
        let found = try comparison(pair { $0[5] = value })
        #expect(!found.isEqual && found.sentence.contains("a logit differs"))
    }

    @Test func `arrays that do not fit the network are refused`() throws {
        let small = try pair(side: 4)
        let size = #expect(throws: ModellingFault.self) { try comparison(small) }
        #expect(size?.code == .misshapen)
        #expect(
            size?.description.hasPrefix("\(small.input): has images of 4x4, but the bundle scores 8x8 (input-size")
                == true)

        let (input, output) = try pair()
        let turned = #expect(throws: ModellingFault.self) { try comparison((input, input)) }
        #expect(turned?.code == .misshapen && turned?.explanation.contains("expected [3, 2]") == true)
        try folder.write(NPYFile.data(shape: [0, 3, 8, 8], values: []), to: "x.npy")
        try folder.write(NPYFile.data(shape: [0, 2], values: []), to: "y.npy")
        let none = #expect(throws: ModellingFault.self) { try comparison((input, output)) }
        #expect(none?.code == .misshapen, "a pair of no image proves nothing")
    }

    @Test func `a new bundle's card has the proof, or says that there is none`() throws {
        let description = SmallNetwork.description
        func card(_ golden: GoldenComparison?) -> String {
            BundleCard(
                name: "trial", source: "checkpoint.pth", sourceDigest: String(repeating: "b", count: 64),
                convention: nil, conventions: ["Stride as --stride says.", "Epsilon PyTorch's own."],
                description: description, preparation: PreparationDefinition(inputSize: 8), golden: golden,
                version: "1.2.3"
            ).text
        }
        let proven = card(try comparison(pair()))
        #expect(ModelCard(proven).proof(of: description.sha256) == .ofThese)
        #expect(ModelCard(card(nil)).proof(of: description.sha256) == .absent)
        for words in [
            "# trial\n", "Research use only. Not for clinical use.", "Stride as --stride says. Epsilon PyTorch's own.",
            "negative, covid19; positive: covid19", "centre -600 width 1500 HU; area-averaged to 8x8; normalised by",
            "`checkpoint.pth`, SHA-256 `bbbb", "(Gantry 1.2.3)",
        ] {
            #expect(proven.contains(words), "\(words)")
        }
    }
}
