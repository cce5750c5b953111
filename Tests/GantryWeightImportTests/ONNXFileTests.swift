import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

@Suite struct ONNXFileTests {
    @Test func `batch norms that the exporter kept are read bit for bit`() throws {
        let file = try WeightFile.open(Fixtures.path("bottleneck-kept.onnx"))
        #expect(file.shapes == Fixtures.bottleneck)
        for (name, shape) in Fixtures.bottleneck {
            #expect(file.elementType(of: name) == .f32)
            let expected = Fixtures.hashed(name, shape).map(\.bitPattern)
            #expect(try file.values(of: name).map(\.bitPattern) == expected, "\(name)")
        }
        #expect(
            file.conventions == NetworkConventions(strideOnFirstConvolution: false, batchNormEpsilon: 1e-5))
        let missing = #expect(throws: WeightsError.self) { try file.values(of: "conv1.bias") }
        #expect(missing?.code == .noSuchTensor)
    }

    @Test func `version 1 is told by its strides, its epsilon and its biases`() throws {
        let file = try ONNXFile(path: Fixtures.path("version1-kept.onnx"))
        #expect(
            file.conventions == NetworkConventions(strideOnFirstConvolution: true, batchNormEpsilon: 1.001e-5))
        for name in ["conv1.bias", "layer2.0.conv2.bias", "layer2.0.downsample.0.bias", "layer1.0.bn3.running_var"] {
            let shape = try #require(file.shapes[name])
            #expect(try file.values(of: name) == Fixtures.hashed(name, shape), "\(name)")
        }
    }

    @Test(arguments: ["bottleneck-folded.onnx", "basic-dynamo.onnx"])
    func `folded batch norms become biases, and norms that change nothing`(_ name: String) throws {
        let file = try WeightFile.open(Fixtures.path(name))
        #expect(file.conventions?.batchNormEpsilon == 1e-5)
        let convolutions = file.shapes.filter { $0.value.dimensions.count == 4 }
        #expect(convolutions.count == (name.hasPrefix("basic") ? 6 : 16))
        for (weight, shape) in convolutions {
            let convolution = String(weight.dropLast(".weight".count))
            let norm =
                convolution.hasSuffix("downsample.0")
                ? convolution.dropLast() + "1" : convolution.replacingOccurrences(of: "conv", with: "bn")
            let channels: TensorShape = [shape.dimensions[0]]
            func made(_ part: String) -> [Float] { Fixtures.hashed("\(norm).\(part)", channels) }
            let scale = zip(made("weight"), made("running_var")).map { Double($0) / (Double($1) + 1e-5).squareRoot() }
            let shift = zip(made("bias"), zip(made("running_mean"), scale)).map { Double($0) - Double($1.0) * $1.1 }
            let original = Fixtures.hashed(weight, shape)
            let each = original.count / scale.count
            let folded = original.enumerated().map { Double($1) * scale[$0 / each] }
            // The exporters fold in Float32: a few roundings of numbers below 2.
            #expect(largestDifference(try file.values(of: weight), folded) < 1e-6)
            #expect(largestDifference(try file.values(of: convolution + ".bias"), shift) < 1e-6)
            for (part, value) in [("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1 - 1e-5)]
                as [(String, Float)]
            {
                #expect(file.shapes["\(norm).\(part)"] == channels)
                #expect(try file.values(of: "\(norm).\(part)") == [Float](repeating: value, count: scale.count))
            }
        }
        let last = try #require(file.shapes["fc.weight"])
        #expect(try file.values(of: "fc.weight") == Fixtures.hashed("fc.weight", last))
    }

    private func largestDifference(_ found: [Float], _ expected: [Double]) -> Double {
        guard found.count == expected.count else { return .infinity }
        return zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
    }

    @Test func `half precision is read from either of its fields`() throws {
        let whole = try ONNXFile(path: Fixtures.path("bottleneck-folded.onnx"))
        let half = try ONNXFile(path: Fixtures.path("half.onnx"))
        #expect(half.shapes == whole.shapes)
        for name in whole.shapes.keys where !name.contains("bn") && !name.contains("downsample.1") {
            #expect(half.elementType(of: name) == .f16)
            #expect(try half.values(of: name) == (try whole.values(of: name)).map { Float(Float16($0)) }, "\(name)")
        }
    }

    @Test func `a softmax at the end is left out`() throws {
        let softmax = try WeightFile.open(Fixtures.path("softmax.onnx"))
        let logits = try WeightFile.open(Fixtures.path("basic-dynamo.onnx"))
        #expect(softmax.shapes == logits.shapes)
        #expect(softmax.conventions == logits.conventions)
        for name in ["fc.weight", "fc.bias"] {
            #expect(try softmax.values(of: name) == (try logits.values(of: name)), "\(name)")
        }
    }

    @Test func `tensors in other files are refused, with what to do`() throws {
        let error = try refusal(Fixtures.bytes("external.onnx"))
        #expect(error?.code == .refusedContent)
        #expect(error?.explanation.contains("5 of its tensors") == true)
        #expect(error?.explanation.contains("external_data=False") == true)
    }

    @Test func `every file cut short is refused, and one with a changed byte is refused or read`() throws {
        let bytes = try Fixtures.bytes("basic-dynamo.onnx")
        for length in stride(from: 0, to: bytes.count, by: 31) { try refusal(Array(bytes.prefix(length))) }
        var refused = 0
        for index in stride(from: 0, to: bytes.count, by: 17) {
            var changed = bytes
            changed[index] ^= 0x81
            let temporary = try TemporaryFile(changed)
            do {
                let file = try WeightFile.open(temporary.path)
                for name in file.shapes.keys { _ = try file.values(of: name) }
            } catch {
                refused += 1
            }
        }
        #expect(refused > bytes.count / 170)
    }
}
