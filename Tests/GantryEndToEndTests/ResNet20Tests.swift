import Foundation
import Testing

extension EndToEnd {
    /// The paper's ResNet-20 of CIFAR, whose shortcuts have no parameters: a checkpoint as people save them, against
    /// PyTorch (`Golden/make_resnet20.py`).
    @Suite struct `ResNet-20` {
        private struct Golden: Decodable {
            let classes: [String]
            /// A digit a picture, in the order of their names.
            let predictions: String
        }

        private static func golden() throws -> Golden {
            let file = Executable.packageFolder.appending(
                path: "Tests/GantryEndToEndTests/Golden/resnet20-predictions.json")
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        }

        private static let checkpoint = "cifar10-resnet20/resnet20-12fca82f.th"

        @Test func `finds of 1,000 pictures what PyTorch finds, 804 of them rightly`() throws {
            try SharedData.use("images") { images in
                try TemporaryFolder.use { folder in
                    let golden = try Self.golden()
                    let bundle = folder.appending(path: "cifar").path
                    let made = try Executable.run([
                        "bundle", "create", bundle, "--model", images.appending(path: Self.checkpoint).path,
                        "--shortcut", "zeros", "--classes", golden.classes.joined(separator: ","), "--positive-class",
                        "cat", "--input", "images", "--input-size", "32", "--input-convention", "torch",
                    ])
                    try #require(made.status == 0, "\(made.description)")
                    #expect(made.output.contains("resnet20: basic blocks 3+3+3"))
                    #expect(made.output.contains("Shortcuts of zeros, as --shortcut says."))
                    let pipeline = try String(contentsOfFile: bundle + "/pipeline.yaml", encoding: .utf8)
                    #expect(pipeline.contains("  variant: resnet20\n"))

                    let tar = Process()
                    tar.executableURL = URL(filePath: "/bin/tar")
                    tar.arguments = [
                        "-xf", images.appending(path: "cifar10-3000.tar").path, "-C", folder.path, "test",
                    ]
                    try tar.run()
                    tar.waitUntilExit()
                    let end = try Executable.run([
                        "model", "predict", bundle, folder.appending(path: "test").path, "--json",
                    ])
                    try #require(end.status == 0, "\(end.description)")
                    let lines = try end.lines(of: "prediction")
                    let expected = golden.predictions.compactMap(\.wholeNumberValue).map { golden.classes[$0] }
                    #expect(lines.count == 1000)
                    #expect(lines.map { $0["class"].text } == expected)
                    let right = lines.count { line in
                        line["file"].text?.split(separator: "/").dropLast().last.map(String.init) == line["class"].text
                    }
                    #expect(right == 804)
                }
            }
        }

        @Test func `is asked what its shortcuts do, in one sentence, and keeps the answer in what is made of it`()
            throws
        {
            try SharedData.use("images") { images in
                try TemporaryFolder.use { folder in
                    let file = images.appending(path: Self.checkpoint).path
                    let converted = folder.appending(path: "a.safetensors").path
                    for arguments in [["inspect", file], ["convert", file, converted]] {
                        let end = try Executable.run(["model"] + arguments)
                        #expect(end.status == 64)
                        #expect(end.errors.contains("layer2.0 first") && end.errors.contains("--shortcut zeros"))
                    }
                    let other = try Executable.run(["model", "inspect", file, "--shortcut", "projection"])
                    #expect(other.status == 65)
                    #expect(other.errors.contains("there is no layer2.0.downsample.0.weight"), "\(other.errors)")
                    let made = try Executable.run(["model", "convert", file, converted, "--shortcut", "zeros"])
                    try #require(made.status == 0, "\(made.description)")
                    let end = try Executable.run(["model", "inspect", converted])
                    #expect(end.status == 0 && end.output.contains("Shortcuts of zeros, as the file says."))
                    let contradiction = try Executable.run(["model", "inspect", converted, "--shortcut", "convolution"])
                    #expect(contradiction.status == 65)
                }
            }
        }

        @Test func `a file with shortcuts' tensors says itself what they are`() throws {
            let file = ImageBundle.weights
            let end = try Executable.run([
                "model", "inspect", file, "--stride", "v1.5", "--shortcut", "projection",
            ])
            #expect(end.status == 0, "\(end.description)")
            let refused = try Executable.run(["model", "inspect", file, "--stride", "v1.5", "--shortcut", "zeros"])
            #expect(refused.status == 65)
            #expect(
                refused.errors.contains("layer1.0.downsample.0 and a batch norm behind it are among the tensors"),
                "\(refused.errors)")
        }

        @Test func `a stem is said otherwise by options`() throws {
            let end = try Executable.run([
                "model", "inspect", ImageBundle.weights, "--stride", "v1.5", "--stem-stride", "1", "--stem-pool",
                "none", "--activation-order", "relu-norm",
            ])
            #expect(end.status == 0, "\(end.description)")
            #expect(end.output.contains("7x7 stem of stride 1 without pool"))
            #expect(end.output.contains("Stem without a pool, as --stem-pool says."))
            #expect(!end.output.contains("MaxPool2d"))
            let wrong = try Executable.run(["model", "inspect", ImageBundle.weights, "--stem-stride", "3"])
            #expect(wrong.status == 64 && wrong.errors.contains("--stem-stride takes 1 or 2"))
        }
    }
}
