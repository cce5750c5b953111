import Foundation
import GantryCore
import Testing

@Suite struct ModelDescriptionTests {
    private let model = ModelDescription(
        file: "model.safetensors", sha256: String(repeating: "0a", count: 32), architecture: .kerasResNet50(classes: 2),
        classes: ["other", "covid-19"], positiveClass: "covid-19")

    private func members(_ model: ModelDescription) throws -> Set<String> {
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(model)) as? [String: Any]
        return Set(try #require(object).keys)
    }

    @Test func `in Float32 it is written as before there were precisions, and what was written then is read`() throws {
        #expect(try members(model) == ["file", "sha256", "variant", "classes", "positiveClass"])
        let earlier = #"{"file":"m","sha256":"s","variant":"resnet50-v1","classes":["a","b"],"positiveClass":"b"}"#
        let read = try JSONDecoder().decode(ModelDescription.self, from: Data(earlier.utf8))
        #expect(read.precision == .f32 && read.quantized == nil && read.file == "m" && read.variant == .kerasResNet50)
        #expect(read.architecture == .kerasResNet50(classes: 2))
    }

    @Test func `a network without a published name is written with every property, and read again`() throws {
        var model = model
        model.architecture = ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 8, groups: 4, stem: .cifar, inputChannels: 1,
            classes: 2)
        #expect(model.variant == nil)
        #expect(try members(model) == ["file", "sha256", "architecture", "classes", "positiveClass"])
        #expect(try JSONDecoder().decode(ModelDescription.self, from: JSONEncoder().encode(model)) == model)
    }

    @Test func `what few networks have is written where it is not as usual, so that digests stay`() throws {
        func members(_ architecture: ResidualArchitecture) throws -> Set<String> {
            let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(architecture)) as? [String: Any]
            return Set(try #require(object).keys)
        }
        let before: Set = [
            "block", "blocksPerStage", "baseWidth", "innerWidth", "groups", "stem", "stridePosition",
            "hasConvolutionBias", "batchNormEpsilon", "inputChannels", "classes",
        ]
        for stem in ResidualArchitecture.Stem.allCases {
            let usual = ResidualArchitecture(
                block: .basic, blocksPerStage: [1, 2], stem: stem, hasConvolutionBias: true, classes: 2)
            #expect(try members(usual) == before)
        }
        let other = ResidualArchitecture(
            block: .basic, blocksPerStage: [1, 2], stemStride: 1, stemPool: .nothing, padding: .same,
            shortcut: .convolution, activationOrder: .activationFirst, hasShortcutBias: true, classes: 2)
        #expect(
            try members(other)
                == before.union([
                    "stemStride", "stemPool", "padding", "shortcut", "activationOrder", "hasShortcutBias",
                ]))
        #expect(
            try JSONDecoder().decode(ResidualArchitecture.self, from: JSONEncoder().encode(other)) == other)
    }

    @Test func `the paper's networks for CIFAR have names, whatever their shortcuts would be`() {
        for (network, blocks) in [(PublishedNetwork.resNet20, 3), (.resNet32, 5), (.resNet44, 7), (.resNet56, 9)] {
            let architecture = network.architecture(classes: 10)
            #expect(architecture.blocksPerStage == [blocks, blocks, blocks] && architecture.featureCount == 64)
            #expect(PublishedNetwork(architecture) == network)
            var other = architecture
            other.shortcut = .projection
            #expect(PublishedNetwork(other) == nil)
        }
        #expect(
            PublishedNetwork.resNet20.architecture(classes: 10).summary
                == "resnet20: basic blocks 3+3+3, base width 16, 3x3 stem without pool, shortcuts of zeros, "
                + "3 input channels, 10 classes")
    }

    @Test func `the network has as many classes as there are names`() {
        var model = model
        model.classes.append("third")
        #expect(model.architecture.classes == 3)
    }

    @Test(arguments: Precision.allCases) func `what is written is read again`(precision: Precision) throws {
        var model = model
        model.precision = precision
        model.quantized = QuantizedModel(file: "model.int8.safetensors", sha256: String(repeating: "0b", count: 32))
        #expect(try members(model).contains("precision") == (precision != .f32))
        #expect(try JSONDecoder().decode(ModelDescription.self, from: JSONEncoder().encode(model)) == model)
    }
}
