import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

@Suite struct PyTorchFileTests {
    @Test(arguments: ["bottleneck.pth", "bottleneck-legacy.pth"])
    func `a network saved by torch.save is read back bit for bit`(_ name: String) throws {
        let file = try WeightFile.open(Fixtures.path(name))
        let floats = file.shapes.filter { !$0.key.hasSuffix("num_batches_tracked") }
        #expect(floats == Fixtures.bottleneck)
        for (name, shape) in Fixtures.bottleneck {
            #expect(file.elementType(of: name) == .f32)
            let expected = Fixtures.hashed(name, shape).map(\.bitPattern)
            #expect(try file.values(of: name).map(\.bitPattern) == expected, "\(name)")
        }
    }

    @Test(arguments: ["small.pt", "small-legacy.pt", "small-protocol5.pt", "small-legacy-protocol4.pt"])
    func `strides, shared storages and every element type are understood`(_ name: String) throws {
        let file = try PyTorchFile(path: Fixtures.path(name))
        #expect(file.shapes.count == 9)
        // arange(24).reshape(2, 3, 4).permute(2, 0, 1)
        #expect(file.shapes["transposed"] == [4, 2, 3])
        let first: [Float] = [0, 4, 8, 12, 16, 20]
        let transposed = (0..<4).flatMap { step in first.map { $0 + Float(step) } }
        #expect(try file.values(of: "transposed") == transposed)
        #expect(try file.values(of: "middle") == [5, 6, 17, 18])
        #expect(file.shapes["scalar"] == [])
        #expect(try file.values(of: "scalar") == [2.5])
        #expect(file.shapes["empty"] == [0, 3])
        #expect(try file.values(of: "empty") == [])
        #expect(file.elementType(of: "half") == .f16)
        #expect(try file.values(of: "half") == [1, -2, 65504, 0x1p-24])
        #expect(file.elementType(of: "brain") == .bf16)
        #expect(try file.values(of: "brain") == [1, -2.5])
        #expect(file.shapes["bytes"] == [2, 2])
        #expect(try file.signedBytes(of: "bytes") == [-128, 0, 127, -1])
        #expect(file.elementType(of: "double") == .f64)
        #expect(try file.values(of: "double") == [0.5])
        for (name, type) in [("count", "I64"), ("bytes", "I8")] {
            let error = #expect(throws: WeightsError.self) { try file.values(of: name) }
            #expect(error?.code == .unsupportedElementType && error?.explanation.contains(type) == true)
        }
        #expect(throws: WeightsError.self) { try file.signedBytes(of: "half") }
        let missing = #expect(throws: WeightsError.self) { try file.values(of: "none") }
        #expect(missing?.code == .noSuchTensor)
    }

    @Test func `a training script's checkpoint gives its model, unwrapped, and nothing else`() throws {
        let file = try WeightFile.open(Fixtures.path("checkpoint.pt"))
        #expect(file.shapes == ["fc.weight": [2, 3], "fc.bias": [2]])
        let stepped: [Float] = [0 - 0.1, 1 - 0.1, 2 - 0.1, 3 - 0.1, 4 - 0.1, 5 - 0.1]
        #expect(try file.values(of: "fc.weight") == stepped, "one step of SGD at rate 0.1")
    }

    @Test func `a whole module is refused by the name of its class and its layers, all of them`() throws {
        let error = try refusal(Fixtures.bytes("whole-module.pt"))
        #expect(error?.code == .refusedContent)
        #expect(error?.explanation.contains("__main__.Tiny, torch.nn.modules.linear.Linear") == true)
    }

    @Test func `a parameter alone and a TorchScript program are no state dict`() throws {
        let parameter = try refusal(Fixtures.bytes("parameter.pt"))
        #expect(parameter?.code == .malformedHeader && parameter?.explanation.contains("not a state dict") == true)
        let program = try refusal(Fixtures.bytes("torchscript.pt"))
        #expect(program?.code == .refusedContent && program?.explanation.contains("TorchScript") == true)
    }

    @Test(arguments: ["small.pt", "small-legacy.pt", "small-protocol5.pt"])
    func `every file cut short is refused`(_ name: String) throws {
        let bytes = try Fixtures.bytes(name)
        for length in stride(from: 0, to: bytes.count, by: 11) { try refusal(Array(bytes.prefix(length))) }
        try refusal(Array(bytes.dropLast()))
    }

    @Test(arguments: ["small.pt", "small-legacy.pt", "small-legacy-protocol4.pt"])
    func `every file with one byte changed is refused or read, never fatal`(_ name: String) throws {
        let bytes = try Fixtures.bytes(name)
        var refused = 0
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= index.isMultiple(of: 2) ? 0x01 : 0x80
            let temporary = try TemporaryFile(changed)
            do {
                let file = try WeightFile.open(temporary.path)
                for name in file.shapes.keys { _ = try? file.values(of: name) }
            } catch {
                refused += 1
            }
        }
        #expect(refused > bytes.count / 8)
    }

    @Test func `a changed weight is noticed by the archive's checksum`() throws {
        var bytes = try Fixtures.bytes("small.pt")
        let half = try #require(bytes.firstRange(of: [0x00, 0x3C, 0x00, 0xC0, 0xFF, 0x7B, 0x01, 0x00]))
        bytes[half.lowerBound] = 1
        let error = try refusal(bytes)
        #expect(error?.code == .damagedContent && error?.explanation.contains("CRC-32") == true)
    }

    @Test func `a compressed or encrypted member is refused by its name`() throws {
        let bytes = try Fixtures.bytes("small.pt")
        // In the directory: signature, two versions, flags, method.
        let entry = try #require(bytes.firstRange(of: [0x50, 0x4B, 1, 2]))
        var compressed = bytes
        compressed[entry.lowerBound + 10] = 8
        let error = try refusal(compressed)
        #expect(error?.code == .refusedContent && error?.explanation.contains("data.pkl is compressed") == true)
        var encrypted = bytes
        encrypted[entry.lowerBound + 8] |= 1
        #expect(try refusal(encrypted)?.explanation.contains("data.pkl is encrypted") == true)
    }

    @Test func `the format is told by the first bytes alone`() throws {
        #expect(try refusal([])?.code == .malformedHeader)
        #expect(try refusal(Array("<html>".utf8))?.explanation.contains("no weight format") == true)
        let pointer = try refusal(Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8))
        #expect(pointer?.explanation.contains("git lfs pull") == true)
        let empty = try refusal([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 60))
        #expect(empty?.code == .truncated)
        let safetensors = try TemporaryFile()
        try SafetensorsWriter().write([NamedTensor(name: "x", shape: [1], values: [3])], to: safetensors.path)
        #expect(try WeightFile.open(safetensors.path).values(of: "x") == [3])
    }
}
