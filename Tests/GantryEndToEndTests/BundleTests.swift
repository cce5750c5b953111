import Foundation
import Testing

extension EndToEnd {
    /// A network that was trained elsewhere becomes a bundle, is proven, signed and trusted.
    @Suite struct `Bundles` {
        private static let fixtures = Executable.packageFolder.appending(path: "Tests/GantryWeightImportTests/Golden")
        private static let goldens = Executable.packageFolder.appending(path: "Tests/GantryInferenceTests/Golden")
        /// ResNet of make_golden.py's `bottleneck-width8-odd`, saved by PyTorch.
        private static let model = fixtures.appending(path: "bottleneck.pth").path

        private static func create(_ bundle: String, _ more: [String] = []) -> [String] {
            let own = [
                "bundle", "create", bundle, "--model", model, "--classes", "negative,covid19,other", "--positive-class",
                "covid19", "--window", "-600,1500", "--stride", "v1.5",
            ]
            return own + (more.contains("--input-convention") ? [] : ["--input-convention", "torch"]) + more
        }

        private static func made(in folder: URL, _ more: [String] = []) throws -> String {
            let bundle = folder.appending(path: "my-bundle").path
            let end = try Executable.run(create(bundle, more))
            try #require(end.status == 0, "\(end.description)")
            return bundle
        }

        /// Four images of make_golden.py's network and what the network makes of them, by the files' own command.
        private static func arrays(in folder: URL) throws -> (input: String, output: String) {
            let (input, output) = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
            let values = (0..<4 * 3 * 64 * 64).map { (index: Int) -> Float in Float(index * 7919 % 1009) / 504.5 - 1 }
            try NPYArray.file(shape: [4, 3, 64, 64], floats: values).write(to: input)
            let end = try Executable.run(
                ["model", "run", model, "--stride", "v1.5", "--input", input.path, "--output", output.path])
            try #require(end.status == 0, "\(end.description)")
            return (input.path, output.path)
        }

        @Test func `create makes a whole bundle, with everything in it listed, that verifies and scores`() throws {
            try RunFolder.use { folder in
                let bundle = try Self.made(in: folder.url)
                let files = try FileManager.default.contentsOfDirectory(atPath: bundle).sorted()
                #expect(files == ["MODEL_CARD.md", "SHA256SUMS", "model.safetensors", "pipeline.yaml"])
                _ = try Tools.shell("cd \"$1\" && sha256sum --check --strict --quiet SHA256SUMS", bundle)
                let end = try Executable.run(["bundle", "verify", bundle, "--json"])
                #expect(end.status == 0, "\(end.description)")
                let checks = try #require(try end.lines(of: "bundle-verification").first)
                #expect(checks["passed"].flag == true)
                let card = try String(contentsOfFile: bundle + "/MODEL_CARD.md", encoding: .utf8)
                #expect(
                    card.contains("Research use only") && card.contains("Stride on the 3x3 (v1.5), as --stride says."))

                try SmallStudies.copy(1, to: folder.input)
                let ingest = try Executable.run(folder.ingest(bundle: bundle))
                #expect(ingest.status == 0, "\(ingest.description)")
                #expect(try folder.reports().count == 1)
            }
        }

        @Test func `a network of one channel is scored with one window`() throws {
            try RunFolder.use { folder in
                let model = folder.url.appending(path: "grey.safetensors").path
                _ = try Tools.shell(
                    "tar -xf \"$1\" -C \"$2\" resnet18-grey/model.safetensors resnet18-grey/golden.json && mv "
                        + "\"$2/resnet18-grey/model.safetensors\" \"$3\"",
                    Self.fixtures.appending(path: "family.tar.xz").path, folder.url.path, model)
                let golden = try JSON(contentsOf: folder.url.appending(path: "resnet18-grey/golden.json"))
                let classes = golden["logits"].list.indices.map { "c\($0)" }
                let bundle = folder.url.appending(path: "grey").path
                func create(_ normalisation: [String]) -> [String] {
                    [
                        "bundle", "create", bundle, "--model", model, "--classes", classes.joined(separator: ","),
                        "--positive-class", "c1", "--window", "-600,1500",
                    ] + normalisation
                }
                let torch = try Executable.run(create(["--input-convention", "torch"]))
                #expect(torch.status == 64 && torch.errors.contains("one channel"), "\(torch.description)")
                let end = try Executable.run(create(["--mean", "0.5", "--standard-deviation", "0.25"]))
                try #require(end.status == 0, "\(end.description)")
                try SmallStudies.copy(1, to: folder.input)
                let ingest = try Executable.run(folder.ingest(bundle: bundle))
                #expect(ingest.status == 0, "\(ingest.description)")
            }
        }

