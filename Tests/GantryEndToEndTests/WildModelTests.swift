import Foundation
import Testing

extension EndToEnd {
    /// Weight files as people save them, through every command that takes one: `make_wild.py`'s archive.
    @Suite struct `Models as people save them` {
        private static let archive = Executable.packageFolder.appending(
            path: "Tests/GantryWeightImportTests/Golden/wild.tar.xz")

        private static func use(_ body: (URL) throws -> Void) throws {
            try TemporaryFolder.use { folder in
                _ = try Tools.shell("tar -xf \"$1\" -C \"$2\"", archive.path, folder.path)
                try body(folder)
            }
        }

        /// Runs a command and returns what it prints; a failure where it does not end so.
        @discardableResult
        private static func run(_ arguments: [String], _ status: Int32 = 0) throws -> String {
            let end = try Executable.run(arguments)
            #expect(end.status == status, "\(arguments): \(end.description)")
            return (status == 0 ? end.output : end.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }

        @Test func `which network was taken is said by inspect, convert, bundle create and train`() throws {
            // Said, since what throws stands within macros alone.
            try Self.use { (folder) throws in
                func path(_ name: String) -> String { folder.appending(path: name).path }
                let file = path("read/lightning.ckpt")
                let sentence = "lies a network of basic blocks 1+1, base width 8, 3 input channels, 3 classes; "
                let beside = "Behind `model.` \(sentence)beside it: criterion.weight, train_auc.preds."
                #expect(try Self.run(["model", "inspect", file]).contains(beside))
                #expect(try Self.run(["model", "convert", file, path("out.safetensors")]).contains(beside))
                // What was left out is not in it: nothing is to be said.
                #expect(try !Self.run(["model", "inspect", path("out.safetensors")]).contains("beside"))
                let create = ["bundle", "create", path("b"), "--model", file, "--classes", "a,b,c"]
                let images = ["--positive-class", "c", "--input", "images", "--input-convention", "torch"]
                #expect(try Self.run(create + images).contains(beside))
                #expect(
                    try String(contentsOfFile: path("b/MODEL_CARD.md"), encoding: .utf8).contains("train_auc.preds"))
            }
        }

        @Test func `of two networks every command asks which one is meant`() throws {
            try Self.use { folder in
                func path(_ name: String) -> String { folder.appending(path: name).path }
                let file = path("refused/two-networks.pt")
                let create = ["bundle", "create", path("b"), "--model", file, "--classes", "a,b,c"]
                let images = ["--positive-class", "c", "--input", "images", "--input-convention", "torch"]
                try NPYArray.file(shape: [1, 3, 40, 32], floats: [Float](repeating: 0.5, count: 3 * 40 * 32))
                    .write(to: folder.appending(path: "x.npy"))
                for arguments in [
                    ["model", "inspect", file], ["model", "convert", file, path("out.safetensors")],
                    ["model", "run", file, "--input", path("x.npy"), "--output", path("y.npy")],
                    ["model", "diff", file, file], create + images,
                    ["train", "--images", path("read"), "--model", file, "--output", path("t")],
                ] {
                    #expect(try Self.run(arguments, 64).contains("--prefix ema."), "\(arguments)")
                    if arguments[0] != "train" { try Self.run(arguments + ["--prefix", "ema"]) }
                }
                let teachers = path("refused/two-state-dicts.pt")
                #expect(try Self.run(["model", "inspect", teachers], 64).contains("--state-dict student."))
                let taken = try Self.run(["model", "inspect", teachers, "--state-dict", "teacher"])
                #expect(taken.contains("The state dict `teacher` was taken."))
                #expect(try Self.run(["model", "inspect", path("b"), "--prefix", "ema"], 64).contains("--prefix ema"))
            }
        }

        @Test func `a folder of Hugging Face answers stride, size, mean and standard deviation`() throws {
            try Self.use { folder in
                func path(_ name: String) -> String { folder.appending(path: name).path }
                for name in ["huggingface-v1.5", "timm", "timm-bin"] {
                    let inspected = try Self.run(["model", "inspect", path("read/\(name)")])
                    #expect(inspected.contains("Stride on the 3x3 (v1.5), as the file says."))
                    let create = [
                        "bundle", "create", path(name), "--model", path("read/\(name)"), "--classes", "a,b,c",
                    ]
                    try Self.run(create + ["--positive-class", "c", "--input", "images"])
                    let yaml = try String(contentsOfFile: path("\(name)/pipeline.yaml"), encoding: .utf8)
                    for line in ["input-size: 40", "mean: [0.5, 0.4, 0.3]", "standard-deviation: [0.2, 0.25, 0.3]"] {
                        #expect(yaml.contains(line), "\(yaml)")
                    }
                    try Self.run(["bundle", "verify", path(name)])
                }
                // Without settings of images they are asked for; options come first.
                let create = [
                    "bundle", "create", path("b"), "--model", path("read/huggingface-v1"), "--classes", "a,b,c",
                ]
                let images = ["--positive-class", "c", "--input", "images"]
                #expect(try Self.run(create + images, 64).contains("What was the network trained to see?"))
                try Self.run(create + images + ["--input-convention", "torch", "--input-size", "64"])
                let yaml = try String(contentsOfFile: path("b/pipeline.yaml"), encoding: .utf8)
                #expect(yaml.contains("input-size: 64") && yaml.contains("stride: v1\n"), "\(yaml)")
                // What would write into the model is refused.
                let output = ["--output", path("read/timm/config.json"), "--force"]
                try Self.run(["model", "run", path("read/timm"), "--input", path("x.npy")] + output, 64)
            }
        }
    }
}
