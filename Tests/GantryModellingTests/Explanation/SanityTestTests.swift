import GantryCore
import GantryInference
import GantryTensors
import GantryTraining
import Testing

import GantryModelling

@Suite struct SanityTestTests {
    private static let architecture = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1], baseWidth: 8, stem: .cifar, classes: 2)

    private static func images(_ count: Int) throws -> ImageBatch {
        let values = SeededNumbers(seed: 5, name: "images").values(count * 3 * 16 * 16, scale: 2)
        return try #require(ImageBatch(count: count, channels: 3, height: 16, width: 16, values: values))
    }

    @Test func `layers are made random from the top, and the maps of a network change`() throws {
        var asked: [Int] = []
        let found = try SanityTest(
            architecture: Self.architecture, weights: HashedNetwork.tensors(Self.architecture),
            images: Self.images(12), class: 1, seed: 3, workers: 2
        ) { done, of in
            asked.append(done)
            #expect(of == 5)
            return true
        }
        let test = try #require(found)
        #expect(test.steps.map(\.layer) == ["fc", "layer2", "layer1", "stem"])
        #expect(asked == [1, 2, 3, 4])
        #expect(test.images > 6 && test.mapsChange == true)
        for step in test.steps { #expect(step.correlation.map { (-1...1).contains($0) } ?? (step.images == 0)) }
    }

    @Test func `a network that is as random as what takes its place does not change its maps, and fails`() throws {
        let weights = try Initialisation.he(Self.architecture, seed: 3)
        let test = try #require(
            try SanityTest(
                architecture: Self.architecture, weights: weights, images: Self.images(12), class: 1, seed: 3,
                workers: 2))
        #expect(test.images > 0 && test.mapsChange == false)
        #expect(test.steps.allSatisfy { $0.correlation.map { $0 > 0.999 } ?? false })
    }

    @Test func `where no map has a positive part there is nothing to say`() throws {
        var weights = try HashedNetwork.tensors(Self.architecture)
        weights["fc.weight"] = try NamedTensor(
            name: "fc.weight", shape: [2, Self.architecture.featureCount],
            values: [Float](repeating: -1, count: 2 * Self.architecture.featureCount))
        let test = try #require(
            try SanityTest(
                architecture: Self.architecture, weights: weights, images: Self.images(3), class: 0, seed: 3,
                workers: 1))
        #expect(test.images == 0 && test.mapsChange == nil && test.steps.allSatisfy { $0.correlation == nil })
    }

    @Test func `a test that is to stop stops`() throws {
        let test = try SanityTest(
            architecture: Self.architecture, weights: HashedNetwork.tensors(Self.architecture),
            images: Self.images(2), class: 1, seed: 3, workers: 1, progress: { _, _ in false })
        #expect(test == nil)
    }
}