        @Test func `what cannot be told from a file is asked for`() throws {
            try TemporaryFolder.use { folder in
                let bundle = folder.appending(path: "b").path
                let noStride = Self.create(bundle).filter { $0 != "--stride" && $0 != "v1.5" }
                let stride = try Executable.run(noStride)
                #expect(stride.status == 64 && stride.errors.contains("--stride v1.5"), "\(stride.description)")
                let noConvention = Self.create(bundle).filter { $0 != "--input-convention" && $0 != "torch" }
                let convention = try Executable.run(noConvention)
                #expect(convention.status == 64 && convention.errors.contains("caffe"), "\(convention.description)")
                let inspect = try Executable.run(["model", "inspect", Self.model])
                #expect(inspect.status == 64 && inspect.errors.contains("--stride"), "\(inspect.description)")
                #expect(!FileManager.default.fileExists(atPath: bundle))
            }
        }

        @Test func `a wrong number of classes, a folder that is there, and bad weights make nothing`() throws {
            try TemporaryFolder.use { folder in
                let bundle = folder.appending(path: "b").path
                var two = Self.create(bundle)
                two[two.firstIndex(of: "negative,covid19,other") ?? 0] = "negative,covid19"
                let classes = try Executable.run(two)
                #expect(classes.status == 65 && classes.errors.contains("3 outputs"), "\(classes.description)")
                var other = Self.create(bundle)
                other[other.firstIndex(of: Self.model) ?? 0] = Self.fixtures.appending(path: "whole-module.pt").path
                let bad = try Executable.run(other)
                #expect(bad.status == 65 && bad.errors.contains("whole-module.pt"), "\(bad.description)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
                try FileManager.default.createDirectory(atPath: bundle, withIntermediateDirectories: true)
                #expect(try Executable.run(Self.create(bundle)).status == 73)
            }
        }

        @Test func `caffe's channels come blue first: means and windows in the network's order`() throws {
            try TemporaryFolder.use { folder in
                let bundle = folder.appending(path: "b").path
                let arguments =
                    Self.create(bundle, ["--input-convention", "caffe"]) + [
                        "--window", "-400,700", "--window", "40,400",
                    ]
                let end = try Executable.run(arguments)
                try #require(end.status == 0, "\(end.description)")
                let yaml = try String(contentsOfFile: bundle + "/pipeline.yaml", encoding: .utf8)
                let windows = yaml.matches(of: /center: (-?\d+), width: (\d+)/).prefix(3).map { "\($0.1),\($0.2)" }
                #expect(windows == ["40,400", "-400,700", "-600,1500"])
                let mean = try #require(yaml.firstMatch(of: /mean: \[([0-9.]+), ([0-9.]+), ([0-9.]+)\]/))
                #expect(Double(mean.1).map { abs($0 - 103.939 / 255) < 1e-12 } == true)
                #expect(Double(mean.3).map { abs($0 - 123.68 / 255) < 1e-12 } == true)
            }
        }

