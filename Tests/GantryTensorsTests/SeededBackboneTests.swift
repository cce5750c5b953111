import Foundation
import GantryTensors
import GantryTestSupport
import Testing

@Suite struct SeededBackboneTests {
    /// Digest and numbers from the NumPy implementation in Tests/GantryInferenceTests/Golden/make_golden.py (seed
    /// 2026).
    @Test func `He-uniform weights are, to the bit, what NumPy makes of the same hash`() throws {
        let name = "layer1.0.conv2.weight"
        let numbers = SeededNumbers(seed: 2026, name: name)
        #expect((0..<3).map { numbers[$0] } == [0x1.c23d6p-5, -0x1.3a9efep-1, -0x1.37be3p-4])
        let backbone = SeededBackbone(
            seed: 2026, parts: [.init(name: name, shape: [64, 64, 3, 3], rule: .heUniform(fanIn: 576))])
        let values = try backbone.unfittedTensors().values(of: name)
        let bytes = values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
        #expect(
            SHA256Digest(of: bytes).hexadecimal == "8921698af79186b964e4b4286f3a4451ccf11256c27942de7cf1003eed28e891")
    }

    @Test func `the numbers are uniform, and differ between names and between seeds`() {
        let count = 100_000
        let numbers = SeededNumbers(seed: 1, name: "a").values(count, scale: 1)
        #expect(numbers.allSatisfy { abs($0) < 1 && $0 != 0 })
        let mean = numbers.map(Double.init).reduce(0, +) / Double(count)
        let square = numbers.map { Double($0) * Double($0) }.reduce(0, +) / Double(count)
        // Five standard errors of the mean (1/sqrt(3n)) and of the mean square (sqrt(4/45n)).
        #expect(abs(mean) < 5 * (1 / (3 * Double(count))).squareRoot())
        #expect(abs(square - 1.0 / 3) < 5 * (4 / (45 * Double(count))).squareRoot())
        #expect(numbers != SeededNumbers(seed: 1, name: "b").values(count, scale: 1))
        #expect(numbers != SeededNumbers(seed: 2, name: "a").values(count, scale: 1))
    }

    private let backbone = SeededBackbone(
        seed: 5,
        parts: [
            .init(name: "conv1.weight", shape: [4, 3, 3, 3], rule: .heUniform(fanIn: 27)),
            .init(name: "bn1.weight", shape: [4], rule: .constant(0.25)),
            .init(name: "bn1.running_var", shape: [4], rule: .fitted),
        ])

    @Test func `the file holds seeded and fitted parts and says what it is, with the same bytes each time`() throws {
        let fitted = TensorDictionary(
            origin: "the test", [try NamedTensor(name: "bn1.running_var", shape: [4], values: [1, 2, 3, 4])])
        let first = try TemporaryFile()
        let second = try TemporaryFile()
        try backbone.write(fitted: fitted, metadata: ["note": "x"], to: first.path)
        try backbone.write(fitted: fitted, metadata: ["note": "x"], to: second.path)
        #expect(try first.bytes == second.bytes)
        let read = try SafetensorsFile(path: first.path)
        #expect(read.metadata["gantry.seed"] == "5" && read.metadata["note"] == "x")
        #expect(try read.values(of: "bn1.running_var") == [1, 2, 3, 4])
        #expect(try read.values(of: "bn1.weight") == [0.25, 0.25, 0.25, 0.25])
        let bound = (Float(6) / 27).squareRoot()
        let weights = try read.values(of: "conv1.weight")
        #expect(weights == SeededNumbers(seed: 5, name: "conv1.weight").values(108, scale: bound))
    }

    @Test func `fitted parts that do not fit are named and nothing is written`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        let fitted = TensorDictionary(
            origin: "the test", [try NamedTensor(name: "bn9.running_var", shape: [4], values: [1, 2, 3, 4])])
        let error = #expect(throws: WeightsError.self) { try backbone.write(fitted: fitted, to: path) }
        #expect(error?.code == .architectureMismatch)
        #expect(error?.description.contains("missing: bn1.running_var") == true)
        #expect(error?.description.contains("bn9.running_var") == true)
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
