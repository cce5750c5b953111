import Foundation
import Testing

extension EndToEnd {
    /// Networks whose outputs are labels: one output, as BCEWithLogitsLoss trains it, and several.
    @Suite struct `Sigmoids` {
        @Test(arguments: [0, 1], ["logits.npy", "probabilities.npy"])
        func `create and verify prove them against PyTorch, from tensors and from Hounsfield units`(
            network: Int, output: String
        ) throws {
            let network = SigmoidBundle.all[network]
            try TemporaryFolder.use { folder in
                let pair = ["--golden", try network.file("x.npy", in: folder), try network.file(output, in: folder)]
                let golden = try pair + network.goldenHU(in: folder)
                let bundle = try network.make(in: folder, golden)
                let card = try String(contentsOfFile: bundle + "/MODEL_CARD.md", encoding: .utf8)
                #expect(card.contains("| labels | \(network.labels.joined(separator: ", ")); positive: covid19; each"))
                #expect(card.contains("| whole way | `gantry bundle create --golden-hu`: 3 slices: every probability"))
                let yaml = try String(contentsOfFile: bundle + "/pipeline.yaml", encoding: .utf8)
                #expect(yaml.contains("  activation: sigmoid\n") || yaml.contains("  activation: sigmoid "))

                let verified = try Executable.run(["bundle", "verify", bundle, "--json"] + golden)
                #expect(verified.status == 0, "\(verified.description)")
                let checks = try #require(try verified.lines(of: "bundle-verification").first)["checks"].list
                for name in ["proof", "whole way", "golden", "golden-hu"] {
                    let check = checks.first { $0["name"].text == name }
                    #expect(check?["outcome"].text == "passed", "\(name): \(verified.description)")
                }
                let what = output == "logits.npy" ? "every logit is" : "every probability is the framework's behind its"
                #expect(verified.output.contains(what), "\(verified.description)")
            }
        }

