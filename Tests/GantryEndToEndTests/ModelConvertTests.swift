import Foundation
import Testing

extension EndToEnd {
    /// Weight files of each framework's own savers, from the fixtures of GantryWeightImportTests.
    @Suite struct `Model convert` {
        private static let fixtures = Executable.packageFolder.appending(path: "Tests/GantryWeightImportTests/Golden")

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

        @Test(arguments: ["whole-module.pt", "torchscript.pt", "external.onnx", "keras3-other.keras"])
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

        /// What is wrong with a converted file in which `edit` has changed bytes: 65, a sentence, and nothing written.
        private func refusal(_ edit: (inout Data) throws -> Void) throws -> String {
            try RunFolder.use { folder in
                let (good, bad) = (
                    folder.url.appending(path: "good.safetensors"), folder.url.appending(path: "bad.safetensors")
                )
                let made = try Executable.run(
                    ["model", "convert", Self.fixtures.appending(path: "bottleneck.pth").path, good.path])
                try #require(made.status == 0, "\(made.description)")
                var bytes = try Data(contentsOf: good)
                try edit(&bytes)
                try bytes.write(to: bad)
                let output = folder.url.appending(path: "out.safetensors")
                let end = try Executable.run(["model", "convert", bad.path, output.path])
                #expect(end.status == 65, "\(end.description)")
                #expect(!FileManager.default.fileExists(atPath: output.path))
                let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
                #expect(!left.contains { $0.contains("partial") }, "\(left)")
                return end.errors
            }
        }

        /// Exchanges a text of the header for one of the same length.
        private static func exchange(_ old: String, _ new: String, in bytes: inout Data) throws {
            let place = try #require(bytes.range(of: Data(old.utf8)))
            bytes.replaceSubrange(place, with: Data(new.utf8))
        }

        @Test func `NaN and infinity are named, all tensors at once`() throws {
            let errors = try refusal { bytes in
                let start = 8 + bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
                // The first and the last number of the file: bn1.bias and layer3.0.downsample.1.weight.
                bytes.replaceSubrange(start..<start + 4, with: [0, 0, 0xC0, 0x7F])
                bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0x80, 0xFF])
            }
            #expect(errors.contains("2 tensors hold"))
            #expect(errors.contains("bn1.bias: element 0 is nan") && errors.contains("is -inf"), "\(errors)")
        }

        @Test func `missing, extra and misshapen tensors are named, all of them at once`() throws {
            let errors = try refusal { bytes in
                try Self.exchange("\"layer2.0.bn1.running_mean\"", "\"layer2.0.bn1.running_maen\"", in: &bytes)
                try Self.exchange("\"fc.weight\"", "\"fc.wieght\"", in: &bytes)
                try Self.exchange("\"shape\":[8,3,7,7]", "\"shape\":[3,8,7,7]", in: &bytes)
            }
            #expect(errors.contains("missing: layer2.0.bn1.running_mean, fc.weight"), "\(errors)")
            #expect(errors.contains("not part of it: fc.wieght, layer2.0.bn1.running_maen"), "\(errors)")
            #expect(errors.contains("of another shape:"), "\(errors)")
        }

        @Test func `numbers of another type are refused by the tensors' names`() throws {
            let errors = try refusal { bytes in
                for _ in 0..<2 { try Self.exchange("\"dtype\":\"F32\"", "\"dtype\":\"I32\"", in: &bytes) }
            }
            #expect(errors.contains("bn1.bias as I32, bn1.running_mean as I32; F64, F32"), "\(errors)")
        }

        @Test func `a converted file remembers its stride`() throws {
            try RunFolder.use { folder in
                let output = folder.url.appending(path: "out.safetensors").path
                let file = Self.fixtures.appending(path: "bottleneck.pth").path
                try #require(try Executable.run(["model", "convert", file, output, "--stride", "v1"]).status == 0)
                let end = try Executable.run(["model", "inspect", output])
                #expect(
                    end.status == 0 && end.output.contains("Stride on the first 1x1 (v1), as the file says."),
                    "\(end.description)")
                let contradicted = try Executable.run(["model", "inspect", output, "--stride", "v1.5"])
                #expect(contradicted.status == 65, "\(contradicted.description)")
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
