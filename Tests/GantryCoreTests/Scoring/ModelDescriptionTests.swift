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
