import Foundation
import GantryCore
import GantryInference
import GantryTensors
import Testing

import GantryModelling

/// Maps against PyTorch's autograd, and what belongs to them against SciPy and matplotlib
/// (`Golden/make_explanation_golden.py`).
@Suite struct ExplanationGoldenTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            let network: String
            let maps: [Map]
            let resampled: [Float]
            let occlusion: [Float]?
        }

        struct Map: Decodable {
            let stage: String
            let label: Int
            let shape: [Int]
            let values: [Float]
        }

        struct Correlation: Decodable {
            let one: [Float]
            let other: [Float]
            let correlation: Double
        }

        let cases: [Case]
        let correlations: [Correlation]
        let cividis: [[UInt8]]
    }

    struct Network: CustomTestStringConvertible, Sendable {
        let name: String
        let architecture: ResidualArchitecture
        var height = 224
        var width = 224
        var testDescription: String { name }
    }

    static let networks = [
        Network(
            name: "bottleneck-width8-odd",
            architecture: ResidualArchitecture(
                block: .bottleneck, blocksPerStage: [1, 2, 1], baseWidth: 8, classes: 3), height: 75, width: 53),
        Network(
            name: "basic-imagenet-wide8",
            architecture: ResidualArchitecture(block: .basic, blocksPerStage: [2, 2, 2, 2], baseWidth: 8, classes: 5),
            height: 64, width: 64),
        Network(
            name: "grey-basic",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1], baseWidth: 8, inputChannels: 1, classes: 3), height: 64,
            width: 48),
        Network(
            name: "relu-norm",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [2, 2], baseWidth: 8, activationOrder: .activationFirst,
                hasConvolutionBias: true, classes: 3), height: 40, width: 37),
        Network(
            name: "shortcut-zeros",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [3, 3, 3], baseWidth: 8, stem: .cifar, shortcut: .zeros, classes: 10),
            height: 32, width: 31),
        Network(
            name: "padding-same",
            architecture: ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 8, padding: .same, shortcut: .convolution,
                hasConvolutionBias: true, batchNormEpsilon: 1e-3, classes: 10), height: 64, width: 45),
        Network(name: "resnet50-v1.5", architecture: .resNet50(classes: 1000)),
    ]

    /// Of the largest number of the map: what the issue asks for.
    private static let tolerance: Float = 1e-4

    private let golden: Golden

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Golden/explanation.json").standardizedFileURL
        golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    private func expect(
        _ found: [Float], _ expected: [Float], _ what: Comment, location: SourceLocation = #_sourceLocation
    ) {
        #expect(found.count == expected.count, what, sourceLocation: location)
        let largest = expected.map(abs).max() ?? 0
        #expect(largest > 0, what, sourceLocation: location)
        let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference <= Self.tolerance * largest, "\(what): \(difference / largest)", sourceLocation: location)
    }

    @Test(arguments: networks) func `maps at every stage are PyTorch's`(_ subject: Network) throws {
        let one = try #require(golden.cases.first { $0.network == subject.name })
        let weights = try HashedNetwork.tensors(subject.architecture)
        let network = try ResidualNetwork(architecture: subject.architecture, weights: weights)
        let image = try HashedNetwork.image(
            channels: subject.architecture.inputChannels, height: subject.height, width: subject.width)
        for expected in one.maps {
            let gradCAM = try GradCAM(
                network: network, weights: { weights }, stage: ExplainedStage(expected.stage, of: subject.architecture),
                height: subject.height, width: subject.width, workers: 2)
            let map = try #require(try gradCAM.maps(image, class: expected.label).first)
            #expect([map.rows, map.columns] == expected.shape)
            // A map that is 0 everywhere is one too.
            if expected.values.allSatisfy({ $0 == 0 }) {
                #expect(map.largest == 0, "\(expected.stage) \(expected.label)")
            } else {
                expect(map.values, expected.values, "\(expected.stage) of class \(expected.label)")
            }
        }
        let last = try #require(one.maps.last)
        let map = try #require(ActivationMap(rows: last.shape[0], columns: last.shape[1], values: last.values))
        let resampled = map.resampled(rows: 61, columns: 47)
        if map.largest > 0 {
            expect(stride(from: 0, to: resampled.count, by: 7).map { resampled[$0] }, one.resampled, "resampled")
        }
    }

    @Test(arguments: networks.filter { ["basic-imagenet-wide8", "grey-basic"].contains($0.name) })
    func `what covering takes from the logit is PyTorch's`(_ subject: Network) throws {
        let one = try #require(golden.cases.first { $0.network == subject.name })
        let network = try ResidualNetwork(
            architecture: subject.architecture, weights: HashedNetwork.tensors(subject.architecture))
        let image = try HashedNetwork.image(
            channels: subject.architecture.inputChannels, height: subject.height, width: subject.width)
        let map = try Occlusion(network: network, workers: 2).map(
            of: image.values, channels: image.channels, height: image.height, width: image.width, class: 1)
        expect(try #require(map).values, try #require(one.occlusion), "occlusion")
        let stopped = try Occlusion(network: network, workers: 1).map(
            of: image.values, channels: image.channels, height: image.height, width: image.width, class: 1,
            goesOn: { false })
        #expect(stopped == nil)
    }

    @Test func `the gradients of the last stage are the last layer's weights`() throws {
        let architecture = ResidualArchitecture(block: .basic, blocksPerStage: [1, 1], baseWidth: 8, classes: 3)
        let weights = try HashedNetwork.tensors(architecture)
        let network = try ResidualNetwork(architecture: architecture, weights: weights)
        let image = try HashedNetwork.image(channels: 3, height: 48, width: 40)
        let logits = try network.logits(image, workers: 1).values
        let bias = try weights.values(of: "fc.bias")
        for label in 0..<3 {
            // The positive part and that of the contrary weights make the logit together.
            let map = try #require(try network.classMaps(image, class: label, workers: 1)[0])
            var contrary = weights
            let own = try weights.values(of: "fc.weight")
            contrary["fc.weight"] = try NamedTensor(
                name: "fc.weight", shape: [3, architecture.featureCount], values: own.map { -$0 })
            let opposite = try #require(
                try ResidualNetwork(architecture: architecture, weights: contrary)
                    .classMaps(image, class: label, workers: 1)[0])
            let sum = map.values.reduce(0, +) - opposite.values.reduce(0, +)
            #expect(abs(sum - (logits[label] - bias[label])) < 1e-4 * max(1, abs(logits[label])))
        }
    }

    @Test(arguments: [Precision.bf16]) func `another precision gives nearly the same map`(precision: Precision) throws {
        let architecture = ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 1, 1, 1], baseWidth: 16, classes: 3)
        let weights = try HashedNetwork.tensors(architecture)
        let image = try HashedNetwork.image(channels: 3, height: 96, width: 96)
        for label in 0..<3 {
            let maps = try [Precision.f32, precision].map { precision in
                try #require(
                    try ResidualNetwork(architecture: architecture, weights: weights, precision: precision)
                        .classMaps(image, class: label, workers: 1)[0])
            }
            let largest = maps[0].largest
            for (one, other) in zip(maps[0].values, maps[1].values) {
                // Eight bits of a mantissa, through some twenty layers.
                #expect(abs(one - other) <= 0.05 * largest)
            }
        }
    }

    @Test func `ranks are correlated as SciPy does it`() {
        for one in golden.correlations {
            let found = RankCorrelation.spearman(one.one, one.other)
            #expect(found.map { abs($0 - one.correlation) < 1e-12 } ?? false, "\(one.correlation)")
        }
        #expect(RankCorrelation.spearman([1, 1, 1], [1, 2, 3]) == nil)
        #expect(RankCorrelation.spearman([2], [2]) == nil)
    }

    @Test func `the colours are matplotlib's`() {
        for (index, colour) in golden.cividis.enumerated() {
            #expect(ColourScale.cividis[index * 5] == SIMD3(colour[0], colour[1], colour[2]))
        }
    }

    @Test func `a stage that the network does not have is refused by name`() throws {
        let architecture = ResidualArchitecture(block: .basic, blocksPerStage: [1, 1], baseWidth: 8, classes: 3)
        #expect(try ExplainedStage(nil, of: architecture).name == "layer2")
        for name in ["layer3", "layer0", "none", "backbone", "fc", ""] {
            let fault = #expect(throws: ModellingFault.self) { try ExplainedStage(name, of: architecture) }
            #expect(fault?.description.contains("stem, layer1, layer2") == true, "\(name)")
        }
    }
}
