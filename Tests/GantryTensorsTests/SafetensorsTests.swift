import Foundation
import GantryTensors
import GantryTestSupport
import Testing

/// A safetensors file of this header and data.
func safetensors(_ header: String, data: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
        + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
}

@Suite struct SafetensorsTests {
    @Test func `what was written is read back`() throws {
        let file = try TemporaryFile()
        let tensors = [
            try NamedTensor(name: "b.weight", shape: [2, 3], values: [1, -2, .pi, 0, -0.0, .leastNonzeroMagnitude]),
            try NamedTensor(name: "a \"quoted\" \\ name\n", shape: [], values: [.greatestFiniteMagnitude]),
            try NamedTensor(name: "empty", shape: [0, 4], values: []),
        ]
        try SafetensorsWriter(metadata: ["made by": "a test"]).write(tensors, to: file.path)
        let read = try SafetensorsFile(path: file.path)
        #expect(read.metadata == ["made by": "a test"])
        #expect(read.shapes.count == 3)
        for tensor in tensors {
            #expect(read.shapes[tensor.name] == tensor.shape)
            #expect(try read.values(of: tensor.name).map(\.bitPattern) == tensor.values.map(\.bitPattern))
        }
    }

    @Test func `the bytes depend on the contents alone and the data begins at a multiple of eight`() throws {
        let a = try NamedTensor(name: "a", shape: [1], values: [1])
        let b = try NamedTensor(name: "b", shape: [2], values: [2, 3])
        let first = try TemporaryFile()
        let second = try TemporaryFile()
        try SafetensorsWriter(metadata: ["x": "1", "y": "2"]).write([a, b], to: first.path)
        try SafetensorsWriter(metadata: ["y": "2", "x": "1"]).write([b, a], to: second.path)
        #expect(try first.bytes == second.bytes)
        #expect(try first.bytes.count % 8 == 4, "three floats after a padded header")
        let text = String(decoding: try first.bytes.dropFirst(8), as: UTF8.self)
        #expect(
            text.hasPrefix(#"{"__metadata__":{"x":"1","y":"2"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#))
    }

    @Test func `a name given twice is refused, and nothing is left behind`() throws {
        let file = try TemporaryFile([1, 2, 3])
        let a = try NamedTensor(name: "a", shape: [1], values: [1])
        #expect(throws: WeightsError.self) { try SafetensorsWriter().write([a, a], to: file.path) }
        #expect(try file.bytes == [1, 2, 3])
        #expect(throws: WeightsError.self) {
            try SafetensorsWriter().write([(name: "a", shape: [2])], to: file.path) { _ in [1] }
        }
        #expect(try file.bytes == [1, 2, 3])
        let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
        let name = URL(fileURLWithPath: file.path).lastPathComponent
        let beside = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(name) }
        #expect(beside == [name])
    }

    @Test func `half-precision tensors are widened exactly`() throws {
        let header =
            #"{"bf":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"#
            + #""h":{"dtype":"F16","shape":[6],"data_offsets":[4,16]}}"#
        var bytes = safetensors(header, data: 0)
        // BF16 1.0 and -2.5; F16 1.0, -2.0, 65504, the smallest subnormal, infinity, -0.
        for pattern: UInt16 in [0x3F80, 0xC020, 0x3C00, 0xC000, 0x7BFF, 0x0001, 0x7C00, 0x8000] {
            bytes += [UInt8(pattern & 0xFF), UInt8(pattern >> 8)]
        }
        let file = try TemporaryFile(bytes)
        let read = try SafetensorsFile(path: file.path)
        #expect(try read.values(of: "bf") == [1, -2.5])
        let halves = try read.values(of: "h")
        #expect(halves == [1, -2, 65504, 0x1p-24, .infinity, 0])
        #expect(halves[5].sign == .minus)
    }

    @Test func `a missing tensor and a type that is no float are named`() throws {
        let file = try TemporaryFile(
            safetensors(#"{"n":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, data: 8))
        let read = try SafetensorsFile(path: file.path)
        let missing = #expect(throws: WeightsError.self) { try read.values(of: "fc.weight") }
        #expect(missing?.code == .noSuchTensor && missing?.subject.contains("fc.weight") == true)
        let integer = #expect(throws: WeightsError.self) { try read.values(of: "n") }
        #expect(integer?.code == .unsupportedElementType && integer?.description.contains("I64") == true)
        #expect(integer?.subject.contains(file.path) == true)
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let code: WeightsErrorCode
        init(_ description: String, _ bytes: [UInt8], _ code: WeightsErrorCode) {
            (testDescription, self.bytes, self.code) = (description, bytes, code)
        }
        init(_ description: String, _ entry: String, data: Int = 8, _ code: WeightsErrorCode) {
            self.init(description, safetensors(#"{"t":\#(entry)}"#, data: data), code)
        }
    }

    static let faults = [
        Fault("an empty file", [], .truncated),
        Fault("seven bytes", [1, 0, 0, 0, 0, 0, 0], .truncated),
        Fault("a header length of 2^64 - 1", [UInt8](repeating: 0xFF, count: 64), .malformedHeader),
        Fault("a header length above the cap", [0, 0, 0, 2, 0, 0, 0, 0], .malformedHeader),
        Fault("a header longer than the file", Array(safetensors("{}", data: 0).prefix(9)), .truncated),
        Fault("no JSON", safetensors("not json", data: 0), .malformedHeader),
        Fault("an array", safetensors("[1,2]", data: 0), .malformedHeader),
        Fault("deep nesting", safetensors(String(repeating: "[", count: 100_000), data: 0), .malformedHeader),
        Fault("bytes that are no UTF-8", [2, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE], .malformedHeader),
        Fault("a number where a tensor should be", "1", .malformedHeader),
        Fault("no dtype", #"{"shape":[2],"data_offsets":[0,8]}"#, .malformedHeader),
        Fault("an unknown dtype", #"{"dtype":"F33","shape":[2],"data_offsets":[0,8]}"#, .unsupportedElementType),
        Fault(
            "a size too large for an integer", #"{"dtype":"F32","shape":[1e30],"data_offsets":[0,8]}"#, .malformedHeader
        ),
        Fault("a negative size", #"{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}"#, .inconsistentTensor),
        Fault(
            "sizes whose product overflows",
            #"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}"#, .inconsistentTensor),
        Fault(
            "a byte count that overflows",
            #"{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,8]}"#, .inconsistentTensor),
        Fault("one offset", #"{"dtype":"F32","shape":[2],"data_offsets":[0]}"#, .inconsistentTensor),
        Fault("offsets backwards", #"{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#, .inconsistentTensor),
        Fault("a negative offset", #"{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}"#, .inconsistentTensor),
        Fault("an end past the file", #"{"dtype":"F32","shape":[4],"data_offsets":[0,16]}"#, .truncated),
        Fault(
            "bytes that do not fit the shape", #"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#, .inconsistentTensor
        ),
        Fault("a hole", #"{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#, .inconsistentTensor),
        Fault("bytes left over", #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, .inconsistentTensor),
        Fault(
            "two tensors over the same bytes",
            #"{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#,
            .inconsistentTensor),
        Fault(
            "metadata that is no string", #"{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"a":1}"#,
            .malformedHeader),
    ]

    @Test(arguments: faults)
    func `a damaged file is refused with its path`(_ fault: Fault) throws {
        let file = try TemporaryFile(fault.bytes)
        let error = #expect(throws: WeightsError.self) { try SafetensorsFile(path: file.path) }
        #expect(error?.code == fault.code)
        #expect(error?.subject.contains(file.path) == true)
    }

    @Test func `every file cut short or with one byte changed is refused or read, never fatal`() throws {
        let whole = try TemporaryFile()
        try SafetensorsWriter(metadata: ["a": "b"]).write(
            [
                NamedTensor(name: "x", shape: [2, 2], values: [1, 2, 3, 4]),
                NamedTensor(name: "y", shape: [1], values: [5]),
            ], to: whole.path)
        let bytes = try whole.bytes
        for length in 0..<bytes.count {
            let cut = try TemporaryFile(Array(bytes.prefix(length)))
            #expect(throws: WeightsError.self) { try SafetensorsFile(path: cut.path) }
        }
        var refused = 0
        for index in 0..<bytes.count {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= change
                let file = try TemporaryFile(changed)
                do {
                    let read = try SafetensorsFile(path: file.path)
                    for name in read.shapes.keys { _ = try read.values(of: name) }
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count, "most changes of the header must be noticed")
    }

    @Test func `a file cut short after it was opened gives an error, not a signal`() throws {
        let file = try TemporaryFile()
        let values = [Float](repeating: 1, count: 100_000)
        try SafetensorsWriter().write([NamedTensor(name: "x", shape: [100_000], values: values)], to: file.path)
        let read = try SafetensorsFile(path: file.path)
        #expect(truncate(file.path, 4096) == 0)
        let error = #expect(throws: WeightsError.self) { try read.values(of: "x") }
        #expect(error?.code == .truncated)
    }

    @Test func `what is hashed is what is read, though another file has taken the path meanwhile`() throws {
        let file = try TemporaryFile()
        try SafetensorsWriter().write([NamedTensor(name: "x", shape: [2], values: [1, 2])], to: file.path)
        let opened = try OpenedWeightFile(path: file.path)
        let digest = try SHA256Digest(ofFile: file.path)
        // The writer replaces by renaming, as a deployment does.
        try SafetensorsWriter().write([NamedTensor(name: "x", shape: [2], values: [3, 4])], to: file.path)
        #expect(try SHA256Digest(ofFile: file.path) != digest)
        let tensors = try SafetensorsFile(opened)
        #expect(try opened.digest() == digest)
        #expect(try tensors.values(of: "x") == [1, 2])
        try opened.requireUnchanged()
    }

    @Test func `a file that is written to while it is open is refused`() throws {
        let file = try TemporaryFile()
        try SafetensorsWriter().write([NamedTensor(name: "x", shape: [2], values: [1, 2])], to: file.path)
        let opened = try OpenedWeightFile(path: file.path)
        let writer = try #require(FileHandle(forWritingAtPath: file.path))
        try writer.seekToEnd()
        try writer.write(contentsOf: Data([0]))
        try writer.close()
        let error = #expect(throws: WeightsError.self) { try opened.requireUnchanged() }
        #expect(error?.code == .damagedContent)
    }

    @Test func `a folder, a missing file and an unwritable place are errors`() throws {
        let folder = FileManager.default.temporaryDirectory.path
        let directory = #expect(throws: WeightsError.self) { try SafetensorsFile(path: folder) }
        #expect(directory?.code == .cannotOpen)
        let missing = #expect(throws: WeightsError.self) { try SafetensorsFile(path: folder + "/none/model") }
        #expect(missing?.code == .cannotOpen && missing?.status == Int(ENOENT))
        let unwritable = #expect(throws: WeightsError.self) { try SafetensorsWriter().write([], to: "/none/model") }
        #expect(unwritable?.code == .cannotWrite)
    }
}
