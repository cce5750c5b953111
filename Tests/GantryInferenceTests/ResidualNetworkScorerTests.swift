import Dispatch
import GantryCore
import GantryInference
import GantryTestSupport
import GantryTensors
import Testing

@Suite struct ResidualNetworkScorerTests {
    private func scorer(side: Int = 64, workers: Int = 2) throws -> ResidualNetworkScorer {
        ResidualNetworkScorer(
            preparation: try SlicePreparation(PreparationDefinition(inputSize: side)),
            network: try GoldenNetwork.network(ResidualNetworkTests.small), activation: .softmax,
            workers: workers)
    }

    private func slices(_ scorer: ResidualNetworkScorer, _ count: Int) -> [SliceTensor] {
        (0..<count).map { index in
            let image = SeededNumbers(seed: UInt64(index), name: "slice").values(100 * 90, scale: 1000, offset: -500)
                .map { Int16($0) }
            return scorer.prepare(image.span, rows: 100, columns: 90)
        }
    }

    @Test func `each slice gets the network's probabilities, whatever its company`() throws {
        let scorer = try scorer()
        let tensors = slices(scorer, 5)
        let rows = try scorer.probabilities(of: tensors)
        #expect(rows.count == 5 && rows.allSatisfy { $0.count == scorer.classCount })
        for (tensor, row) in zip(tensors, rows) {
            #expect(try scorer.probabilities(of: [tensor]) == [row])
            let images = try #require(
                ImageBatch(count: 1, channels: 3, height: 64, width: 64, values: tensor.values))
            #expect(try scorer.network.probabilities(images, activation: .softmax, workers: 1) == [row])
        }
        #expect(try scorer.probabilities(of: []).isEmpty)
    }

    @Test func `a distance comes from the same pass: probabilities and features stay to the bit`() throws {
        let plain = try scorer()
        let features = plain.network.architecture.featureCount
        let distribution = try #require(
            FeatureDistribution(
                mean: [Float](repeating: 0.1, count: features), directions: [], variances: [], residualVariance: 0.5,
                samples: 3))
        let quantiles = try #require(DistanceQuantiles(of: [1, 2]))
        let texture = try #require(
            FeatureDistribution(
                mean: [Float](repeating: -1, count: 9), directions: [], variances: [], residualVariance: 4, samples: 3))
        let early = try #require(
            FeatureDistribution(
                mean: [Float](repeating: 0.2, count: plain.network.architecture.earlyCount), directions: [],
                variances: [], residualVariance: 0.25, samples: 3))
        let distributions: [FeatureKind: FeatureDistribution] = [
            .features: distribution, .texture: texture, .early: early,
        ]
        let profile = FeatureProfile(
            parts: try distributions.mapValues {
                try #require(FeatureProfile.Part(distribution: $0, limit: 1))
            }, quantiles: quantiles)
        let scorer = ResidualNetworkScorer(
            preparation: plain.preparation, network: plain.network, activation: .softmax, profile: profile, workers: 2)
        let tensors = slices(scorer, 5)
        let scores = try scorer.scores(of: tensors, workers: 2)
        #expect(scores.map(\.probabilities) == (try plain.probabilities(of: tensors)))
        #expect(try plain.scores(of: tensors, workers: 1).allSatisfy { $0.distance == nil })
        #expect(plain.distanceQuantiles == nil)
        for (tensor, score) in zip(tensors, scores) {
            let images = try #require(
                ImageBatch(count: 1, channels: 3, height: 64, width: 64, values: tensor.values))
            let pooled = try scorer.network.pooledFeatures(images, workers: 1)
            let own = InputTexture.values(of: tensor.values, channels: 3, height: 64, width: 64)
            let maps = try scorer.network.outputs(images, workers: 1).early
            #expect(
                score.distance
                    == max(
                        distribution.distance(of: pooled[0]), texture.distance(of: own), early.distance(of: maps[0])))
            #expect(try scorer.scores(of: [tensor], workers: 3) == [score])
        }
        #expect(Set(scores.map(\.distance)).count == 5)
        let pending = PendingScorer(
            preparation: plain.preparation, classCount: 2, activation: .softmax, profile: profile, workers: 1
        ) { plain.network }
        #expect(pending.distanceQuantiles == quantiles)
        #expect(try pending.scores(of: tensors, workers: 1) == scores)
    }

    @Test(arguments: ConvolutionKernels.available)
    func `every kernel gives logits, features and early maps together as alone`(
        kernels: ConvolutionKernels
    ) throws {
        let network = try GoldenNetwork.network(ResidualNetworkTests.small, kernels: kernels)
        let values = SeededNumbers(seed: 3, name: "images").values(7 * 3 * 32 * 32, scale: 2)
        let images = try #require(ImageBatch(count: 7, channels: 3, height: 32, width: 32, values: values))
        let all = try network.outputs(images, workers: 3)
        #expect(all.logits == (try network.logits(images, workers: 3)))
        #expect(all.features == (try network.pooledFeatures(images, workers: 3)))
        try check(all.early, of: network, images, tolerance: 1e-5)
    }

    /// That each image has the means of the first stage's maps, and the same bits in another company.
    private func check(
        _ early: ScoreMatrix, of network: ResidualNetwork, _ images: ImageBatch, tolerance: Double
    ) throws {
        let architecture = network.architecture
        #expect(early.rows == images.count && early.columns == architecture.earlyCount)
        for index in 0..<images.count {
            let stages = try network.stageOutputs(images, image: index)
            let maps = stages[architecture.earlyStage]
            let pixels = maps.count / architecture.earlyCount
            let expected = (0..<architecture.earlyCount).map { channel in
                maps[channel * pixels..<(channel + 1) * pixels].reduce(0) { $0 + Double($1) } / Double(pixels)
            }
            let largest = expected.map(abs).max() ?? 0
            #expect(largest > 0)
            for (own, expected) in zip(early[index], expected) {
                #expect(abs(Double(own) - expected) <= tolerance * largest)
            }
            let alone = try #require(
                ImageBatch(
                    count: 1, channels: images.channels, height: images.height, width: images.width,
                    values: Array(
                        images.values[index * images.elementsPerImage..<(index + 1) * images.elementsPerImage])))
            #expect(try network.outputs(alone, workers: 2).early[0] == early[index])
        }
    }

    @Test func `a tensor of another side is refused`() throws {
        let scorer = try scorer()
        let other = SliceTensor(values: [Float](repeating: 0, count: 3 * 32 * 32), side: 32)
        let error = #expect(throws: ScorerFault.self) { try scorer.probabilities(of: [other]) }
        #expect(error?.code == .inputMisshapen)
    }

    @Test func `a result that is not a number is refused`() throws {
        let scorer = try scorer()
        let broken = SliceTensor(values: [Float](repeating: .nan, count: 3 * 64 * 64), side: 64)
        let error = #expect(throws: ScorerFault.self) { try scorer.probabilities(of: [broken]) }
        #expect(error?.code == .notFinite)
    }

    @Test func `a pending scorer prepares while its network is loaded, and gives the same probabilities`() throws {
        let ready = try scorer(workers: 1)
        let gate = DispatchSemaphore(value: 0)
        let pending = PendingScorer(
            preparation: ready.preparation, classCount: ready.classCount, activation: .softmax, workers: 1
        ) {
            gate.wait()
            return try GoldenNetwork.network(ResidualNetworkTests.small)
        }
        #expect(pending.classCount == ready.classCount)
        let image = [Int16](repeating: -600, count: 80 * 70)
        let tensor = pending.prepare(image.span, rows: 80, columns: 70)
        #expect(tensor == ready.prepare(image.span, rows: 80, columns: 70))
        gate.signal()
        #expect(try pending.probabilities(of: [tensor]) == ready.probabilities(of: [tensor]))
    }

    @Test func `nothing is left of the loading thread after the first score, or with the last owner`() throws {
        let ready = try scorer(workers: 1)
        let ends = ThreadEnds()
        func pending() -> PendingScorer {
            PendingScorer(
                preparation: ready.preparation, classCount: ready.classCount, activation: .softmax, workers: 1
            ) {
                ends.note()
                return ready.network
            }
        }
        let scored = pending()
        #expect(try scored.probabilities(of: []).isEmpty)
        #expect(ends.ended == 1)
        do { _ = pending() }
        #expect(ends.begun == 2 && ends.ended == 2)
    }

    @Test func `a network that cannot be loaded is said whenever it is asked for`() throws {
        let preparation = try SlicePreparation(PreparationDefinition(inputSize: 64))
        let pending = PendingScorer(preparation: preparation, classCount: 2, activation: .softmax, workers: 1) {
            throw WeightsError(.unusableValue, subject: "fc.weight", explanation: "not a number")
        }
        for _ in 0..<2 {
            let error = #expect(throws: ScorerFault.self) { try pending.probabilities(of: []) }
            #expect(error?.code == .unavailable)
            #expect(error?.explanation.contains("fc.weight") == true)
        }
    }
}
