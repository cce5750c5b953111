import Foundation
import GantryCore
import GantryInference
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

/// Plain Keras models, told by their graphs, against Keras in float64: the files and logits of
/// `GantryWeightImportTests/Golden/make_plain_keras.py`.
@Suite struct PlainKerasTests {
    private struct Golden: Decodable {
        let input: [Int]
        let logits: [Float]
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../GantryWeightImportTests/Golden").standardizedFileURL

    private static func basic(
        _ blocks: [Int], stem: ResidualArchitecture.Stem = .cifar, pool: ResidualArchitecture.StemPool? = nil,
        padding: ResidualArchitecture.Padding = .same, shortcut: ResidualArchitecture.Shortcut = .convolution,
        order: ResidualArchitecture.ActivationOrder = .normFirst, bias: Bool = true, width: Int = 8, channels: Int = 3,
        classes: Int = 4
    ) -> ResidualArchitecture {
        ResidualArchitecture(
            block: .basic, blocksPerStage: blocks, baseWidth: width, stem: stem, stemPool: pool, padding: padding,
            shortcut: shortcut, activationOrder: order, hasConvolutionBias: bias, batchNormEpsilon: 1e-3,
            inputChannels: channels, classes: classes)
    }

    static let models: [(name: String, architecture: ResidualArchitecture)] = [
        ("plain-resnet8.h5", basic([1, 1, 1])), ("plain-resnet8.keras", basic([1, 1, 1])),
        ("plain-norms.h5", basic([2, 1], stem: .imageNet, padding: .symmetric, shortcut: .projection, bias: false)),
        ("plain-pool-same.h5", basic([1, 1], stem: .imageNet)),
        ("plain-relu-norm.h5", basic([1, 2], order: .activationFirst, channels: 1)),
    ]

    private static func compare(
        _ path: String, _ golden: Golden, _ expected: ResidualArchitecture, scale: Float, shift: Float
    ) throws {
        let weights = try WeightFile.open(path, hdf5: HDF5Reader(executable: builtExecutable()))
        let architecture = try WeightArchitecture(weights).architecture(origin: path)
        #expect(architecture.isEquivalent(to: expected), "\(architecture.summary)")
        let (channels, height, width) = (golden.input[0], golden.input[1], golden.input[2])
        let count = golden.logits.count / architecture.classes
        let values = SeededNumbers(seed: 20, name: "input").values(count * channels * height * width, scale: 2)
        let images = try #require(
            ImageBatch(
                count: count, channels: channels, height: height, width: width,
                values: values.map { $0 * scale + shift }))
        for kernels in ConvolutionKernels.available(for: .f32) {
            let network = try ResidualNetwork(architecture: architecture, weights: weights, kernels: kernels)
            let logits = try network.logits(images, workers: 2).values
            let largest = golden.logits.map(abs).max() ?? 0
            let error = zip(logits, golden.logits).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 } / largest
            #expect(logits.count == golden.logits.count && error <= 1e-4, "\(kernels): \(error)")
        }
    }

    @Test(arguments: models.map(\.name))
    func `a plain model is told by its graph, and computes what Keras computes`(_ name: String) throws {
        let architecture = try #require(Self.models.first { $0.name == name }).architecture
        let goldens = try JSONDecoder().decode(
            [String: Golden].self, from: Data(contentsOf: Self.folder.appending(path: "plain-logits.json")))
        try Self.compare(
            Self.folder.appending(path: name).path,
            try #require(goldens[name.split(separator: ".").first.map(String.init) ?? ""]), architecture, scale: 1,
            shift: 0)
    }

    @Test func `the ResNet-8 of MLCommons Tiny computes what Keras computes`() throws {
        let path = Self.folder.appending(
            path: "../../../../shared/data/images/cifar10-resnet8-keras/pretrainedResnet.h5"
        )
        .standardizedFileURL.path
        guard FileManager.default.fileExists(atPath: path) else {
            print("skipped: the ResNet-8 of ../shared/data/images, which is not on this machine")
            #expect(ProcessInfo.processInfo.environment["CI"] != "true", "../shared/data must be there in CI")
            return
        }
        let golden = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: Self.folder.appending(path: "resnet8-logits.json")))
        try Self.compare(
            path, golden, Self.basic([1, 1, 1], width: 16, classes: 10), scale: 255 / 4, shift: 255 / 2)
    }
}
