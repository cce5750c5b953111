import Foundation
import GantryCore
import GantryInference
import GantryTraining
import GantryTensors
import Testing

@Suite struct BatchNormCalibrationTests {
    static let subjects: [String: ResidualArchitecture] = [
        "calibration-v1.5": ResidualArchitecture(block: .bottleneck, blocksPerStage: [2, 1], baseWidth: 8, classes: 2),
        "calibration-v1": ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 8, stridePosition: .firstConvolution,
            hasConvolutionBias: true, batchNormEpsilon: 1.001e-5, classes: 2),
        "calibration-basic-cifar": ResidualArchitecture(
            block: .basic, blocksPerStage: [1, 1], baseWidth: 8, stem: .cifar, classes: 2),
    ]

    /// The made weights of `make_golden.py`, without the statistics.
    private func tensors(_ architecture: ResidualArchitecture) throws -> TensorDictionary {
        var tensors = TensorDictionary(origin: "the integer hash")
        for (name, shape) in architecture.tensors where !name.contains("running_") && !name.hasPrefix("fc.") {
            var (scale, offset): (Float, Float) = name.hasSuffix(".weight") ? (0.25, 0.5) : (0.125, 0)
            if shape.dimensions.count == 4 {
                (scale, offset) = ((Float(6) / Float(shape.dimensions.dropFirst().reduce(1, *))).squareRoot(), 0)
            }
            let values = SeededNumbers(seed: 20, name: name).values(
                shape.elementCount ?? 0, scale: scale, offset: offset)
            tensors[name] = try NamedTensor(name: name, shape: shape, values: values)
        }
        return tensors
    }

    private func images() throws -> ImageBatch {
        let values = SeededNumbers(seed: 20, name: "calibration").values(3 * 3 * 40 * 32, scale: 2)
        return try #require(ImageBatch(count: 3, channels: 3, height: 40, width: 32, values: values))
    }

    @Test(arguments: subjects.keys.sorted())
    func `the statistics are those PyTorch measures, layer by layer`(_ name: String) throws {
        let architecture = try #require(Self.subjects[name])
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/\(name).json")
        let golden = try JSONDecoder().decode([String: [Float]].self, from: Data(contentsOf: file))
        let found = try BatchNormCalibration(
            architecture: architecture, tensors: try tensors(architecture), workers: 2
        ).statistics(of: try images())
        #expect(Set(found.map(\.name)) == Set(golden.keys))
        for tensor in found {
            let expected = try #require(golden[tensor.name])
            let largest = expected.map(abs).reduce(0, max)
            try #require(tensor.values.count == expected.count)
            let error = zip(tensor.values, expected).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 }
            // Float32 convolutions of a few hundred terms against float64, accumulated over the depth.
            #expect(error <= 2e-5 * largest, "\(tensor.name)")
        }
    }

    @Test func `the number of workers changes nothing`() throws {
        let architecture = try #require(Self.subjects["calibration-v1.5"])
        let tensors = try tensors(architecture)
        let one = try BatchNormCalibration(architecture: architecture, tensors: tensors, workers: 1)
        let three = try BatchNormCalibration(architecture: architecture, tensors: tensors, workers: 3)
        #expect(try one.statistics(of: images()) == three.statistics(of: images()))
    }

    @Test func `no images, other channels and missing tensors are refused`() throws {
        let architecture = try #require(Self.subjects["calibration-v1.5"])
        let calibration = try BatchNormCalibration(
            architecture: architecture, tensors: try tensors(architecture), workers: 1)
        let none = try #require(ImageBatch(count: 0, channels: 3, height: 8, width: 8, values: []))
        #expect(throws: TrainingError.tooFewImages) { try calibration.statistics(of: none) }
        let grey = try #require(ImageBatch(count: 1, channels: 1, height: 1, width: 1, values: [0]))
        #expect(throws: TrainingError.channelCount(found: 1, expected: 3)) { try calibration.statistics(of: grey) }
        var incomplete = try tensors(architecture)
        incomplete["layer2.0.conv1.weight"] = nil
        let error = #expect(throws: WeightsError.self) {
            try BatchNormCalibration(architecture: architecture, tensors: incomplete, workers: 1)
        }
        #expect(error?.description.contains("layer2.0.conv1.weight") == true)
    }

    @Test
    func `a seeded backbone, calibrated and with a fitted head, is a complete network that separates its classes`()
        throws
    {
        let architecture = ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 1, 1], baseWidth: 8, classes: 2)
        let backbone = architecture.seededBackbone(seed: 11)
        // Class 1 has fine stripes in a noisy image, class 0 coarse ones.
        let labels = (0..<40).map { $0 % 2 }
        let side = 32
        let values = labels.enumerated().flatMap { index, label in
            SeededNumbers(seed: UInt64(index), name: "noise").values(3 * side * side, scale: 1).enumerated().map {
                $0.element + (($0.offset % side) / (label == 1 ? 2 : 8) % 2 == 0 ? 0.5 : -0.5)
            }
        }
        let images = try #require(ImageBatch(count: 40, channels: 3, height: side, width: side, values: values))
        let unfitted = try backbone.unfittedTensors()
        let statistics = try BatchNormCalibration(architecture: architecture, tensors: unfitted, workers: 2)
            .statistics(of: images)

        var complete = unfitted
        for tensor in statistics { complete[tensor.name] = tensor }
        complete["fc.weight"] = try NamedTensor(
            name: "fc.weight", shape: [2, architecture.featureCount],
            values: [Float](repeating: 0, count: 2 * architecture.featureCount))
        complete["fc.bias"] = try NamedTensor(name: "fc.bias", shape: [2], values: [0, 0])
        let headless = try ResidualNetwork(architecture: architecture, weights: complete)
        let head = try HeadFit().fit(headless.pooledFeatures(images, workers: 2), labels: labels, classes: 2)

        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let fitted = FittedTensors(statistics: statistics, head: head)
        try backbone.write(fitted: TensorDictionary(origin: "fitted", fitted.tensors), to: path)
        let network = try ResidualNetwork(architecture: architecture, weights: try SafetensorsFile(path: path))
        let scores = try network.probabilities(images, activation: .softmax, workers: 2).map { $0[1] }
        #expect(ROC.areaUnderCurve(scores: scores, isPositive: labels.map { $0 == 1 }) == 1)
    }
}
