import Foundation
import Testing

extension EndToEnd {
    /// `gantry model calibrate`: a temperature and thresholds, and what they change.
    @Suite struct `Calibration` {
        /// A copy of the cohort's bundle.
        private static func bundle(in folder: URL) throws -> String {
            let copy = folder.appending(path: "bundle")
            try FileManager.default.copyItem(atPath: try LabelledCohort.shared().bundle, toPath: copy.path)
            return copy.path
        }

        private static func yaml(_ bundle: String) throws -> String {
            try String(contentsOfFile: bundle + "/pipeline.yaml", encoding: .utf8)
        }

        private static func evaluation(_ bundle: String) throws -> JSON {
            let cohort = try LabelledCohort.shared()
            let end = try Executable.run([
                "evaluate", "--bundle", bundle, "--studies", cohort.studies.path, "--truth",
                cohort.calibrationTruth.path,
                "--json",
            ])
            try #require(end.status == 0, "\(end.description)")
            return try #require(try end.lines(of: "evaluation").first)
        }

        @Test func `scores by the temperature, keeps the order, and judges by the thresholds`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let bundle = try Self.bundle(in: folder)
                let before = try Self.evaluation(bundle)
                let end = try Executable.run([
                    "model", "calibrate", bundle, "--studies", cohort.studies.path, "--truth",
                    cohort.calibrationTruth.path,
                    "--at", "youden", "--json",
                ])
                try #require(end.status == 0, "\(end.description)")
                let fit = try #require(try end.lines(of: "calibration").first)
                let temperature = try #require(fit["temperature"].number)
                #expect(fit["fittedOn"].text == "slice" && fit["judgedOn"].text == "study")
                #expect(fit["crossEntropyAfter"].number ?? 1 <= fit["crossEntropyBefore"].number ?? 0)
                #expect(fit["negativeBelow"] == fit["positiveFrom"])
                let text = try Self.yaml(bundle)
                #expect(text.contains("temperature: \(temperature)"))
                #expect(text.contains("calibration-sha256: \"\(fit["dataSHA256"].text ?? "")\""))
                let card = try String(contentsOfFile: bundle + "/MODEL_CARD.md", encoding: .utf8)
                #expect(card.contains("## Calibration") && card.contains(fit["dataSHA256"].text ?? "-"))
                let after = try Self.evaluation(bundle)
                #expect(after["sliceAUC"] == before["sliceAUC"])
                #expect(after["positiveFrom"] == fit["positiveFrom"])
                #expect(after["levels"] != before["levels"])
                // The error that was promised is the one that is measured.
                let error = after["levels"].list[1]["labels"].list[0]["calibration"]["expectedError"].number ?? .nan
                #expect(abs(error - (fit["expectedErrorAfter"].number ?? .nan)) < 1e-9)
                // Fitted once more, nothing is left to change.
                let again = try Executable.run([
                    "model", "calibrate", bundle, "--studies", cohort.studies.path, "--truth",
                    cohort.calibrationTruth.path,
                    "--at", "youden", "--json",
                ])
                let second = try #require(try again.lines(of: "calibration").first, "\(again.description)")
                #expect(abs((second["temperature"].number ?? .nan) / temperature - 1) < 1e-6)
                #expect(second["dataSHA256"] == fit["dataSHA256"])
                // A sealed bundle's list follows, and it is verified.
                let verified = try Executable.run(["bundle", "verify", bundle])
                #expect(verified.status == 0, "\(verified.description)")
            }
        }

        @Test func `the temperature is shown, and explanations go by it`() throws {
            try RunFolder.use { folder in
                let bundle = try SmallBundle.make(in: folder.url)
                let digest = String(repeating: "c4", count: 32)
                try BundleCopy.edit(bundle) {
                    $0.replacing(
                        "  precision: f32\n",
                        with: "  precision: f32\n  temperature: 2.5\n  calibration-sha256: \"\(digest)\"\n")
                }
                let seal = try Executable.run(["bundle", "seal", bundle])
                try #require(seal.status == 0, "\(seal.description)")
                let told = try Executable.run(["model", "inspect", bundle])
                let words = told.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(words.contains("Temperature 2.5000, which divides the logits"), "\(told.description)")
                #expect(words.contains(digest))
                let model = try Executable.run(["model", "inspect", bundle, "--json"]).lines(of: "model").first
                #expect(model?["temperature"].number == 2.5 && model?["calibrationSHA256"].text == digest)
                let plain = try Executable.run([
                    "model", "inspect", SmallBundle.weights(in: folder.url), "--json",
                ]).lines(of: "model").first
                #expect(plain?["layers"].list.isEmpty == false && plain?["temperature"] == .null)

                try SmallStudies.copy(1, to: folder.input)
                let ingest = try Executable.run(folder.ingest(bundle: bundle))
                try #require([0, 8].contains(ingest.status), "\(ingest.description)")
                let report = try #require(try folder.reports().values.first)
                #expect(report["provenance"]["temperature"].number == 2.5)
                #expect(report["provenance"]["calibrationSHA256"].text == digest)
                let explain = try Executable.run([
                    "explain", bundle, "--study", folder.input.appending(path: "a").path, "--output",
                    folder.url.appending(path: "maps").path, "--json",
                ])
                let explained = try #require(try explain.lines(of: "explanation").first, "\(explain.description)")
                #expect(!explained["items"].list.isEmpty)
                for item in explained["items"].list {
                    let uid = item["slice"]["sopInstanceUID"]
                    let slice = try #require(report["slices"].list.first { $0["sopInstanceUID"] == uid })
                    #expect(item["probability"] == slice["probabilities"].list.last)
                }
            }
        }

        @Test func `of studies alone the temperature is fitted on the studies`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let bundle = try Self.bundle(in: folder)
                let rows = try String(contentsOf: cohort.calibrationTruth, encoding: .utf8).split(separator: "\n")
                    .filter { $0.contains(",,") }.map { $0.replacing(",,", with: ",") + "\n" }
                let truth = folder.appending(path: "t.csv")
                try Data(("study_instance_uid,label\n" + rows.joined()).utf8).write(to: truth)
                let end = try Executable.run([
                    "model", "calibrate", bundle, "--studies", cohort.studies.path, "--truth", truth.path,
                    "--at", "sensitivity=0.9", "--at", "specificity=0.8", "--json",
                ])
                let fit = try #require(try end.lines(of: "calibration").first, "\(end.description)")
                #expect(fit["fittedOn"].text == "study" && fit["fittedCases"].number == 6)
                #expect(fit["crossEntropyAfter"].number ?? 1 < fit["crossEntropyBefore"].number ?? 0)
                #expect(fit["sensitivity"]["value"].number ?? 0 >= 0.9)
                #expect(fit["specificity"]["value"].number ?? 0 >= 0.8)
                #expect(fit["warning"].text?.contains("4 positive and 2 negative studies") == true)
                // Four digits are written, as they are said.
                let yaml = try Self.yaml(bundle)
                for (key, name) in [("negative-below", "negativeBelow"), ("positive-from", "positiveFrom")] {
                    let threshold = try #require(fit[name].number)
                    let line = try #require(
                        yaml.split(separator: "\n").first { $0.contains("\(key): ") }, "\(yaml)")
                    // A comment may stand behind it.
                    let written = Double(line.split(separator: " ").dropFirst().first ?? "")
                    #expect((threshold * 1e4).rounded() / 1e4 == threshold && written == threshold, "\(line)")
                }
            }
        }

        @Test func `data that the network was trained on are refused, others of the same folder are not`() throws {
            try TemporaryFolder.use { folder in
                let pictures = folder.appending(path: "pictures")
                for (seed, side) in ["train", "val", "test"].enumerated() {
                    try Pictures.write(
                        side == "train" ? 10 : 6, to: pictures.appending(path: side), side: 32, seed: 100 * seed)
                }
                // Two of each class stand among the other: nobody can be right about all of them.
                for number in 0..<2 {
                    for (own, other) in [("high", "low"), ("low", "high")] {
                        try FileManager.default.moveItem(
                            at: pictures.appending(path: "val/\(own)/\(number).png"),
                            to: pictures.appending(path: "val/\(other)/wrong-\(number).png"))
                    }
                }
                let trained = folder.appending(path: "trained").path
                let train = try Executable.run([
                    "train", "--images", pictures.path, "--model", ImageBundle.weights, "--stride", "v1.5",
                    "--output", trained, "--epochs", "4", "--batch", "5", "--seed", "1", "--input-size", "32",
                ])
                try #require(train.status == 0, "\(train.description)")
                let before = try Self.yaml(trained)
                let seen = try Executable.run(
                    ["model", "calibrate", trained, "--images", pictures.path, "--split", "train"])
                #expect(seen.status == 65 && seen.errors.contains("was trained on 20 images of these"))
                // Copies under other names are the same pictures.
                let copies = try Executable.run(
                    ["model", "calibrate", trained, "--images", pictures.appending(path: "train").path])
                #expect(copies.status == 65 && copies.errors.contains("was trained on 20 images"))
                #expect(try Self.yaml(trained) == before)
                let flattering = try Executable.run(
                    ["evaluate", "--bundle", trained, "--images", pictures.path, "--split", "train"])
                #expect(flattering.output.contains("was trained on 20 images of these"), "\(flattering.description)")
                let fit = try Executable.run(["model", "calibrate", trained, "--images", pictures.path, "--json"])
                let result = try #require(try fit.lines(of: "calibration").first, "\(fit.description)")
                #expect(result["fittedOn"].text == "image" && result["fittedCases"].number == 12)
                #expect(try Self.yaml(trained).contains("temperature: "))
                let predicted = try Executable.run(["model", "predict", trained, pictures.path, "--json"])
                #expect(predicted.status == 0, "\(predicted.description)")
            }
        }

        @Test(arguments: [
            (["--at", "youden", "--at", "sensitivity=0.9"], "youden"), (["--at", "sensitivity=2"], "from 0 to 1"),
            (["--at", "accuracy=0.9"], "--at takes"), (["--at", "youden", "--at", "youden"], "said twice"),
        ])
        func `targets that are none are refused`(arguments: [String], word: String) throws {
            let end = try Executable.run(["model", "calibrate", "b", "--images", "i"] + arguments)
            #expect(end.status == 64 && end.errors.contains(word), "\(end.description)")
        }

        @Test func `one side only determines no thresholds`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let bundle = try Self.bundle(in: folder)
                let before = try Self.yaml(bundle)
                let truth = folder.appending(path: "t.csv")
                let rows = try cohort.labels().filter(\.value).keys.sorted().map { "\($0),covid19\n" }
                try Data(("study_instance_uid,label\n" + rows.joined()).utf8).write(to: truth)
                let end = try Executable.run([
                    "model", "calibrate", bundle, "--studies", cohort.studies.path, "--truth", truth.path,
                ])
                #expect(end.status == 65 && end.output.isEmpty, "\(end.description)")
                #expect(try Self.yaml(bundle) == before)
            }
        }
    }
}
