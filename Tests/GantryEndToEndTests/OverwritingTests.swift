import Foundation
import Testing

extension EndToEnd {
    /// What is there is not replaced unless that is said, and an input never is.
    @Suite struct `Overwriting` {
        private static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

        private static func refused(_ arguments: [String], _ status: Int32, _ words: String) throws {
            let end = try Executable.run(arguments)
            #expect(end.status == status && end.errors.contains(words), "\(arguments): \(end.description)")
        }

        @Test func `convert replaces a file only where --force is given, and its input never`() throws {
            try TemporaryFolder.use { folder in
                let input = try SmallBundle.weights(in: folder)
                func path(_ name: String) -> String { folder.appending(path: name).path }
                let weights = try Self.bytes(input)
                try Data("mine".utf8).write(to: folder.appending(path: "out.safetensors"))
                try Self.refused(["model", "convert", input, path("out.safetensors")], 73, "--force")
                #expect(try Self.bytes(path("out.safetensors")) == Data("mine".utf8))

                // The input by its name, by another way of writing it, by a link, and as another name of the same file.
                try FileManager.default.createSymbolicLink(
                    atPath: path("soft.safetensors"), withDestinationPath: "own.safetensors")
                try FileManager.default.linkItem(atPath: input, toPath: path("hard.safetensors"))
                let names = [
                    input, folder.path + "/./own.safetensors", path("soft.safetensors"), path("hard.safetensors"),
                ]
                for output in names {
                    for force in [[], ["--force"]] {
                        try Self.refused(["model", "convert", input, output] + force, 64, "is the input")
                    }
                }
                try Self.refused(["model", "convert", path("soft.safetensors"), input, "--force"], 64, "is the input")
                try FileManager.default.createDirectory(atPath: path("folder"), withIntermediateDirectories: false)
                try Self.refused(["model", "convert", input, path("folder"), "--force"], 73, "is there already")
                #expect(try Self.bytes(input) == weights)

                let forced = try Executable.run(["model", "convert", input, path("out.safetensors"), "--force"])
                #expect(forced.status == 0, "\(forced.description)")
                #expect(try Self.bytes(path("out.safetensors")).count > 100_000)
            }
        }

        @Test func `run replaces an array only where --force is given, and neither its input nor its network`() throws {
            try TemporaryFolder.use { folder in
                let golden = try SmallBundle.golden(in: folder)
                let (input, output) = (golden[0], golden[1])
                let bundle = try SmallBundle.make(in: folder)
                let file = try SmallBundle.weights(in: folder)
                let model = bundle + "/model.safetensors"
                let before = try [input, output, file, model].map(Self.bytes)
                func run(_ network: String, _ output: String) -> [String] {
                    ["model", "run", network, "--input", input, "--output", output]
                }
                try Self.refused(run(bundle, output), 73, "--force")
                for force in [[], ["--force"]] {
                    try Self.refused(run(bundle, input) + force, 64, "is the input")
                    try Self.refused(run(file, file) + force, 64, "is the input")
                    try Self.refused(run(bundle, model) + force, 64, "is the input")
                    try Self.refused(run(bundle, bundle + "/pipeline.yaml") + force, 64, "is the input")
                }
                #expect(try [input, output, file, model].map(Self.bytes) == before)
                let features = try Executable.run(run(bundle, output) + ["--features", "--force"])
                #expect(features.status == 0, "\(features.description)")
                #expect(try Self.bytes(output) != before[1])
            }
        }

        @Test func `create replaces a bundle only where --force is given, and no folder that is none`() throws {
            try TemporaryFolder.use { folder in
                let golden = try SmallBundle.golden(in: folder)
                let bundle = try SmallBundle.make(in: folder)
                let weights = try SmallBundle.weights(in: folder)
                func create(_ bundle: String, model: String? = nil, _ more: String...) -> [String] {
                    SmallBundle.create(bundle, weights: model ?? weights, more)
                }
                try Data("mine".utf8).write(to: URL(filePath: bundle + "/notes.txt"))
                try Self.refused(create(bundle), 73, "--force")
                // Its own network, and a golden pair that lies in it, would be gone.
                let inside = bundle + "/x.npy"
                try FileManager.default.copyItem(atPath: golden[0], toPath: inside)
                for arguments in [
                    create(bundle, model: bundle + "/model.safetensors", "--force"),
                    create(bundle, "--golden", inside, golden[1], "--force"),
                ] { try Self.refused(arguments, 64, "would be replaced") }
                #expect(FileManager.default.fileExists(atPath: bundle + "/notes.txt"))
                let other = folder.appending(path: "letters")
                try FileManager.default.createDirectory(at: other, withIntermediateDirectories: false)
                try Data("mine".utf8).write(to: other.appending(path: "letter.txt"))
                try Self.refused(create(other.path, "--force"), 73, "nothing that this command replaces")
                #expect(other.everythingBelow == ["letter.txt"])

                let forced = try Executable.run(create(bundle, "--pipeline-version", "2", "--force"))
                #expect(forced.status == 0, "\(forced.description)")
                #expect(
                    URL(filePath: bundle).everythingBelow
                        == ["MODEL_CARD.md", "SHA256SUMS", "model.safetensors", "pipeline.yaml"])
                #expect(try Executable.run(["bundle", "verify", bundle]).status == 0)
                #expect(!folder.everythingBelow.contains { $0.hasSuffix(".partial") }, "\(folder.everythingBelow)")
            }
        }

        @Test func `quantize does not replace the network that it is made from`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try SmallBundle.make(in: folder.url)
                let model = bundle + "/model.int8.safetensors"
                try FileManager.default.moveItem(atPath: bundle + "/model.safetensors", toPath: model)
                try BundleCopy.edit(bundle) { $0.replacing("model.safetensors\"", with: "model.int8.safetensors\"") }
                let before = try Self.bytes(model)
                try Self.refused(
                    ["model", "quantize", folder.input.path, "--pipeline", bundle], 64, "is the input")
                #expect(try Self.bytes(model) == before)
            }
        }
    }
}