        @Test func `a golden pair proves a bundle, and another stride does not pass`() throws {
            try TemporaryFolder.use { folder in
                let (input, output) = try Self.arrays(in: folder)
                let bundle = try Self.made(in: folder, ["--input-size", "64", "--golden", input, output])
                let card = try String(contentsOfFile: bundle + "/MODEL_CARD.md", encoding: .utf8)
                #expect(card.contains("4 images: every logit is the framework's"))
                let good = try Executable.run(["bundle", "verify", bundle, "--golden", input, output])
                #expect(
                    good.status == 0 && good.output.contains("every logit is the framework's"), "\(good.description)")

                // The same weights with the stride elsewhere compute something else: no bundle is made, and one that is
                // says so.
                let wrong = folder.appending(path: "wrong").path
                var arguments = Self.create(wrong, ["--input-size", "64", "--golden", input, output])
                arguments[arguments.firstIndex(of: "v1.5") ?? 0] = "v1"
                let refused = try Executable.run(arguments)
                #expect(refused.status == 65 && refused.errors.contains("--stride"), "\(refused.description)")
                #expect(
                    refused.errors.contains("with --stride v1.5 these weights make Y") && !refused.errors.contains("?"),
                    "\(refused.errors)")
                #expect(!FileManager.default.fileExists(atPath: wrong))
                let unproven = arguments.filter { !["--golden", input, output].contains($0) }
                try #require(try Executable.run(unproven).status == 0)
                let bad = try Executable.run(["bundle", "verify", wrong, "--golden", input, output])
                #expect(bad.status == 78 && bad.output.contains("a logit differs"), "\(bad.description)")
                // Arrays that do not belong to the network are bad data.
                let misshapen = try Executable.run(["bundle", "verify", bundle, "--golden", input, input])
                #expect(misshapen.status == 78 && misshapen.output.contains("[4, 3]"), "\(misshapen.description)")
            }
        }

        @Test func `a proof is of the weights that it was made with, and is told and taken out where others lie there`()
            throws
        {
            try TemporaryFolder.use { folder in
                let (input, output) = try Self.arrays(in: folder)
                let bundle = try Self.made(in: folder, ["--input-size", "64", "--golden", input, output])
                let model = URL(filePath: bundle + "/model.safetensors")
                let (cardFile, yaml) = (bundle + "/MODEL_CARD.md", URL(filePath: bundle + "/pipeline.yaml"))
                func card() throws -> String { try String(contentsOfFile: cardFile, encoding: .utf8) }
                func verify() throws -> (status: Int32, words: String) {
                    let end = try Executable.run(["bundle", "verify", bundle])
                    return (end.status, end.output.split(whereSeparator: \.isWhitespace).joined(separator: " "))
                }
                let proven = try verify()
                #expect(proven.status == 0 && proven.words.contains("✓ proof the one in MODEL_CARD.md"), "\(proven)")

                // Other weights, with their digest in the definition, as somebody does by hand.
                let weights = try Data(contentsOf: model)
                try (weights.dropLast() + Data([weights[weights.count - 1] ^ 1])).write(to: model)
                let digest = try Tools.shell("sha256sum < \"$1\" | cut -c1-64 | tr -d '\\n'", model.path)
                try String(contentsOf: yaml, encoding: .utf8)
                    .replacing(#/\n  sha256: .*/#, with: "\n  sha256: \"\(digest)\"")
                    .write(to: yaml, atomically: true, encoding: .utf8)
                try FileManager.default.removeItem(atPath: bundle + "/SHA256SUMS")
                let foreign = try verify()
                #expect(
                    foreign.status == 78 && foreign.words.contains("✗ proof the proof in MODEL_CARD.md")
                        && foreign.words.contains("made with other weights"), "\(foreign)")
                let key = folder.appending(path: "own.pem").path
                try #require(
                    try Executable.run(["bundle", "key", key, folder.appending(path: "own.pub").path]).status == 0)
                let unsigned = try Executable.run(["bundle", "sign", bundle, "--key", key])
                #expect(
                    unsigned.status == 78 && unsigned.errors.contains("made with other weights"),
                    "\(unsigned.description)")
                #expect(!FileManager.default.fileExists(atPath: bundle + "/SHA256SUMS.sig"))
                let sealed = try Executable.run(["bundle", "seal", bundle])
                #expect(sealed.status == 0 && sealed.errors.contains("is taken out"), "\(sealed.description)")
                #expect(try card().contains("| proof | none yet") && !card().contains("every logit"))
                let unproven = try verify()
                #expect(unproven.status == 0 && !unproven.words.contains("proof"), "\(unproven)")
                #expect(try Executable.run(["bundle", "sign", bundle, "--key", key]).status == 0)

                // A proof that does not name its weights is remarked on, and left.
                try card().replacing(#/\| proof \| .*/#, with: "| proof | 4 images: every logit is the framework's |")
                    .write(toFile: cardFile, atomically: true, encoding: .utf8)
                let resealed = try Executable.run(["bundle", "seal", bundle])
                #expect(
                    resealed.status == 0 && resealed.errors.contains("does not say with which weights"),
                    "\(resealed.description)")
                #expect(try card().contains("| proof | 4 images: every logit is the framework's |"))
                let unnamed = try verify()
                #expect(
                    unnamed.status == 0 && unnamed.words.contains("– proof the proof in MODEL_CARD.md does not say"),
                    "\(unnamed)")
            }
        }

        @Test func `a golden pair of another size than the bundle scores proves nothing, and is refused`() throws {
            try TemporaryFolder.use { folder in
                let (input, output) = try Self.arrays(in: folder)
                let bundle = folder.appending(path: "b").path
                let create = try Executable.run(Self.create(bundle, ["--golden", input, output]))
                let words = "has images of 64x64, but the bundle scores 224x224"
                #expect(create.status == 65 && create.errors.contains(words), "\(create.description)")
                #expect(!FileManager.default.fileExists(atPath: bundle))
                try #require(try Executable.run(Self.create(bundle)).status == 0)
                let verify = try Executable.run(["bundle", "verify", bundle, "--golden", input, output])
                let said = verify.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(verify.status == 78 && said.contains(words), "\(verify.description)")
            }
        }

        @Test func `with a trusted key, an unsigned, altered or foreign bundle is refused by every command`() throws {
            try RunFolder.use { folder in
                let bundle = try Self.made(in: folder.url)
                func path(_ name: String) -> String { folder.url.appending(path: name).path }
                try #require(try Executable.run(["bundle", "key", path("own.pem"), path("own.pub")]).status == 0)
                #expect(try Executable.run(["bundle", "key", path("own.pem"), path("x.pub")]).status == 73)
                let mode = try FileManager.default.attributesOfItem(atPath: path("own.pem"))[.posixPermissions] as? Int
                #expect(mode == 0o600)
                try SmallStudies.copy(1, to: folder.input)
                let trusting = folder.ingest(bundle: bundle) + ["--trust", path("own.pub")]
                func refused(_ arguments: [String], _ words: String, _ environment: [String: String] = [:]) throws {
                    let end = try Executable.run(arguments, environment: environment)
                    #expect(end.status == 78 && end.errors.contains(words), "\(arguments): \(end.description)")
                }

                try refused(trusting, "not signed")
                try refused(folder.ingest(bundle: bundle), "not signed", ["GANTRY_TRUST": path("own.pub")])
                try refused(folder.ingest(bundle: bundle), "is set and names no key", ["GANTRY_TRUST": ""])
                #expect(!folder.store.exists)

                let sign = try Executable.run(["bundle", "sign", bundle, "--key", path("own.pem")])
                try #require(sign.status == 0, "\(sign.description)")
                // Another implementation of Ed25519 agrees.
                _ = try Tools.shell(
                    "openssl pkeyutl -verify -pubin -inkey \"$1\" -rawin -in \"$2/SHA256SUMS\" -sigfile "
                        + "\"$2/SHA256SUMS.sig\"",
                    path("own.pub"), bundle)
                let scored = try Executable.run(trusting)
                #expect(scored.status == 0, "\(scored.description)")
                let verified = try Executable.run(["bundle", "verify", bundle, "--trust", path("own.pub")])
                #expect(
                    verified.status == 0 && verified.output.contains("made by a trusted key"), "\(verified.description)"
                )

                // Another's key; openssl's keys are read too.
                _ = try Tools.shell(
                    "openssl genpkey -algorithm ed25519 -out \"$1\" 2>/dev/null && openssl pkey -in \"$1\" -pubout "
                        + "-out \"$2\"",
                    path("other.pem"), path("other.pub"))
                try refused(folder.ingest(bundle: bundle) + ["--trust", path("other.pub")], "no trusted key")
                try #require(
                    try Executable.run(trusting + ["--trust", path("other.pub")]).status == 0)

                // One threshold, one extra file, one byte of the card.
                let yaml = URL(filePath: bundle + "/pipeline.yaml")
                let text = try String(contentsOf: yaml, encoding: .utf8)
                try text.replacing(#/positive-from: .*/#, with: "positive-from: 0.9").write(
                    to: yaml, atomically: true, encoding: .utf8)
                try refused(trusting, "pipeline.yaml is altered")
                try refused(["model", "inspect", bundle, "--trust", path("own.pub")], "pipeline.yaml is altered")
                try text.write(to: yaml, atomically: true, encoding: .utf8)
                let extra = URL(filePath: bundle + "/notes.txt")
                try Data("x".utf8).write(to: extra)
                try refused(trusting, "notes.txt is not listed")
                try FileManager.default.removeItem(at: extra)
                let model = URL(filePath: bundle + "/model.safetensors")
                let weights = try Data(contentsOf: model)
                try (weights.dropLast() + Data([weights[weights.count - 1] ^ 1])).write(to: model)
                try refused(trusting, "not the model that pipeline.yaml names")
                try weights.write(to: model)
                let card = URL(filePath: bundle + "/MODEL_CARD.md")
                try (Data(contentsOf: card) + Data(" ".utf8)).write(to: card)
                try refused(trusting, "MODEL_CARD.md is altered")
                for arguments in [
                    ["watch", folder.input.path, "--once"] + folder.options(bundle: bundle),
                    ["model", "run", bundle, "--input", "x.npy", "--output", path("y.npy")],
                    ["model", "diff", bundle, Self.model, "--stride", "v1.5"],
                    ["model", "quantize", folder.input.path, "--pipeline", bundle],
                ] {
                    try refused(arguments + ["--trust", path("own.pub")], "MODEL_CARD.md is altered")
                }
                // What was changed is not signed unless somebody says that it is meant.
                try refused(["bundle", "sign", bundle, "--key", path("own.pem")], "gantry bundle seal")
                // Listing the files anew without the key takes the signature away.
                try #require(try Executable.run(["bundle", "seal", bundle]).status == 0)
                try refused(trusting, "not signed")
                let untrusting = try Executable.run(folder.ingest(bundle: bundle))
                #expect(untrusting.status == 0, "\(untrusting.description)")
            }
        }

        @Test func `a model that says another stride of itself than the pipeline is refused`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try Self.made(in: folder)
                let yaml = URL(filePath: bundle + "/pipeline.yaml")
                let text = try String(contentsOf: yaml, encoding: .utf8)
                try text.replacing("stride: v1.5", with: "stride: v1").write(
                    to: yaml, atomically: true, encoding: .utf8)
                let end = try Executable.run(["model", "inspect", bundle])
                #expect(end.status == 78 && end.errors.contains("the stride is v1.5"), "\(end.description)")
            }
        }

        @Test func `verify names everything that is wrong at once`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try Self.made(in: folder)
                let model = URL(filePath: bundle + "/model.safetensors")
                var bytes = try Data(contentsOf: model)
                bytes[bytes.count - 1] ^= 1
                try bytes.write(to: model)
                try Data("x".utf8).write(to: URL(filePath: bundle + "/extra"))
                let end = try Executable.run(["bundle", "verify", bundle])
                #expect(end.status == 78)
                for words in [
                    "not the model that pipeline.yaml names", "extra is not listed", "model.safetensors is altered",
                ] {
                    #expect(
                        end.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(words),
                        "\(end.description)")
                }
            }
        }

        @Test func `diff tells the same network in other tensors from another network`() throws {
            func path(_ name: String) -> String { Self.fixtures.appending(path: name).path }
            let same = try Executable.run(
                ["model", "diff", path("bottleneck.pth"), path("bottleneck-kept.onnx"), "--stride", "v1.5"])
            #expect(same.status == 0 && same.output.contains("every tensor has the same bits"), "\(same.description)")
            let folded = try Executable.run(
                [
                    "model", "diff", path("bottleneck.pth"), path("bottleneck-folded.onnx"), "--stride", "v1.5",
                    "--within",
                    "1e-5", "--json",
                ])
            #expect(folded.status == 0, "\(folded.description)")
            let report = try #require(try folded.lines(of: "model-difference").first)
            #expect(report["same"].flag == false)
            let half = try Executable.run(
                ["model", "diff", path("bottleneck-folded.onnx"), path("half.onnx"), "--within", "1e-6"])
            #expect(
                half.status == 65 && half.output.contains("tensors of the same name and shape differ"),
                "\(half.description)")
            let other = try Executable.run(
                ["model", "diff", path("bottleneck.pth"), path("basic-dynamo.onnx"), "--stride", "v1.5"])
            #expect(other.status == 0 && other.output.contains("different networks"), "\(other.description)")
        }

        @Test func `inspect of a bundle shows the shapes of its own input size`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try Self.made(in: folder, ["--input-size", "64"])
                let table = try Executable.run(["model", "inspect", bundle])
                #expect(table.status == 0 && table.output.contains("8x32x32"), "\(table.description)")
                #expect(table.output.contains("Shapes are those of an input of 64x64."))
                let json = try #require(
                    try Executable.run(["model", "inspect", bundle, "--json"]).lines(of: "model").first)
                #expect(json["inputSize"].integer == 64)
                #expect(json["layers"].list.first?["outputShape"].list.compactMap(\.integer) == [8, 32, 32])
                let file = try Executable.run(["model", "inspect", Self.model, "--stride", "v1.5"])
                #expect(file.output.contains("8x112x112") && file.output.contains("an input of 224x224"))
            }
        }

        @Test func `inspect names the numbers that convert refuses, of a file and of a bundle`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try Self.made(in: folder)
                let model = URL(filePath: bundle + "/model.safetensors")
                let whole = try Data(contentsOf: model)
                var spoilt = whole
                spoilt.replaceSubrange(spoilt.count - 4..<spoilt.count, with: [0, 0, 0xC0, 0x7F])
                let file = folder.appending(path: "spoilt.safetensors")
                try spoilt.write(to: file)
                for options in [[], ["--json"]] {
                    let end = try Executable.run(["model", "inspect", file.path] + options)
                    #expect(end.status == 65 && end.errors.contains("is nan"), "\(end.description)")
                    // What there is to see is shown all the same.
                    #expect(end.output.contains("layer3.0.conv3"), "\(end.description)")
                }
                let integers = folder.appending(path: "integers.safetensors")
                try Self.storingLastBiasAsInt64(whole).write(to: integers)
                let convert = try Executable.run(
                    ["model", "convert", integers.path, folder.appending(path: "out.safetensors").path])
                let inspect = try Executable.run(["model", "inspect", integers.path])
                for end in [convert, inspect] {
                    #expect(end.status == 65 && end.errors.contains("fc.bias as I64"), "\(end.description)")
                }

                try spoilt.write(to: model)
                let digest = try Tools.shell("sha256sum \"$1\" | cut -c1-64 | tr -d '\\n'", model.path)
                try BundleCopy.edit(bundle) { $0.replacing(#/(\n  sha256: ")[0-9a-f]{64}/#) { $0.1 + digest } }
                let end = try Executable.run(["model", "inspect", bundle])
                #expect(end.status == 78 && end.errors.contains("is nan"), "\(end.description)")
            }
        }

        /// A safetensors file with `fc.bias` in twice the bytes, at the end.
        private static func storingLastBiasAsInt64(_ file: Data) throws -> Data {
            let count = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            var header = try JSONSerialization.jsonObject(with: file[8..<8 + count]) as? [String: Any] ?? [:]
            var values = Data()
            for name in header.keys.sorted() where name != "__metadata__" {
                var entry = header[name] as? [String: Any] ?? [:]
                let offsets = try #require(entry["data_offsets"] as? [Int])
                let start = values.count
                if name == "fc.bias" {
                    entry["dtype"] = "I64"
                    values += Data(count: 2 * (offsets[1] - offsets[0]))
                } else {
                    values += file[8 + count + offsets[0]..<8 + count + offsets[1]]
                }
                entry["data_offsets"] = [start, values.count]
                header[name] = entry
            }
            let text = try JSONSerialization.data(withJSONObject: header)
            return Data((0..<8).map { UInt8(text.count >> (8 * $0) & 0xFF) }) + text + values
        }

        @Test func `what a bundle's definition says is not contradicted on the command line`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try Self.made(in: folder)
                func refused(_ bundle: String, _ options: String..., words: String) throws {
                    let end = try Executable.run(["model", "inspect", bundle] + options)
                    #expect(end.status == 64 && end.errors.contains(words), "\(options): \(end.description)")
                }
                try refused(bundle, "--batch-norm-epsilon", "0.001", words: "pipeline.yaml says 1e-05")
                try refused(bundle, "--stride", "v1", words: "pipeline.yaml says v1.5")
                let same = try Executable.run(
                    ["model", "inspect", bundle, "--batch-norm-epsilon", "1e-5", "--stride", "v1.5"])
                #expect(same.status == 0, "\(same.description)")
                let basic = Self.fixtures.appending(path: "basic-dynamo.onnx").path
                let end = try Executable.run(["model", "inspect", basic, "--stride", "v1"])
                #expect(end.status == 65 && end.errors.contains("its blocks are basic ones"), "\(end.description)")
                let own = try SmallBundle.make(in: folder)
                try refused(own, "--stride", "v1", words: "its blocks are basic ones")
            }
        }

        @Test func `inspect shows the table, and one block as PyTorch prints it`() throws {
            let table = try Executable.run(["model", "inspect", Self.model, "--stride", "v1.5"])
            #expect(table.status == 0, "\(table.description)")
            #expect(table.output.contains("bottlenecks 1+2+1, base width 8"))
            #expect(
                table.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
                    "– bn3 + downsample.1"))
            #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
            let block = try Executable.run(["model", "inspect", Self.model, "--stride", "v1.5", "--block", "layer2.0"])
            #expect(
                block.output.hasPrefix(
                    "Bottleneck(\n  (conv1): Conv2d(32, 16, kernel_size=(1, 1), stride=(1, 1), bias=False)"))
            let absent = try Executable.run(["model", "inspect", Self.model, "--stride", "v1.5", "--block", "layer9.0"])
            #expect(absent.status == 64 && absent.errors.contains("layer1.0 to layer3.0"), "\(absent.description)")
        }

        @Test
        func `weights are fetched, checked and converted; an unreachable address ends with 75, another file with 65`()
            throws
        {
            try TemporaryFolder.use { folder in
                let script = Executable.packageFolder.appending(path: "Scripts/weights.sh").path
                func run(_ url: String, _ sha256: String) throws -> ProcessEnd {
                    try RunningProcess(
                        "/bin/sh", [script, Executable.path, folder.appending(path: "weights").path],
                        environment: ["WEIGHTS_URL": url, "WEIGHTS_SHA256": sha256]
                    ).finish()
                }
                let digest = try Tools.shell("sha256sum \"$1\" | cut -c1-64 | tr -d '\\n'", Self.model)
                let absent = try run("file:///nowhere/at/all.pth", digest)
                #expect(absent.status == 75 && absent.errors.contains("cannot be had"), "\(absent.description)")
                let other = try run("file://" + Self.model, String(repeating: "0", count: 64))
                #expect(other.status == 65 && other.errors.contains(digest), "\(other.description)")
                let good = try run("file://" + Self.model, digest)
                #expect(good.status == 0, "\(good.description)")
                #expect(folder.appending(path: "weights/resnet50.safetensors").exists)
                let left = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "weights").path)
                #expect(left.sorted() == ["bottleneck.pth", "resnet50.safetensors"])
            }
        }
    }
}
