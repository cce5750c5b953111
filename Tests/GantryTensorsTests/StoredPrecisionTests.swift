import Foundation
import GantryTensors
import GantryTestSupport
import Testing

@Suite struct StoredPrecisionTests {
    /// Ties, the largest and smallest numbers of both formats, and their neighbours.
    static let values: [Float] = [
        0, -0.0, 1, -2.5, 0.1, 0.3, 65504, 65519.996, -65504, 0x1p-14, 0x1p-24, 0x1p-25, 0x1.8p-25, 0x1.000002p-25,
        0x1p-26,
        1.5 * 0x1p-24, 2.5 * 0x1p-24, 0x1p-14 - 0x1p-25, 2049, 2051, 1 + 0x1p-11, 1 + 0x1.8p-10, 1 + 0x1p-8,
        1 + 0x1.8p-7,
        .leastNonzeroMagnitude, .infinity, -.infinity,
    ]

    /// What a file of this type gives back for these values.
    private func stored(_ values: [Float], as type: ElementType) throws -> [Float] {
        let file = try TemporaryFile()
        let tensor = try NamedTensor(name: "t", shape: [values.count], values: values)
        try SafetensorsWriter().write([tensor], to: file.path, elementType: type)
        let read = try SafetensorsFile(path: file.path)
        #expect(read.elementType(of: "t") == type)
        #expect(try file.bytes.suffix(values.count * type.byteCount).count == values.count * type.byteCount)
        return try read.values(of: "t")
    }

    @Test func `F16 is rounded to the nearest, as the standard library's Float16 is`() throws {
        let found = try stored(Self.values, as: .f16)
        #expect(found.map(\.bitPattern) == Self.values.map { Float(Float16($0)).bitPattern })
    }

    @Test func `every finite F16 comes back as it was`() throws {
        let halves = (0...UInt16.max).map { Float(Float16(bitPattern: $0)) }.filter(\.isFinite)
        #expect(halves.count == 2 * 31 * 1024)
        #expect(try stored(halves, as: .f16).map(\.bitPattern) == halves.map(\.bitPattern))
    }

    @Test func `BF16 is rounded to the nearest, of two the even one`() throws {
        let found = try stored(
            [1, 0x1.01p0, 0x1.03p0, 0x1.010002p0, -0.1, .infinity, -0.0], as: .bf16)
        let expected: [Float] = [1, 1, 1.015625, 1.0078125, -0x1.9ap-4, .infinity, 0]
        #expect(found == expected)
        #expect(found[6].sign == .minus)
    }

    @Test func `NaN stays NaN in both formats`() throws {
        let patterns: [UInt32] = [0x7FC0_0000, 0x7F80_0001, 0xFFFF_FFFF]
        for type in [ElementType.f16, .bf16] {
            #expect(try stored(patterns.map { Float(bitPattern: $0) }, as: type).allSatisfy(\.isNaN))
        }
    }

    @Test func `values too large for their type are refused, every tensor by its name`() throws {
        let file = try TemporaryFile([7])
        let entries = [
            StoredTensor(name: "a", shape: [1], elementType: .f16), StoredTensor(name: "b", shape: [1]),
            StoredTensor(name: "c", shape: [1], elementType: .bf16),
            StoredTensor(name: "d", shape: [1], elementType: .f16),
        ]
        let values: [String: Float] = ["a": 65520, "b": 1e38, "c": .greatestFiniteMagnitude, "d": -65519.9]
        let error = #expect(throws: WeightsError.self) {
            try SafetensorsWriter().write(entries, to: file.path) { .floats([values[$0.name] ?? 0]) }
        }
        #expect(error?.code == .unusableValue)
        #expect(error?.explanation.contains("a (F16), c (BF16).") == true)
        #expect(try file.bytes == [7], "nothing is written")
    }

    @Test func `signed bytes lie beside their scales`() throws {
        let file = try TemporaryFile()
        let entries = [
            StoredTensor(name: "conv1.weight", shape: [2, 2], elementType: .i8),
            StoredTensor(name: "conv1.scale", shape: [2]),
        ]
        try SafetensorsWriter().write(entries, to: file.path) {
            $0.elementType == .i8 ? .signedBytes([-128, -1, 0, 127]) : .floats([0.5, 2])
        }
        #expect(try file.bytes.suffix(4) == [0x80, 0xFF, 0, 0x7F])
        let read: any TensorCollection = try SafetensorsFile(path: file.path)
        #expect(read.elementType(of: "conv1.weight") == .i8)
        #expect(read.shapes["conv1.weight"] == [2, 2])
        #expect(try read.signedBytes(of: "conv1.weight") == [-128, -1, 0, 127])
        #expect(try read.values(of: "conv1.scale") == [0.5, 2])
        let floats = #expect(throws: WeightsError.self) { try read.values(of: "conv1.weight") }
        #expect(floats?.code == .unsupportedElementType)
        let bytes = #expect(throws: WeightsError.self) { try read.signedBytes(of: "conv1.scale") }
        #expect(bytes?.code == .unsupportedElementType && bytes?.explanation.contains("F32") == true)
        let missing = #expect(throws: WeightsError.self) { try read.signedBytes(of: "conv2.weight") }
        #expect(missing?.code == .noSuchTensor)
        let inMemory = TensorDictionary(origin: "memory", [try NamedTensor(name: "x", shape: [1], values: [1])])
        #expect(inMemory.elementType(of: "x") == .f32 && inMemory.elementType(of: "y") == nil)
        #expect(throws: WeightsError.self) { try inMemory.signedBytes(of: "x") }
    }

    @Test func `elements of another type than the entry says are refused`() throws {
        let file = try TemporaryFile()
        for (type, elements) in [
            (ElementType.i8, TensorElements.floats([1])), (.f32, .signedBytes([1])), (.i64, .floats([1])),
        ] {
            let error = #expect(throws: WeightsError.self) {
                try SafetensorsWriter().write(
                    [StoredTensor(name: "t", shape: [1], elementType: type)], to: file.path
                ) { _ in elements }
            }
            #expect(error?.code == .unsupportedElementType)
        }
    }
}
