import Foundation
import Testing

extension EndToEnd {
    /// A bundle for images: made, checked, and refused by what scores studies.
    @Suite struct `Bundles for images` {
        private static func refused(_ arguments: [String], _ status: Int32, _ words: String) throws {
            let end = try Executable.run(arguments)
            #expect(end.status == status && end.errors.contains(words), "\(arguments): \(end.description)")
            #expect(end.output.isEmpty, "\(arguments): \(end.description)")
        }

        @Test(arguments: [
            (["--input-convention", "torch"], "area", "rgb", "RGB of 0 to 1"),
            (["--input-convention", "caffe", "--resize", "keras"], "keras", "bgr", "BGR of 0 to 255"),
            (["--input-convention", "tf", "--resize", "torchvision"], "torchvision", "rgb", "-1 to 1"),
            (["--mean", "0.5", "--standard-deviation", "0.25"], "area", "rgb", "the numbers in pipeline.yaml"),
        ])
        func `create writes what pictures become, and no rule for studies`(
            options: [String], resize: String, order: String, words: String
        ) throws {
            try TemporaryFolder.use { folder in
                let bundle = folder.appending(path: "b").path
                let end = try Executable.run(ImageBundle.create(bundle, options))
                try #require(end.status == 0, "\(end.description)")
                #expect(end.output.contains("gantry model predict \(bundle) FILES..."), "\(end.description)")
                let yaml = try String(contentsOfFile: bundle + "/pipeline.yaml", encoding: .utf8)
                for line in ["input: images", "resize: \(resize)", "colour-order: \(order)", "input-size: 64"] {
                    // What a setting means may stand behind it.
                    #expect(
                        yaml.contains("\n  \(line)\n") || yaml.contains("\n  \(line)  # "), "\(line): \(yaml)")
                }
                for section in ["reader:", "series:", "slices:", "report:", "windows:", "aggregation:"] {
                    #expect(!yaml.contains(section), "\(section)")
                }
                let card = try String(contentsOfFile: bundle + "/MODEL_CARD.md", encoding: .utf8)
                #expect(card.contains("resized as `\(resize)`") && card.contains(words), "\(card)")
                let verified = try Executable.run(["bundle", "verify", bundle])
                #expect(verified.status == 0, "\(verified.description)")
            }
        }

        @Test func `options that contradict what is scored end with 64, and nothing is made`() throws {
            try TemporaryFolder.use { folder in
                let bundle = folder.appending(path: "b").path
                let torch = ["--input-convention", "torch"]
                try Self.refused(
                    ImageBundle.create(bundle, torch + ["--window", "-600,1500"]), 64, "--window has no meaning")
                let studies = ImageBundle.create(bundle, torch).filter { !["--input", "images"].contains($0) }
                try Self.refused(
                    studies + ["--window", "-600,1500", "--resize", "keras"], 64, "--resize has a meaning")
                try Self.refused(studies, 64, "--window takes")
                try Self.refused(ImageBundle.create(bundle, []), 64, "What was the network trained to see?")
                try Self.refused(
                    ImageBundle.create(bundle, torch).map { $0 == "64" ? "7" : $0 }, 64, "7 is outside 8 to 1024")
                #expect(folder.everythingBelow.isEmpty)
            }
        }

        @Test func `the network alone is looked at, run, sealed and signed as any other`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                func path(_ name: String) -> String { folder.appending(path: name).path }
                let inspect = try Executable.run(["model", "inspect", bundle])
                #expect(inspect.status == 0 && inspect.output.contains("an input of 64x64"), "\(inspect.description)")
                let values = [Float](repeating: 0.5, count: 3 * 64 * 64)
                try NPYArray.file(shape: [1, 3, 64, 64], floats: values).write(to: folder.appending(path: "x.npy"))
                for arguments in [
                    ["model", "run", bundle, "--input", path("x.npy"), "--output", path("y.npy")],
                    ["bundle", "verify", bundle, "--golden", path("x.npy"), path("y.npy")],
                    ["model", "diff", bundle, ImageBundle.weights, "--stride", "v1.5"],
                    ["bundle", "key", path("own.pem"), path("own.pub")], ["bundle", "seal", bundle],
                    ["bundle", "sign", bundle, "--key", path("own.pem")],
                    ["bundle", "verify", bundle, "--trust", path("own.pub")],
                ] {
                    let end = try Executable.run(arguments)
                    #expect(end.status == 0, "\(arguments): \(end.description)")
                }
            }
        }

        @Test func `what scores studies refuses it before anything else is looked at`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                let absent = folder.appending(path: "absent").path
                let store = ["--store", absent + "/store", "--output", absent + "/reports"]
                for arguments in [
                    ["ingest", absent, "--pipeline", bundle] + store, ["watch", absent, "--pipeline", bundle] + store,
                    ["inspect", absent, "--pipeline", bundle],
                    ["extract", absent, "--pipeline", bundle, "--output", folder.appending(path: "arrays").path],
                    ["model", "quantize", absent, "--pipeline", bundle],
                ] {
                    try Self.refused(arguments, 78, "is a bundle for images")
                    try Self.refused(arguments, 78, "gantry model predict")
                }
                #expect(folder.everythingBelow.allSatisfy { $0.hasPrefix("image-bundle") })
            }
        }
    }
}
