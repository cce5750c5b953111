import Foundation
import Testing

extension EndToEnd {
    /// The published networks at full width, saved by their frameworks on the fly, where those are installed: `make
    /// proofs` sees to it.
    @Suite struct `Full width` {
        static let networks = [
            "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2", "resnext50_32x4d",
            "resnext101_32x8d", "timm-resnet50", "timm-resnext50_32x4d", "timm-resnet18-grey", "transformers-resnet50",
            "keras-resnet50", "keras-resnet101", "keras-resnet152",
        ]

        /// A Python that has PyTorch: of `make proofs`, or the one on the path; nil where there is none.
        static let python: String? = {
            let own = Executable.packageFolder.appending(path: ".venv-frameworks/bin/python").path
            return [own, "/usr/bin/env python3"].first { candidate in
                (try? Tools.shell("\(candidate) -c 'import torch, torchvision, safetensors, onnx' 2>/dev/null")) != nil
            }
        }()

        @Test(.enabled(if: python != nil, "PyTorch is not installed; make proofs installs it"), arguments: networks)
        func `a published network computes what its framework computes, in every format`(_ name: String) throws {
            let python = try #require(Self.python)
            try TemporaryFolder.use { folder in
                let script = Executable.packageFolder.appending(
                    path: "Tests/GantryEndToEndTests/Golden/make_full_width.py")
                let made = try RunningProcess(
                    "/bin/sh", ["-c", "exec \(python) \"$@\"", "sh", script.path, folder.path, name]
                ).finish()
                try #require(made.status == 0, "\(made.description)")
                let network = folder.appending(path: name)
                // A framework besides PyTorch may be missing; the script says so.
                guard network.exists else {
                    #expect(made.errors.contains("\(name) is left out"), "\(made.description)")
                    return
                }
                try Self.compare(network)
            }
        }

        private static func compare(_ network: URL) throws {
            let meta = try JSON(contentsOf: network.appending(path: "meta.json"))
            let files = meta["files"].list.compactMap(\.text)
            #expect(!files.isEmpty)
            let expected = try NPYArray(contentsOf: network.appending(path: "y.npy")).floats
            let largest = expected.map(abs).max() ?? 0
            for file in files {
                let output = network.appending(path: "found.npy")
                var arguments = [
                    "model", "run", network.appending(path: file).path, "--input",
                    network.appending(path: "x.npy").path, "--output", output.path, "--force",
                ]
                // Graphs say where the stride is, and Keras's whole models; basic blocks have none to tell.
                if !file.hasSuffix(".onnx"), file != "keras.h5" {
                    arguments += ["--stride", meta["stride"].text ?? ""]
                }
                let end = try Executable.run(arguments)
                try #require(end.status == 0, "\(file): \(end.description)")
                let found = try NPYArray(contentsOf: output).floats
                let error = zip(found, expected).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 } / largest
                #expect(found.count == expected.count && error <= 1e-4, "\(file): \(error)")
            }
        }
    }
}
