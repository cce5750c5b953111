import Foundation
import GantryInference
import GantryWeights
import Testing

@Suite struct WeightFormatTests {
    /// The files of Tests/GantryWeightsTests/Golden, all saved by PyTorch from one network, and whether their convolutions have biases.
    static let files = [
        ("bottleneck.pth", false), ("bottleneck-legacy.pth", false), ("bottleneck-kept.onnx", false),
        ("bottleneck-folded.onnx", true),
    ]

    @Test(arguments: files)
    func `every format gives PyTorch's logits`(_ name: String, hasBias: Bool) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../GantryWeightsTests/Golden/\(name)").path
        let golden = try Golden.read("bottleneck-width8-odd")
        let architecture = ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 2, 1], baseWidth: 8, hasConvolutionBias: hasBias, classes: 3)
        let network = try ResidualNetwork(architecture: architecture, weights: WeightFile.open(path))
        let batch = try GoldenNetwork.images(1, height: 75, width: 53)
        let logits = try network.logits(batch, workers: 1)
        #expect(golden.logits.relativeError(logits.values) < 1e-4)
    }
}
