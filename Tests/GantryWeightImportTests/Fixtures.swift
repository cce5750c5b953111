import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

/// The weight files that `Golden/make_fixtures.py` wrote.
enum Fixtures {
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The values that `make_golden.py` gives a tensor of its networks.
    static func hashed(_ name: String, _ shape: TensorShape) -> [Float] {
        let (scale, offset) = rule(name, shape)
        return SeededNumbers(seed: 20, name: name).values(shape.elementCount ?? 0, scale: scale, offset: offset)
    }

    private static func rule(_ name: String, _ shape: TensorShape) -> (scale: Float, offset: Float) {
        if shape.dimensions.count == 4 {
            return ((Float(6) / Float(shape.dimensions.dropFirst().reduce(1, *))).squareRoot(), 0)
        }
        if name.hasSuffix("running_var") { return (0.5, 1) }
        if name.hasSuffix("running_mean") { return (0.25, 0) }
        if name == "fc.weight" { return (0.0625, 0) }
        return name.hasSuffix(".weight") ? (0.25, 0.5) : (0.125, 0)
    }

    /// Every tensor of make_golden's `bottleneck-width8-odd`: stages of 1, 2 and 1 bottlenecks, base width 8, 3
    /// classes.
    static let bottleneck: [String: TensorShape] = {
        var shapes: [String: TensorShape] = [:]
        func convolution(_ name: String, _ norm: String, _ outputs: Int, _ inputs: Int, _ kernel: Int) {
            shapes["\(name).weight"] = [outputs, inputs, kernel, kernel]
            for part in ["weight", "bias", "running_mean", "running_var"] { shapes["\(norm).\(part)"] = [outputs] }
        }
        convolution("conv1", "bn1", 8, 3, 7)
        var inputs = 8
        for (stage, blocks) in [1, 2, 1].enumerated() {
            let width = 8 << stage
            for block in 0..<blocks {
                let prefix = "layer\(stage + 1).\(block)"
                convolution("\(prefix).conv1", "\(prefix).bn1", width, inputs, 1)
                convolution("\(prefix).conv2", "\(prefix).bn2", width, width, 3)
                convolution("\(prefix).conv3", "\(prefix).bn3", 4 * width, width, 1)
                if block == 0 {
                    convolution("\(prefix).downsample.0", "\(prefix).downsample.1", 4 * width, inputs, 1)
                }
                inputs = 4 * width
            }
        }
        shapes["fc.weight"] = [3, inputs]
        shapes["fc.bias"] = [3]
        return shapes
    }()
}

/// What a file that must be refused is refused with; a failure where it is read.
@discardableResult
func refusal(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws -> WeightsError? {
    let file = try TemporaryFile(bytes)
    let error = #expect(throws: WeightsError.self, sourceLocation: sourceLocation) { try WeightFile.open(file.path) }
    #expect(error?.subject.contains(file.path) == true, sourceLocation: sourceLocation)
    #expect(error?.explanation.hasSuffix(".") == true, sourceLocation: sourceLocation)
    return error
}

extension Fixtures {
    /// The reader of HDF5 files: its child is the executable that this test build made.
    static func reader() throws -> HDF5Reader { HDF5Reader(executable: try builtExecutable()) }
}