        @Test(arguments: [0, 1]) func `run gives raw logits, PyTorch's`(network: Int) throws {
            let network = SigmoidBundle.all[network]
            try TemporaryFolder.use { folder in
                let bundle = try network.make(in: folder)
                let y = folder.appending(path: "y.npy")
                let end = try Executable.run(
                    ["model", "run", bundle, "--input", network.file("x.npy", in: folder), "--output", y.path])
                #expect(end.status == 0, "\(end.description)")
                let logits = try NPYArray(contentsOf: URL(filePath: network.file("logits.npy", in: folder)))
                let found = try NPYArray(contentsOf: y)
                #expect(found.shape == logits.shape && found.shape == [3, network.labels.count])
                // Float32 against float64, over logits of about 1.
                for (one, other) in zip(found.floats, logits.floats) { #expect(abs(one - other) < 1e-5) }
            }
        }

        @Test(arguments: [0, 1]) func `studies are scored, judged by the positive label, and reported`(
            network: Int
        ) throws {
            let network = SigmoidBundle.all[network]
            try RunFolder.use { folder in
                let bundle = try network.make(in: folder.url)
                try SmallStudies.copy(2, to: folder.input)
                let ingest = try Executable.run(folder.ingest(bundle: bundle))
                #expect(ingest.status == 0, "\(ingest.description)")
                let reports = try folder.reports()
                #expect(reports.count == 2)
                for report in reports.values {
                    #expect(report["classes"].list.compactMap(\.text) == network.labels)
                    #expect(report["positiveClass"].text == "covid19")
                    #expect(report["provenance"]["activation"].text == "sigmoid")
                    let rows = report["slices"].list.map { $0["probabilities"].list.compactMap(\.number) }
                    let scored = rows.filter { !$0.isEmpty }
                    #expect(scored.count > 4 && scored.allSatisfy { $0.count == network.labels.count })
                    #expect(scored.contains { abs($0.reduce(0, +) - 1) > 0.01 }, "a softmax adds up to 1")
                    // The study's number is the mean of the three highest of the positive label's.
                    let index = try #require(network.labels.firstIndex(of: "covid19"))
                    let highest = scored.map { $0[index] }.sorted(by: >)
                    let used = try #require(report["verdict"]["effectiveK"].integer)
                    let mean = highest.prefix(used).reduce(0, +) / Double(used)
                    #expect(report["verdict"]["probability"].number.map { abs($0 - mean) < 1e-12 } == true)
                }
                let page = try #require(folder.output.filesBelow.first { $0.lastPathComponent == "report.html" })
                let text = try String(contentsOf: page, encoding: .utf8)
                let isOne = network.labels.count == 1
                #expect(text.contains(isOne ? ">Label<" : ">Labels<") && !text.contains(">Classes<"))
                #expect(text.contains("one of 3 labels, any number of which may hold") == !isOne)
                let status = try Executable.run(["status", "--store", folder.store.path])
                #expect(status.status == 0, "\(status.description)")

                // Only the positive label's probabilities are ranked.
                let truth = folder.url.appending(path: "truth.csv")
                let rows = reports.sorted { $0.key < $1.key }.enumerated().flatMap { number, entry in
                    entry.value["slices"].list.compactMap { $0["sopInstanceUID"].text }
                        .map { "\(entry.key),\($0),\(number),\(number)" }
                }
                let header = "study_instance_uid,sop_instance_uid,positive_slice,positive_study"
                try ([header] + rows).joined(separator: "\n").write(to: truth, atomically: true, encoding: .utf8)
                let evaluate = try Executable.run(
                    ["evaluate", "--truth", truth.path, "--store", folder.store.path, "--json"])
                #expect(evaluate.status == 0, "\(evaluate.description)")
                let figures = try #require(try evaluate.lines(of: "evaluation").first)
                #expect(figures["studies"].integer == 2 && figures["studyAUC"].number != nil)
                #expect(figures["slices"].integer.map { $0 > 8 } == true)
            }
        }

        @Test func `in bf16 and in 8 bits the labels are those of f32`() throws {
            let network = SigmoidBundle.several
            try RunFolder.use { folder in
                let bundle = try network.make(in: folder.url)
                try SmallStudies.copy(2, to: folder.input)
                let quantize = try Executable.run(
                    ["model", "quantize", folder.input.path, "--pipeline", bundle, "--calibration-slices", "8"])
                #expect(quantize.status == 0, "\(quantize.description)")
                #expect(quantize.output.contains("slices with the same labels (probability 0.5 or more): "))
                func scores(_ precision: String) throws -> [[Double]] {
                    let file = URL(filePath: bundle + "/pipeline.yaml")
                    let text = try String(contentsOf: file, encoding: .utf8)
                    try text.replacing(#/precision: [a-z0-9]+/#, with: "precision: \(precision)")
                        .write(to: file, atomically: true, encoding: .utf8)
                    let run = RunFolder(url: folder.url.appending(path: precision))
                    try FileManager.default.createDirectory(at: run.url, withIntermediateDirectories: true)
                    let end = try Executable.run(["ingest", folder.input.path] + run.options(bundle: bundle))
                    try #require(end.status == 0, "\(end.description)")
                    return try run.reports().sorted { $0.key < $1.key }.flatMap { _, report in
                        report["slices"].list.map { $0["probabilities"].list.compactMap(\.number) }
                    }
                }
                let exact = try scores("f32")
                for precision in ["bf16", "int8"] {
                    let other = try scores(precision)
                    #expect(other.count == exact.count)
                    let differences = zip(exact, other).flatMap { zip($0, $1).map { abs($0 - $1) } }
                    // Eight bits of a weight or a map; a softmax of the same logits is 0.1 and more away.
                    #expect(differences.reduce(0, max) < 0.1, "\(precision)")
                }
            }
        }

        @Test func `what one output means is asked for, in one sentence`() throws {
            try TemporaryFolder.use { folder in
                func refused(_ network: SigmoidBundle, _ more: [String], _ status: Int32, _ words: String...) throws {
                    let bundle = folder.appending(path: "b").path
                    let end = try Executable.run(network.create(bundle, in: folder, SigmoidBundle.seeing + more))
                    #expect(end.status == status && end.output.isEmpty, "\(more): \(end.description)")
                    for word in words { #expect(end.errors.contains(word), "\(more): \(end.description)") }
                    #expect(!FileManager.default.fileExists(atPath: bundle) && !end.errors.contains("pipeline.yaml:"))
                }
                let (one, several) = (SigmoidBundle.one, SigmoidBundle.several)
                let two = SigmoidBundle(
                    name: "one", labels: ["negative", "covid19"], positive: "covid19", conventions: [])
                let asked = "Say --activation sigmoid, and name that class alone: --classes covid19 --positive-class"
                try refused(one, [], 64, "model.pth: its last layer has one output", asked)
                try refused(one, ["--activation", "softmax"], 64, "a softmax of it is 1 whatever the image", asked)
                try refused(two, ["--activation", "sigmoid"], 64, asked)
                try refused(one, ["--activation", "relu"], 64, "softmax", "sigmoid")
                let x = try several.file("x.npy", in: folder)
                let probabilities = try several.file("probabilities.npy", in: folder)
                try refused(
                    several, ["--golden", x, probabilities], 64, "its numbers are probabilities, not logits",
                    "--activation softmax", "By their numbers it is the sigmoid.")
                try refused(
                    several, ["--activation", "softmax", "--golden", x, probabilities], 65,
                    "Y is what a sigmoid makes of this network's logits")
                // Made with a softmax, which is the default: the whole way shows it.
                try refused(several, try several.goldenHU(in: folder), 65, "the golden run has a sigmoid")
            }
        }

        @Test func `of pictures the labels are told that hold`() throws {
            try TemporaryFolder.use { folder in
                for network in SigmoidBundle.all {
                    let bundle = folder.appending(path: "pictures-" + network.name).path
                    let create = try Executable.run(
                        network.create(
                            bundle, in: folder,
                            ["--input", "images", "--input-convention", "torch", "--activation", "sigmoid"]))
                    try #require(create.status == 0, "\(create.description)")
                    try Pictures.write(2, to: folder.appending(path: "pictures"), side: 64)
                    let pictures = folder.appending(path: "pictures").path
                    let end = try Executable.run(["model", "predict", bundle, pictures, "--json"])
                    #expect(end.status == 0, "\(end.description)")
                    let lines = try end.lines(of: "prediction")
                    #expect(lines.count == 4)
                    for line in lines {
                        #expect(line["class"] == .null)
                        let probabilities = network.labels.map { line["probabilities"][$0].number ?? .nan }
                        let holding = zip(network.labels, probabilities).filter { $0.1 >= 0.5 }.map(\.0)
                        #expect(line["labels"].list.compactMap(\.text) == holding, "\(line)")
                        let finding = line["finding"].text
                        let positive = line["probabilities"]["covid19"].number ?? .nan
                        #expect(
                            finding == (positive < 0.4 ? "negative" : positive >= 0.6 ? "positive" : "indeterminate"))
                    }
                    let table = try Executable.run(["model", "predict", bundle, pictures])
                    let header = table.output.split(separator: "\n").first ?? ""
                    #expect(header.contains(network.labels.count == 1 ? " label " : " labels "), "\(table.output)")
                    #expect(header.contains("judged") == (network.labels.count == 1), "\(table.output)")
                    let golden = try Executable.run(["bundle", "verify", bundle] + network.goldenHU(in: folder))
                    #expect(golden.status == 78 && golden.output.contains("--golden-hu is for CT"))
                }
            }
        }

        @Test func `a training that begins with labels learns a new last layer, behind a softmax`() throws {
            try TemporaryFolder.use { folder in
                let bundle = folder.appending(path: "labels-for-training").path
                let network = SigmoidBundle(
                    name: "labels", labels: ["high", "low", "none"], positive: "low",
                    conventions: ["--stride", "v1.5"])
                let create = try Executable.run(
                    network.create(
                        bundle, in: folder,
                        ["--input", "images", "--input-convention", "torch", "--activation", "sigmoid"]))
                try #require(create.status == 0, "\(create.description)")
                try Pictures.write(8, to: folder.appending(path: "pictures"), side: 64)
                let trained = folder.appending(path: "trained").path
                let end = try Executable.run([
                    "train", "--images", folder.appending(path: "pictures").path, "--model", bundle, "--output",
                    trained,
                    "--epochs", "1", "--batch", "4", "--seed", "1",
                ])
                #expect(end.status == 0, "\(end.description)")
                let yaml = try String(contentsOfFile: trained + "/pipeline.yaml", encoding: .utf8)
                #expect(!yaml.contains("activation: sigmoid") && yaml.contains(#"classes: ["high", "low"]"#), "\(yaml)")
            }
        }
    }
}
