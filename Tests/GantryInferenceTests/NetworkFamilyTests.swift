import Foundation
import GantryCore
import GantryInference
import GantryTestSupport
import GantryTensors
import GantryWeightImport
import Testing

/// Every architecture in every format, base width 8, saved by the frameworks' own savers: what they compute is what
/// Gantry computes.
///
/// The files are those of `GantryWeightImportTests/Golden/make_family.py`, packed in `family.tar.xz`.
@Suite struct NetworkFamilyTests {
    /// What stands beside the files of a network.
    private struct Golden: Decodable {
        let input: [Int]
        let logits: [Float]
        let stride: String
        let epsilon: Double
    }

    /// The folder in the archive, and the network that its files must be told to be.
    static let networks: [(name: String, architecture: ResidualArchitecture)] = [
        ("resnet18", .basic([2, 2, 2, 2])), ("resnet34", .basic([3, 4, 6, 3])),
        ("resnet50", .bottlenecks([3, 4, 6, 3])), ("resnet101", .bottlenecks([3, 4, 23, 3])),
        ("resnet152", .bottlenecks([3, 8, 36, 3])), ("wide-resnet50-2", .bottlenecks([3, 4, 6, 3], inner: 16)),
        ("resnext50", .bottlenecks([3, 4, 6, 3], inner: 16, groups: 4)),
        ("resnet50-v1", .bottlenecks([3, 4, 6, 3], version1: true)),
        ("resnet18-grey", .basic([2, 2, 2, 2], channels: 1)),
        ("cifar-resnet20", .basic([3, 3, 3], stem: .cifar)),
        ("keras-resnet50", .bottlenecks([3, 4, 6, 3], version1: true)),
        ("keras-resnet101", .bottlenecks([3, 4, 23, 3], version1: true)),
        ("keras-resnet152", .bottlenecks([3, 8, 36, 3], version1: true)),
    ]

    /// The formats that each network must at least be there in: an archive made anew may have more, not fewer.
    private static func formats(_ name: String) -> Set<String> {
        if name == "keras-resnet50" {
            return [
                "keras3.weights.h5", "keras3.h5", "keras2.h5", "keras2-model.h5", "tf2onnx.onnx", "tf2onnx-logits.onnx",
            ]
        }
        if name.hasPrefix("keras") { return ["keras3.weights.h5", "keras3.h5"] }
        var formats: Set = ["model.safetensors", "model.pth", "legacy.pth", "kept.onnx"]
        if name == "resnet18" || name == "resnet50" { formats.insert("hf.safetensors") }
        if name == "resnet50" || name == "resnet18" || name == "resnext50" {
            formats.formUnion(["folded.onnx", "dynamo.onnx"])
        }
        if name == "resnet18" { formats.insert("model.ckpt") }
        return formats
    }

    @Test(arguments: networks.map(\.name))
    func `a network is told by its tensors, and its logits are its framework's, in every format`(_ name: String) throws
    {
        let expected = try #require(Self.networks.first { $0.name == name }).architecture
        let folder = try GoldenArchive.family.get().path + "/" + name
        let golden = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/golden.json")))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "golden.json" }
        #expect(Self.formats(name).subtracting(files).isEmpty, "\(files)")
        let images = try GoldenNetwork.images(
            1, channels: golden.input[0], height: golden.input[1], width: golden.input[2])
        for file in files.sorted() {
            let weights = try WeightFile.open(folder + "/" + file, hdf5: HDF5Reader(executable: builtExecutable()))
            let found = try WeightArchitecture(weights)
            // Graphs say where the stride is, and so do models of Keras that are saved whole.
            let says = file.hasSuffix(".onnx") || ["keras3.h5", "keras2-model.h5"].contains(file)
            #expect(found.needsStride == (expected.hasStridedBottlenecks && !says), "\(file)")
            let stride = ResidualArchitecture.StridePosition(rawValue: golden.stride)
            let architecture = try found.architecture(SaidConventions(stride: says ? nil : stride), origin: file)
            var told = expected
            told.classes = golden.logits.count
            // An exporter that folds batch norms leaves biases, and no epsilon.
            if file.hasSuffix(".onnx"), architecture.hasConvolutionBias {
                (told.hasConvolutionBias, told.hasShortcutBias) = (true, true)
                told.batchNormEpsilon = architecture.batchNormEpsilon
            } else {
                #expect(architecture.batchNormEpsilon == golden.epsilon, "\(file)")
            }
            #expect(architecture.isEquivalent(to: told), "\(file): \(architecture.summary)")
            let network = try ResidualNetwork(architecture: architecture, weights: weights)
            let logits = try network.logits(images, workers: 1).values
            let largest = golden.logits.map(abs).max() ?? 0
            let error = zip(logits, golden.logits).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 } / largest
            #expect(logits.count == golden.logits.count && error <= 1e-4, "\(file): \(error)")
        }
    }
}

extension ResidualArchitecture {
    fileprivate static func basic(_ blocks: [Int], stem: Stem = .imageNet, channels: Int = 3) -> Self {
        ResidualArchitecture(
            block: .basic, blocksPerStage: blocks, baseWidth: 8, stem: stem, inputChannels: channels, classes: 0)
    }

    fileprivate static func bottlenecks(
        _ blocks: [Int], inner: Int = 8, groups: Int = 1, version1: Bool = false
    ) -> Self {
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: blocks, baseWidth: 8, innerWidth: inner, groups: groups,
            stridePosition: version1 ? .firstConvolution : .middleConvolution, hasConvolutionBias: version1,
            batchNormEpsilon: version1 ? 1.001e-5 : 1e-5, classes: 0)
    }
}
