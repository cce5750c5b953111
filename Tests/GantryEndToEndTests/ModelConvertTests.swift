import Foundation
import Testing

extension EndToEnd {
    /// Weight files of each framework's own savers, from the fixtures of GantryWeightsTests.
    @Suite struct `Model convert` {
        private static let fixtures = Executable.packageFolder.appending(path: "Tests/GantryWeightsTests/Golden")

        @Test(arguments: [
            "bottleneck.pth", "bottleneck-legacy.pth", "bottleneck-folded.onnx", "keras2.h5", "keras3.weights.h5",
        ])
        func `a file of each framework becomes safetensors with torchvision's names`(_ name: String) throws {
            try RunFolder.use { folder in
                let output = folder.url.appending(path: "out.safetensors").path
                let end = try Executable.run(["model", "convert", Self.fixtures.appending(path: name).path, output])
                try #require(end.status == 0, "\(end.description)")
                let names = try Self.names(in: output)
                #expect(names.isSuperset(of: ["conv1.weight", "bn1.weight", "layer1.0.conv1.weight", "fc.weight"]))
                #expect(!names.contains { $0.hasSuffix("num_batches_tracked") })
                // Converted once more, to half the size, the same tensors are there.
                let half = folder.url.appending(path: "half.safetensors").path
                let again = try Executable.run(["model", "convert", output, half, "--precision", "bf16"])
                try #require(again.status == 0, "\(again.description)")
                #expect(try Self.names(in: half) == names)
                #expect(try Self.size(half) < Self.size(output) * 6 / 10)
            }
        }

        @Test(arguments: ["whole-module.pt", "torchscript.pt", "softmax.onnx", "external.onnx", "keras3-other.keras"])
        func `what is not understood is refused with a sentence and 65, and nothing is written`(_ name: String) throws {
            try RunFolder.use { folder in
                let output = folder.url.appending(path: "out.safetensors")
                let end = try Executable.run(
                    ["model", "convert", Self.fixtures.appending(path: name).path, output.path])
                #expect(end.status == 65, "\(end.description)")
                #expect(end.errors.contains(name), "\(end.description)")
                #expect(!FileManager.default.fileExists(atPath: output.path))
            }
        }

        @Test func `a file cut short is refused with 65`() throws {
            try RunFolder.use { folder in
                for name in ["bottleneck.pth", "bottleneck-folded.onnx", "keras2.h5"] {
                    let cut = folder.url.appending(path: name)
                    let whole = try Data(contentsOf: Self.fixtures.appending(path: name))
                    try whole.prefix(whole.count / 2).write(to: cut)
                    let output = folder.url.appending(path: "out.safetensors")
                    let end = try Executable.run(["model", "convert", cut.path, output.path])
                    #expect(end.status == 65, "\(name): \(end.description)")
                    #expect(!FileManager.default.fileExists(atPath: output.path))
                }
            }
        }

        private static func names(in path: String) throws -> Set<String> {
            let bytes = try Data(contentsOf: URL(filePath: path))
            let count = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            let header = try JSONSerialization.jsonObject(with: bytes[8..<8 + count]) as? [String: Any] ?? [:]
            return Set(header.keys).subtracting(["__metadata__"])
        }

        private static func size(_ path: String) throws -> Int {
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        }
    }
}
