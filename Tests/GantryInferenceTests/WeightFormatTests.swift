import Foundation
import GantryCore
import GantryInference
import GantryTensors
import GantryWeightImport
import Testing

@Suite struct WeightFormatTests {
    /// The files of Tests/GantryWeightImportTests/Golden, all saved by PyTorch from one network, and whether their
    /// convolutions have biases.
    static let files = [
        ("bottleneck.pth", false), ("bottleneck-legacy.pth", false), ("bottleneck-kept.onnx", false),
        ("bottleneck-folded.onnx", true),
    ]

    @Test(arguments: files)
    func `every format gives PyTorch's logits`(_ name: String, hasBias: Bool) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../GantryWeightImportTests/Golden/\(name)").path
        let golden = try Golden.read("bottleneck-width8-odd")
        let architecture = ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 2, 1], baseWidth: 8, hasConvolutionBias: hasBias, classes: 3)
        let network = try ResidualNetwork(architecture: architecture, weights: WeightFile.open(path))
        let batch = try GoldenNetwork.images(1, height: 75, width: 53)
        let logits = try network.logits(batch, workers: 1)
        #expect(golden.logits.relativeError(logits.values) < 1e-4)
    }

    /// What make_keras_fixtures.py wrote: Keras's own logits for the golden input.
    private struct KerasLogits: Decodable {
        let logits: [Float]
    }

    @Test func `Keras's file gives Keras's logits`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../GantryWeightImportTests/Golden")
        let expected = try JSONDecoder().decode(
            KerasLogits.self, from: Data(contentsOf: folder.appendingPathComponent("keras-logits.json"))
        ).logits
        let architecture = ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [2, 1], baseWidth: 8, stridePosition: .firstConvolution,
            hasConvolutionBias: true, batchNormEpsilon: 1.001e-5, classes: 3)
        // The tensors of that file are the hash's, bit for bit: KerasFileTests.
        let network = try GoldenNetwork.network(architecture)
        let logits = try network.logits(try GoldenNetwork.images(1, height: 75, width: 53), workers: 1).values
        let largest = expected.map { abs($0) }.max() ?? 0
        #expect(zip(logits, expected).allSatisfy { abs($0 - $1) < 1e-4 * largest })
        #expect(logits.count == expected.count)
    }
}
