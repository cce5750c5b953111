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

    private func comparison(
        _ pair: (input: String, output: String), activation: Activation? = .softmax,
        inputSize: Int = SmallNetwork.inputSize
    ) throws -> GoldenComparison {
        try GoldenComparison(
            network, activation: activation, inputSize: inputSize, input: pair.input, output: pair.output, workers: 1
        ) { try SmallNetwork.network($0) }
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

    /// A pair whose second array is what `activation` makes of the logits.
    private func probabilities(_ activation: Activation) throws -> (input: String, output: String) {
        try pair { logits in
            logits = ScoreMatrix(rows: 3, columns: 2, values: logits).probabilities(activation).flatMap(\.self)
                .map(Float.init)
        }
    }

    @Test(arguments: Activation.allCases) func `probabilities are compared behind the activation that was said`(
        _ activation: Activation
    ) throws {
        let pair = try probabilities(activation)
        let found = try comparison(pair, activation: activation)
        #expect(found.isEqual && found.output == .probabilities(activation) && found.largestRelative < 1e-6)
        #expect(found.sentence.hasPrefix("3 images: every probability is the framework's behind its \(activation)"))

        let other: Activation = activation == .softmax ? .sigmoid : .softmax
        let wrong = try comparison(pair, activation: other)
        #expect(!wrong.isEqual && wrong.sentence.contains("a probability behind the \(other.rawValue) differs"))
        #expect(wrong.sentence.contains("Y is what a \(activation.rawValue) makes of this network's logits"))

        let asked = try comparison(pair, activation: nil)
        let question = try #require(asked.question)
        #expect(
            !asked.isEqual && question.contains("--activation softmax") && question.contains("--activation sigmoid"))
        #expect(question.hasSuffix("By their numbers it is the \(activation.rawValue)."))
    }

    @Test func `logits that lie between 0 and 1 are logits all the same`() throws {
        let network = try SmallNetwork.make(bias: [0.25, 0.75])
        let (input, output) = try pair { $0 = [0.25, 0.75, 0.25, 0.75, 0.25, 0.75] }
        let found = try GoldenComparison(
            network, activation: nil, inputSize: SmallNetwork.inputSize, input: input, output: output, workers: 1
        ) { _ in network }
        #expect(found.isEqual && found.output == .logits && found.question == nil)
    }

    @Test func `what is likely is found by trying`() throws {
        var other = SmallNetwork.architecture
        other.batchNormEpsilon = 1e-3
        let keras = try SmallNetwork.network(other)
        let values = SmallNetwork.images(3)
        let images = try #require(ImageBatch(count: 3, channels: 3, height: 8, width: 8, values: values))
        let epsilon = try comparison(pair { $0 = (try? keras.logits(images, workers: 1).values) ?? [] })
        #expect(epsilon.sentence.contains("with --batch-norm-epsilon 0.001 these weights make Y"), "\(epsilon)")

        // Ten bits behind the binary point, as TF32 has them.
        let coarse = try comparison(
            pair { logits in logits = logits.map { Float(bitPattern: ($0.bitPattern + 0x1000) & ~0x1FFF) * 1.001 } })
        #expect(!coarse.isEqual && coarse.sentence.contains("TF32 or half precision"), "\(coarse)")
        let far = try comparison(pair { $0[0] += 100 })
        #expect(far.sentence.contains("may not belong together"), "\(far)")
    }

    @Test func `a pair of another size says so where it is the network's at that size`() throws {
        let pair = try pair()
        let fault = #expect(throws: ModellingFault.self) { try comparison(pair, inputSize: 16) }
        #expect(fault?.code == .misshapen && fault?.explanation.hasSuffix("is --input-size 8 meant?") == true)
        let (input, output) = try self.pair { $0[0] += 1 }
        let other = #expect(throws: ModellingFault.self) { try comparison((input, output), inputSize: 16) }
        #expect(other?.explanation.contains("meant?") == false)
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
        func card(_ golden: GoldenComparison?, wholeWay: String? = nil) -> String {
            BundleCard(
                name: "trial", source: "checkpoint.pth", sourceDigest: String(repeating: "b", count: 64),
                convention: nil, conventions: ["Stride as --stride says.", "Epsilon PyTorch's own."],
                description: description, preparation: PreparationDefinition(inputSize: 8), golden: golden,
                wholeWay: wholeWay, version: "1.2.3"
            ).text
        }
        let proven = card(try comparison(pair()))
        #expect(ModelCard(proven).proof(of: description.sha256) == .ofThese)
        #expect(ModelCard(card(nil)).proof(of: description.sha256) == .absent)
        let digest = String(repeating: "c", count: 64)
        #expect(ModelCard(proven).wholeWayProof(of: [digest]) == .absent)
        let whole = card(nil, wholeWay: ModelCard.wholeWay("`gantry bundle create --golden-hu`: 2 slices", of: digest))
        #expect(ModelCard(whole).wholeWayProof(of: [digest]) == .ofThese)
        #expect(ModelCard(whole).wholeWayProof(of: [description.sha256]) == .ofOthers)
        #expect(ModelCard(whole).proof(of: description.sha256) == .absent)
        for words in [
            "# trial\n", "Research use only. Not for clinical use.", "Stride as --stride says. Epsilon PyTorch's own.",
            "negative, covid19; positive: covid19", "centre -600 width 1500 HU; area-averaged to 8x8; normalised by",
            "`checkpoint.pth`, SHA-256 `bbbb", "(Gantry 1.2.3)",
        ] {
            #expect(proven.contains(words), "\(words)")
        }
    }
}
