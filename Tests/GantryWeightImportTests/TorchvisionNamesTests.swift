import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

@Suite struct TorchvisionNamesTests {
    /// A safetensors file of tensors with these names, each of one number, its place in the list.
    private func open(_ names: [String]) throws -> any TensorCollection {
        let file = try TemporaryFile()
        let tensors = try names.enumerated().map { place, name in
            try NamedTensor(name: name, shape: [1], values: [Float(place)])
        }
        try SafetensorsWriter().write(tensors, to: file.path)
        return try WeightFile.open(file.path)
    }

    @Test(arguments: ["module.", "_orig_mod.", "model.", "net.backbone.", "module.model._orig_mod.", "a-b.0."])
    func `a prefix that all names share is taken off`(_ prefix: String) throws {
        let names = ["conv1.weight", "bn1.weight", "layer1.0.conv1.weight", "fc.weight"]
        let read = try open(names.map { prefix + $0 })
        #expect(read.shapes.keys.sorted() == names.sorted())
        for (place, name) in names.enumerated() {
            #expect(try read.values(of: name) == [Float(place)])
            #expect(read.elementType(of: name) == .f32)
        }
        let outer = #expect(throws: WeightsError.self) { try read.values(of: prefix + "fc.weight") }
        #expect(outer?.code == .noSuchTensor)
    }

    @Test func `a prefix stays where not all names share it, or no stem shows what it is`() throws {
        for names in [
            ["model.conv1.weight", "model.fc.weight", "loss.weight"], ["model.weight", "model.bias"],
            ["xconv1.weight", "xfc.weight"], ["conv1.weight", "conv1.bias"],
        ] {
            #expect(try open(names).shapes.keys.sorted() == names.sorted())
        }
        #expect(try open(["module.fc.weight", "module.fc.bias"]).shapes.keys.sorted() == ["fc.bias", "fc.weight"])
    }

    static let huggingFace = [
        "embedder.embedder.convolution.weight": "conv1.weight",
        "embedder.embedder.normalization.running_var": "bn1.running_var",
        "encoder.stages.0.layers.0.layer.0.convolution.weight": "layer1.0.conv1.weight",
        "encoder.stages.3.layers.2.layer.2.normalization.bias": "layer4.2.bn3.bias",
        "encoder.stages.1.layers.0.shortcut.convolution.weight": "layer2.0.downsample.0.weight",
        "encoder.stages.1.layers.0.shortcut.normalization.num_batches_tracked":
            "layer2.0.downsample.1.num_batches_tracked",
    ]

    @Test func `names of Hugging Face's ResNets become torchvision's, with a classifier and without`() throws {
        let alone = try open(Array(Self.huggingFace.keys))
        #expect(alone.shapes.keys.sorted() == Self.huggingFace.values.sorted())
        for wrapper in ["", "module."] {
            var names = Self.huggingFace
            names["classifier.1.weight"] = "fc.weight"
            names["classifier.1.bias"] = "fc.bias"
            let saved = names.keys.sorted()
            let read = try open(saved.map { wrapper + ($0.hasPrefix("classifier") ? $0 : "resnet." + $0) })
            #expect(read.shapes.keys.sorted() == names.values.sorted())
            for (place, name) in saved.enumerated() {
                let known = try #require(names[name])
                #expect(try read.values(of: known) == [Float(place)], "\(name)")
            }
        }
    }

    @Test func `what is not recognised keeps its name`() throws {
        let stem = "resnet.embedder.embedder.convolution.weight"
        let unknown = [
            "resnet.encoder.stages.9223372036854775807.layers.0.layer.0.convolution.weight",
            "resnet.encoder.stages.-1.layers.0.layer.0.convolution.weight",
            "resnet.encoder.stages.0.layers.00.layer.0.convolution.weight",
            "resnet.encoder.stages.0.layers.0.layer.0.attention.weight", "resnet.pooler.weight", "classifier.2.weight",
            "resnet", "", ".",
        ]
        #expect(try open([stem] + unknown).shapes.keys.sorted() == (["conv1.weight"] + unknown).sorted())
    }

    @Test func `two names that would become one are refused, both named`() throws {
        let names = ["resnet.embedder.embedder.convolution.weight", "conv1.weight"]
        let error = #expect(throws: WeightsError.self) { try open(names) }
        #expect(error?.code == .malformedHeader)
        for name in names { #expect(error?.explanation.contains(name) == true) }
    }

    @Test func `integers and conventions go through`() throws {
        let file = try TemporaryFile()
        let conventions = NetworkConventions(strideOnFirstConvolution: false, batchNormEpsilon: 1e-5)
        let names = ["model.conv1.weight", "model.scale"]
        let tensors = names.map { StoredTensor(name: $0, shape: [2], elementType: .i8) }
        try SafetensorsWriter(metadata: conventions.metadata).write(tensors, to: file.path) { _ in
            .signedBytes([-1, 2])
        }
        let read = try WeightFile.open(file.path)
        #expect(read.conventions == conventions)
        #expect(try read.signedBytes(of: "conv1.weight") == [-1, 2])
        #expect(read.origin == file.path)
        let floats = #expect(throws: WeightsError.self) { try read.values(of: "scale") }
        #expect(floats?.subject.contains("model.scale") == true, "a fault names the tensor as the file does")
    }
}
