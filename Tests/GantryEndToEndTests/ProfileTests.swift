import Foundation
import Testing

extension EndToEnd {
    /// What a network's training data look like to it: kept by `gantry train` and `gantry model profile`, and what is
    /// unlike it told apart.
    @Suite struct `Unlike the training data` {
        private static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

        private static func reports(_ folder: URL) throws -> [JSON] {
            try folder.filesBelow.filter { $0.lastPathComponent == "report.json" }
                .sorted { $0.path < $1.path }.map { try JSON(contentsOf: $0) }
        }

        /// Phantoms, and a copy of the small bundle that has seen them.
        private static func profiled(in folder: URL) throws -> (studies: URL, truth: URL, bundle: URL) {
            let cohort = try LabelledCohort.shared()
            let bundle = folder.appending(path: "bundle")
            try FileManager.default.copyItem(atPath: cohort.bundle, toPath: bundle.path)
            let end = try Executable.run(["model", "profile", bundle.path, "--studies", cohort.studies.path, "--json"])
            try #require(end.status == 0, "\(end.description)")
            let rows = try #require(try end.lines(of: "profile").first)["profiles"].list
            #expect(rows.first?["precision"].text == "f32")
            for row in rows {
                #expect(row["fitted"].integer ?? 0 >= 40 && row["heldOut"].integer ?? 0 >= 10)
                #expect(row["quantileDistances"].list.count == 6)
            }
            return (cohort.studies, cohort.truth, bundle)
        }

        private static func ingest(_ studies: URL, _ bundle: URL, in folder: URL, _ name: String) throws -> URL {
            let output = folder.appending(path: name)
            let end = try Executable.run([
                "ingest", studies.path, "--pipeline", bundle.path, "--store", output.path + ".sqlite", "--output",
                output.path, "--smallest-free-gb", "0",
            ])
            try #require(end.status == 0, "\(end.description)")
            return output
        }

        private static func evaluation(_ folder: URL, _ name: String, truth: URL) throws -> JSON {
            let store = folder.appending(path: name + ".sqlite").path
            let end = try Executable.run(["evaluate", "--store", store, "--truth", truth.path, "--json"])
            return try #require(try end.lines(of: "evaluation").first, "\(end.description)")
        }

        @Test func `the studies that a network knows are like them, seen through another window they are not`() throws {
            try TemporaryFolder.use { folder in
                let (studies, truth, bundle) = try Self.profiled(in: folder)
                let verified = try Executable.run(["bundle", "verify", bundle.path])
                #expect(
                    verified.status == 0 && verified.output.contains("of these weights in f32"),
                    "\(verified.description)")
                #expect(try Self.text(bundle.path + "/SHA256SUMS").contains("features.safetensors"))
                let card = try Self.text(bundle.path + "/MODEL_CARD.md")
                #expect(card.contains("## Distance to the training data"))

                let like = try Self.reports(try Self.ingest(studies, bundle, in: folder, "like"))
                #expect(like.count == 6)
                for report in like {
                    #expect(report["unlikeTraining"].text == "like")
                    let distances = report["slices"].list.filter { $0["reason"].text == "scored" }
                        .compactMap { $0["distance"].number }
                    #expect(distances.count == report["distances"]["measuredSlices"].integer)
                    #expect(distances.allSatisfy { $0 > 0 } && !distances.isEmpty)
                }
                let none = try Self.evaluation(folder, "like", truth: truth)["unlikeTraining"]
                #expect(none["count"].integer == 0 && none["all"].integer == 6)

                let file = bundle.path + "/pipeline.yaml"
                let other = try Self.text(file).replacing("center: -600, width: 1500", with: "center: 40, width: 400")
                try Data(other.utf8).write(to: URL(filePath: file))
                let output = try Self.ingest(studies, bundle, in: folder, "unlike")
                for report in try Self.reports(output) {
                    #expect(report["unlikeTraining"].text == "unlike")
                    #expect(report["verdict"]["finding"].text == "indeterminate")
                    let finding = report["qualityFindings"].list.first { $0["code"].text == "unlikeTraining" }
                    #expect(finding?["isFailure"].flag == true)
                    #expect(finding?["detail"].text?.contains("have a person read the study") == true)
                }
                let page = try #require(
                    output.filesBelow.first { $0.lastPathComponent == "report.html" }.map { try Self.text($0.path) })
                #expect(page.contains("Slices unlike the training data") && page.contains(", unlike</td>"))
                let all = try Self.evaluation(folder, "unlike", truth: truth)["unlikeTraining"]
                #expect(all["count"].integer == 6 && all["value"].number == 1)

                // Other thresholds, from the store alone, leave it what it is.
                let store = folder.appending(path: "unlike.sqlite").path
                let rules = try Executable.run([
                    "reaggregate", "--store", store, "--thresholds", "0,0", "--commit", "--output", output.path,
                ])
                try #require(rules.status == 0, "\(rules.description)")
                for report in try Self.reports(output) {
                    #expect(report["revision"].integer == 2 && report["unlikeTraining"].text == "unlike")
                    #expect(report["verdict"]["finding"].text == "indeterminate")
                }

                // Judged by other settings from the distances that are stored.
                let lenient = other.replacing("\njudging:\n", with: "\njudging:\n  largest-share-unlike: 1\n")
                #expect(lenient != other)
                try Data(lenient.utf8).write(to: URL(filePath: file))
                _ = try Self.ingest(studies, bundle, in: folder, "unlike")
                for report in try Self.reports(output) {
                    #expect(report["unlikeTraining"].text == "like" && report["revision"].integer == 3)
                    #expect(report["provenance"]["scoresFromStore"].flag == true)
                }
            }
        }

        @Test func `a bundle without a profile is not tested, and a profile changes no probability`() throws {
            try TemporaryFolder.use { folder in
                let cohort = try LabelledCohort.shared()
                let (studies, _, bundle) = try Self.profiled(in: folder)
                let before = try Self.reports(cohort.reports)
                #expect(before.allSatisfy { $0["unlikeTraining"].text == "notMeasured" && $0["distances"] == .null })
                let pages = cohort.reports.filesBelow.filter { $0.lastPathComponent == "report.html" }
                for page in pages {
                    #expect(try Self.text(page.path).contains("Distance not measured"))
                    #expect(try !Self.text(page.path).contains("Distance to training data"))
                }
                let after = try Self.reports(try Self.ingest(studies, bundle, in: folder, "with"))
                func verdicts(_ reports: [JSON]) -> [String: [JSON]] {
                    Dictionary(
                        reports.map {
                            (
                                $0["studyInstanceUID"].text ?? "",
                                [$0["verdict"], .list($0["slices"].list.map { $0["probabilities"] })]
                            )
                        }, uniquingKeysWith: { first, _ in first })
                }
                #expect(verdicts(after) == verdicts(before) && verdicts(after).count == 6)
                let digests = Set((before + after).compactMap { $0["provenance"]["judgingDigest"].text })
                #expect(digests.count == 1)
            }
        }

        @Test func `a file that is absent, altered or of another network is refused`() throws {
            try TemporaryFolder.use { folder in
                let (studies, _, bundle) = try Self.profiled(in: folder)
                let file = bundle.appending(path: "features.safetensors")
                let good = try Data(contentsOf: file)
                func refused(_ word: String) throws {
                    let end = try Executable.run([
                        "ingest", studies.path, "--pipeline", bundle.path, "--store",
                        folder.appending(path: "s.sqlite").path, "--output", folder.appending(path: "o").path,
                        "--smallest-free-gb", "0",
                    ])
                    #expect(end.status == 78 && end.errors.contains(word), "\(end.description)")
                }
                try FileManager.default.removeItem(at: file)
                try refused("`gantry model profile` makes it")
                try good.dropLast().write(to: file)
                try refused("expected SHA-256")
                // Of weights that the bundle had before: their digest stands in the file's header.
                let yaml = try Self.text(bundle.path + "/pipeline.yaml")
                func digest(_ data: Data) throws -> String {
                    try data.write(to: file)
                    return try Tools.shell("sha256sum < \"$1\" | cut -c 1-64 | tr -d '\\n'", file.path)
                }
                let weights = try Tools.shell(
                    "sha256sum < \"$1\" | cut -c 1-64 | tr -d '\\n'", bundle.path + "/model.safetensors")
                var other = good
                while let range = other.range(of: Data(weights.utf8)) {
                    other.replaceSubrange(range, with: Data(String(repeating: "0", count: 64).utf8))
                }
                let (before, after) = try (digest(good), digest(other))
                try #require(before != after && yaml.contains(before))
                try Data(yaml.replacing(before, with: after).utf8).write(
                    to: bundle.appending(path: "pipeline.yaml"))
                try refused("Run `gantry model profile` again")
                let verified = try Executable.run(["bundle", "verify", bundle.path])
                #expect(verified.status != 0 && verified.output.contains("✗  profile"), "\(verified.description)")
            }
        }

        @Test func `a signature is void, and the command says so`() throws {
            try TemporaryFolder.use { folder in
                let cohort = try LabelledCohort.shared()
                let bundle = folder.appending(path: "bundle").path
                try FileManager.default.copyItem(atPath: cohort.bundle, toPath: bundle)
                let key = folder.appending(path: "key.pem").path
                let open = folder.appending(path: "key.pub").path
                try #require(try Executable.run(["bundle", "key", key, open]).status == 0)
                try #require(try Executable.run(["bundle", "sign", bundle, "--key", key]).status == 0)
                let end = try Executable.run(["model", "profile", bundle, "--studies", cohort.studies.path])
                #expect(end.status == 0 && end.errors.contains("is not any more"), "\(end.description)")
                #expect(end.output.contains("Wrote \(bundle)/features.safetensors"))
                #expect(!FileManager.default.fileExists(atPath: bundle + "/SHA256SUMS.sig"))
            }
        }

        @Test func `of the studies that it was trained on the validation side is held out again`() throws {
            try TemporaryFolder.use { folder in
                let (studies, _, bundle) = try Self.profiled(in: folder)
                let reports = try Self.reports(try Self.ingest(studies, bundle, in: folder, "scored"))
                let label = try #require(reports.first?["classes"].list.first?.text)
                var lines = ["file,label,split,group,sha256"]
                var counts = ["train": 0, "validation": 0, "test": 0]
                for (number, report) in reports.enumerated() {
                    for slice in report["slices"].list where slice["reason"].text == "scored" {
                        // A slice of the test side is neither.
                        let side = number == 0 ? "validation" : counts["test"] == 0 ? "test" : "train"
                        counts[side, default: 0] += 1
                        let name = "\(slice["sopInstanceUID"].text ?? "")#\(slice["frameNumber"].integer ?? 0)"
                        lines.append("\(name),\(label),\(side),\(number),")
                    }
                }
                let list = Data(lines.joined(separator: "\n").utf8)
                try list.write(to: bundle.appending(path: "split.csv"))
                let end = try Executable.run(["model", "profile", bundle.path, "--studies", studies.path, "--json"])
                let rows = try #require(try end.lines(of: "profile").first, "\(end.description)")["profiles"].list
                #expect(!rows.isEmpty && counts["test"] == 1)
                for row in rows {
                    #expect(row["fitted"].integer == counts["train"] && row["heldOut"].integer == counts["validation"])
                }
            }
        }

        @Test func `a network in 8 bits has a set of its own, and none until the command is run again`() throws {
            try TemporaryFolder.use { folder in
                let (studies, _, bundle) = try Self.profiled(in: folder)
                let quantized = try Executable.run(["model", "quantize", studies.path, "--pipeline", bundle.path])
                #expect(
                    quantized.status == 0 && quantized.errors.contains("in int8 no distance"),
                    "\(quantized.description)")
                let file = bundle.appending(path: "pipeline.yaml")
                let yaml = try Self.text(file.path).replacing("precision: f32", with: "precision: int8")
                try #require(yaml.contains("precision: int8"))
                try Data(yaml.utf8).write(to: file)
                let without = try Self.reports(try Self.ingest(studies, bundle, in: folder, "without"))
                let end = try Executable.run(
                    ["model", "profile", bundle.path, "--studies", studies.path, "--json"])
                let rows = try #require(try end.lines(of: "profile").first, "\(end.description)")["profiles"].list
                // A CPU without 8-bit products computes in f32, of which there was a set.
                let hasBytes = rows.contains { $0["precision"].text == "int8" }
                #expect(without.allSatisfy { ($0["unlikeTraining"].text == "notMeasured") == hasBytes })
                let with = try Self.reports(try Self.ingest(studies, bundle, in: folder, "with"))
                #expect(with.count == 6 && with.allSatisfy { $0["unlikeTraining"].text == "like" })
                #expect(with.allSatisfy { $0["provenance"]["precision"].text == "int8" })
            }
        }

        @Test func `too little data is refused, and the bundle stays as it was`() throws {
            try TemporaryFolder.use { folder in
                let cohort = try LabelledCohort.shared()
                let bundle = folder.appending(path: "bundle")
                try FileManager.default.copyItem(atPath: cohort.bundle, toPath: bundle.path)
                let before = try Tools.snapshot(bundle)
                func refused(_ status: Int32, _ word: String, _ arguments: [String]) throws {
                    let end = try Executable.run(["model", "profile", bundle.path] + arguments)
                    #expect(end.status == status && end.errors.contains(word), "\(end.description)")
                }
                let studies = try FileManager.default.contentsOfDirectory(
                    at: cohort.studies, includingPropertiesForKeys: nil
                ).sorted { $0.path < $1.path }
                try refused(65, "of one patient", ["--studies", studies[0].path])
                let two = folder.appending(path: "two")
                try FileManager.default.createDirectory(at: two, withIntermediateDirectories: true)
                for study in studies.prefix(2) {
                    try FileManager.default.copyItem(at: study, to: two.appending(path: study.lastPathComponent))
                }
                try refused(65, "a profile takes at least 50 and 10", ["--studies", two.path])
                try refused(66, "none", ["--studies", folder.appending(path: "none").path])
                try refused(64, "Give --studies or --images", [])
                try refused(64, "--truth is for --studies", ["--images", two.path, "--truth", cohort.truth.path])
                try refused(78, "is a bundle for CT studies", ["--images", two.path])
                #expect(try Tools.snapshot(bundle) == before)
            }
        }

        /// Pictures of noise from end to end of the scale, as no training picture has them.
        private static func writeNoise(_ count: Int, to folder: URL) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for number in 0..<count {
                let noise = PNGFile.pattern(width: 32, height: 32, channels: 3, seed: 50 + number)
                try PNGFile.file(width: 32, height: 32, channels: 3, pixels: noise.map { $0 < 128 ? 0 : 255 })
                    .write(to: folder.appending(path: "\(number).png"))
            }
        }

        @Test func `training keeps it, and pictures of noise are indeterminate where others are judged`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(40, to: folder.appending(path: "pictures"))
                let bundle = folder.appending(path: "made").path
                func train(_ output: String, _ more: [String]) throws {
                    let end = try Executable.run(
                        [
                            "train", "--images", folder.appending(path: "pictures").path, "--output", output, "--model",
                            ImageBundle.weights, "--stride", "v1.5", "--input-size", "32", "--batch", "8",
                            "--learning-rate", "0.02", "--epochs", "4",
                        ] + more)
                    try #require(end.status == 0, "\(end.description)")
                }
                try train(bundle, ["--threads", "1"])
                let yaml = try Self.text(bundle + "/pipeline.yaml")
                #expect(yaml.contains("features-file: \"features.safetensors\"") && yaml.contains("unlike-quantile"))
                #expect(try Tools.shell("cd \"$1\" && sha256sum --check --quiet SHA256SUMS", bundle) == "")
                #expect(try Self.text(bundle + "/SHA256SUMS").contains("  features.safetensors\n"))
                let card = try Self.text(bundle + "/MODEL_CARD.md")
                #expect(card.contains("## Distance to the training data") && card.contains("- f32: fitted to "))
                let again = folder.appending(path: "again").path
                try train(again, ["--threads", "2"])
                let digest = "sha256sum < \"$1\"/features.safetensors"
                #expect(try Tools.shell(digest, bundle) == Tools.shell(digest, again))

                let (unseen, noise) = (folder.appending(path: "unseen"), folder.appending(path: "noise"))
                try Pictures.write(20, to: unseen, seed: 1000)
                try Self.writeNoise(20, to: noise)
                func said(_ path: URL) throws -> [JSON] {
                    let end = try Executable.run(["model", "predict", bundle, path.path, "--json"])
                    try #require(end.status == 0, "\(end.description)")
                    return try end.lines
                }
                let (like, unlike) = try (said(unseen), said(noise))
                #expect(like.count { $0["unlikeTraining"].flag == true } <= 8)
                #expect(unlike.count == 20)
                for line in unlike {
                    #expect(line["unlikeTraining"].flag == true && line["finding"].text == "indeterminate")
                }
                let distances = { (lines: [JSON]) in lines.compactMap { $0["distance"].number } }
                #expect(distances(like).max() ?? .infinity < distances(unlike).min() ?? 0)
                let table = try Executable.run(["model", "predict", bundle, noise.path])
                #expect(table.output.contains("20 unlike the training data"), "\(table.description)")
                let measured = try Executable.run(
                    ["evaluate", "--bundle", bundle, "--images", unseen.path, "--json"])
                let share = try #require(try measured.lines(of: "evaluation").first)["unlikeTraining"]
                #expect(share["all"].integer == 40 && share["count"].integer ?? 40 <= 8)
            }
        }

        @Test func `a network trained elsewhere learns of its pictures, of a folder`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                try Pictures.write(30, to: folder.appending(path: "pictures"), side: 64)
                try Data("no picture".utf8).write(to: folder.appending(path: "pictures/broken.png"))
                try Self.writeNoise(4, to: folder.appending(path: "noise"))
                let none = try Executable.run(
                    ["model", "predict", bundle, folder.appending(path: "noise").path, "--json"])
                #expect(try none.lines.allSatisfy { $0["distance"] == .null && $0["unlikeTraining"] == .null })
                let end = try Executable.run(
                    ["model", "profile", bundle, "--images", folder.appending(path: "pictures").path, "--json"])
                #expect(end.errors.contains("1 picture could not be read"), "\(end.description)")
                let rows = try #require(try end.lines(of: "profile").first, "\(end.description)")["profiles"].list
                let (fitted, heldOut) = (rows.first?["fitted"].integer ?? 0, rows.first?["heldOut"].integer ?? 0)
                #expect(fitted + heldOut == 60 && 11...12 ~= heldOut)
                let found = try Executable.run(
                    ["model", "predict", bundle, folder.appending(path: "noise").path, "--json"])
                #expect(try found.lines.allSatisfy { $0["unlikeTraining"].flag == true }, "\(found.description)")
                let small = try Executable.run(
                    ["model", "profile", bundle, "--images", folder.appending(path: "noise").path])
                #expect(small.status == 65 && small.errors.contains("4 pictures"), "\(small.description)")
            }
        }
    }
}
