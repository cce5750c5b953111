import Foundation
import GantryCore
import Testing

extension EndToEnd {
    /// `gantry train`.
    @Suite struct `Training` {
        /// The command that trains a small network on the pictures in `folder`.
        private static func command(_ folder: URL, _ bundle: String, _ more: [String] = []) -> [String] {
            [
                "train", "--images", folder.appending(path: "pictures").path, "--output", bundle, "--model",
                ImageBundle.weights, "--stride", "v1.5", "--input-size", "32", "--batch", "8", "--learning-rate",
                "0.02",
            ] + (more.contains("--epochs") ? [] : ["--epochs", "4"]) + more
        }

        private static func digest(_ bundle: String) throws -> String {
            try Tools.shell("sha256sum < \"$1\"", bundle + "/model.safetensors")
        }

        /// `history.csv` without times and speeds.
        private static func history(_ bundle: String) throws -> [EpochRecord] {
            let text = try String(contentsOfFile: bundle + "/history.csv", encoding: .utf8)
            return try HistoryTable.parse(text).map {
                var row = $0
                (row.imagesPerSecond, row.seconds) = (0, 0)
                return row
            }
        }

        @Test func `makes a sealed bundle that finds pictures right which it has not seen`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(20, to: folder.appending(path: "pictures"))
                let bundle = folder.appending(path: "made").path
                // Running statistics follow slowly: 40 steps of them.
                let end = try Executable.run(Self.command(folder, bundle, ["--epochs", "10"]))
                try #require(end.status == 0, "\(end.description)")
                let files = try FileManager.default.contentsOfDirectory(atPath: bundle).sorted()
                #expect(
                    files == [
                        "MODEL_CARD.md", "SHA256SUMS", "augmentation.png", "history.csv", "model.safetensors",
                        "pipeline.yaml", "recipe.yaml", "split.csv", "training.html",
                    ])
                #expect(try Tools.shell("cd \"$1\" && sha256sum --check --quiet SHA256SUMS", bundle) == "")
                #expect(try Self.history(bundle).map(\.epoch) == Array(1...10))
                let split = try String(contentsOfFile: bundle + "/split.csv", encoding: .utf8)
                #expect(split.split(separator: "\n").count == 41)

                try Pictures.write(8, to: folder.appending(path: "unseen"), seed: 1000)
                let said = try Executable.run(
                    ["model", "predict", bundle, folder.appending(path: "unseen").path, "--json"])
                try #require(said.status == 0, "\(said.description)")
                let right = try said.lines.filter { line in
                    guard let file = line["file"].text, let found = line["class"].text else { return false }
                    return file.contains("/\(found)/")
                }
                #expect(right.count == 16)
            }
        }

        @Test func `comes to the same bytes with one thread or two, killed or not`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(12, to: folder.appending(path: "pictures"))
                let alone = folder.appending(path: "alone").path
                let end = try Executable.run(Self.command(folder, alone, ["--threads", "1"]))
                try #require(end.status == 0, "\(end.description)")

                // Killed before the first step is done, in the second epoch and in the third.
                let killed = folder.appending(path: "killed").path
                let arguments = Self.command(folder, killed, ["--threads", "2"])
                for (number, mark) in ["Training", "\n1/4 ", "\n2/4 "].enumerated() {
                    let run = number == 0 ? arguments : ["train", "--resume", killed, "--threads", "2"]
                    let process = try Executable.start(run, watching: .output)
                    #expect(process.waits(for: mark), "\(process.textSoFar)")
                    process.send(SIGKILL)
                    #expect(try process.finish().status == 137)
                    let used = try Executable.run(["model", "inspect", killed])
                    #expect(used.status == 78 && used.errors.contains("train --resume"), "\(used.description)")
                }
                let last = try Executable.run(["train", "--resume", killed])
                try #require(last.status == 0, "\(last.description)")
                #expect(try Self.digest(killed) == Self.digest(alone))
                #expect(try Self.history(killed) == Self.history(alone))

                let again = try Executable.run(["train", "--resume", killed])
                #expect(again.status == 0 && again.output.contains("is finished"), "\(again.description)")
            }
        }

        @Test func `begins with pictures of half the side, stores half of the bytes, and is estimated beforehand`()
            throws
        {
            try TemporaryFolder.use { folder in
                try Pictures.write(12, to: folder.appending(path: "pictures"))
                func command(_ bundle: String) -> [String] {
                    [
                        "train", "--images", folder.appending(path: "pictures").path, "--output", bundle,
                        "--architecture", "resnet20", "--input-size", "32", "--batch", "8", "--epochs", "3",
                        "--low-resolution-epochs", "2", "--stored-weights", "f16",
                    ]
                }
                let alone = folder.appending(path: "alone").path
                let trial = try Executable.run(command(alone) + ["--dry-run", "--json"])
                try #require(trial.status == 0, "\(trial.description)")
                let estimate = try #require(try trial.lines.first)
                #expect(estimate["schema"].text == "gantry.training-estimate/1")
                let stretches = estimate["stretches"].list
                #expect(stretches.map { $0["side"].number } == [16, 32])
                #expect(stretches.map { $0["epochs"].number } == [2, 1])
                #expect(stretches.allSatisfy { $0["imagesPerSecond"].number ?? 0 > 0 })
                let total = try #require(estimate["seconds"].number)
                #expect(total >= stretches.reduce(0) { $0 + ($1["seconds"].number ?? 0) })
                let (images, validation) = (estimate["images"].integer ?? 0, estimate["validationImages"].integer ?? 0)
                #expect(images + validation == 24 && 3...6 ~= validation)
                #expect(estimate["peakMemoryBytes"].number ?? 0 > 1e6 && estimate["diskBytes"].number ?? 0 > 1e6)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["pictures"])
                let words = try Executable.run(command(alone) + ["--dry-run"])
                #expect(words.status == 0 && words.output.contains("Nothing was written"), "\(words.description)")

                let end = try Executable.run(command(alone) + ["--threads", "1"])
                try #require(end.status == 0, "\(end.description)")
                // 0.27 million parameters.
                let size = try FileManager.default.attributesOfItem(atPath: alone + "/model.safetensors")[.size] as? Int
                #expect(500_000..<600_000 ~= size ?? 0)
                let picture = folder.appending(path: "pictures/high/0.png").path
                #expect(try Executable.run(["model", "predict", alone, picture]).status == 0)

                // Killed on the seam between the sizes.
                let killed = folder.appending(path: "killed").path
                let process = try Executable.start(command(killed), watching: .output)
                #expect(process.waits(for: "\n2/3 "), "\(process.textSoFar)")
                process.send(SIGKILL)
                #expect(try process.finish().status == 137)
                let last = try Executable.run(["train", "--resume", killed])
                try #require(last.status == 0, "\(last.description)")
                #expect(try Self.digest(killed) == Self.digest(alone))
                #expect(try Self.history(killed) == Self.history(alone))

                let odd = try Executable.run(command(folder.appending(path: "odd").path) + ["--input-size", "33"])
                #expect(odd.status == 64 && odd.errors.contains("must be even"), "\(odd.description)")
                let none = try Executable.run(command(folder.appending(path: "none").path) + ["--epochs", "2"])
                #expect(none.status == 64 && none.errors.contains("leave none"), "\(none.description)")
            }
        }

        @Test func `in bf16 comes to the same bytes, killed or not, and says where it is f32`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(12, to: folder.appending(path: "pictures"))
                func command(_ bundle: String, _ network: [String]) -> [String] {
                    [
                        "train", "--images", folder.appending(path: "pictures").path, "--output", bundle,
                        "--input-size", "24", "--batch", "8", "--epochs", "2", "--precision", "bf16",
                    ] + network
                }
                let wide = ["--architecture", "resnet18", "--stem", "cifar"]
                let alone = folder.appending(path: "alone").path
                let end = try Executable.run(command(alone, wide + ["--threads", "1"]))
                try #require(end.status == 0, "\(end.description)")
                let recipe = try String(contentsOfFile: alone + "/recipe.yaml", encoding: .utf8)
                #expect(recipe.contains("precision: bf16"))
                #expect(recipe.contains("tiles avx512bf16") == !end.errors.contains("f32"), "\(end.description)")

                let killed = folder.appending(path: "killed").path
                let process = try Executable.start(command(killed, wide + ["--threads", "2"]), watching: .output)
                #expect(process.waits(for: "\n1/2 "), "\(process.textSoFar)")
                process.send(SIGKILL)
                #expect(try process.finish().status == 137)
                let last = try Executable.run(["train", "--resume", killed])
                try #require(last.status == 0, "\(last.description)")
                #expect(try Self.digest(killed) == Self.digest(alone))

                let narrow = folder.appending(path: "narrow").path
                let other = try Executable.run(command(narrow, ["--architecture", "resnet20"]))
                try #require(other.status == 0, "\(other.description)")
                #expect(other.errors.contains("Trained in f32, not in bf16 as was asked"), "\(other.description)")
                let card = try String(contentsOfFile: narrow + "/MODEL_CARD.md", encoding: .utf8)
                #expect(card.contains("Trained in f32, not in bf16"))
            }
        }

        @Test func `that is interrupted saves, says how to go on, and goes on to the same bytes`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(12, to: folder.appending(path: "pictures"))
                let alone = folder.appending(path: "alone").path
                let more = ["--freeze", "layer1", "--optimizer", "adamw", "--learning-rate", "0.003"]
                try #require(try Executable.run(Self.command(folder, alone, more)).status == 0)
                let stopped = folder.appending(path: "stopped").path
                let process = try Executable.start(
                    Self.command(folder, stopped, more), watching: .output)
                #expect(process.waits(for: "\n1/4 "), "\(process.textSoFar)")
                process.send(SIGINT)
                let end = try process.finish()
                #expect(
                    end.status == 130 && end.errors.contains("gantry train --resume \(stopped)"), "\(end.description)")
                try #require(try Executable.run(["train", "--resume", stopped]).status == 0)
                #expect(try Self.digest(stopped) == Self.digest(alone))
            }
        }

        @Test func `leaves what is frozen as it was`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(12, to: folder.appending(path: "pictures"))
                let bundle = folder.appending(path: "made").path
                let end = try Executable.run(Self.command(folder, bundle, ["--freeze", "layer2", "--epochs", "2"]))
                try #require(end.status == 0, "\(end.description)")
                #expect(end.errors.contains("computed once"), "\(end.errors)")
                let difference = try Executable.run(
                    ["model", "diff", ImageBundle.weights, bundle, "--stride", "v1.5", "--all"])
                for tensor in ["conv1.weight", "bn1.running_mean", "layer1.0", "layer2."] {
                    #expect(!difference.output.contains(" \(tensor)"), "\(tensor): \(difference.output)")
                }
                #expect(difference.output.contains("fc.weight"), "\(difference.output)")
            }
        }

        @Test func `follows a recipe, and writes its own`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(10, to: folder.appending(path: "pictures"))
                let (one, two) = (folder.appending(path: "one").path, folder.appending(path: "two").path)
                try #require(
                    try Executable.run(Self.command(folder, one, ["--seed", "7", "--label-smoothing", "0.1"])).status
                        == 0)
                let recipe = folder.appending(path: "recipe.yaml").path
                // What a run has noted beside it counts for nothing.
                try FileManager.default.copyItem(atPath: one + "/recipe.yaml", toPath: recipe)
                let end = try Executable.run(["train", "--recipe", recipe, "--output", two])
                try #require(end.status == 0, "\(end.description)")
                #expect(try Self.digest(one) == Self.digest(two))
            }
        }

        @Test func `takes CT studies by the pipeline's own preparation, to scored and evaluated studies`() throws {
            try TemporaryFolder.use { folder in
                func path(_ name: String) -> String { folder.appending(path: name).path }
                for (name, seed, studies) in [("learned", "20", "16"), ("unseen", "31", "12")] {
                    let made = try Executable.run(
                        [
                            "phantom", "--output", path(name), "--seed", seed, "--studies", studies, "--slices", "16",
                            "--matrix", "96",
                            // Nothing varies but patient and disease, and that is easy.
                            "--fix", "all", "--fix", "disease=sample",
                        ])
                    try #require(made.status == 0, "\(made.description)")
                }
                let settings = """
                    preparation:
                      windows:
                        - {center: -500, width: 900}
                      input-size: 96
                      mean: [0.5]
                      standard-deviation: [0.25]
                    """
                try settings.write(toFile: path("settings.yaml"), atomically: true, encoding: .utf8)
                let end = try Executable.run([
                    "train", "--studies", path("learned"), "--truth", path("learned/truth.csv"), "--output",
                    path("bundle"), "--model", try SmallBundle.weights(in: folder), "--pipeline",
                    path("settings.yaml"), "--epochs", "40", "--batch", "16", "--optimizer", "adamw",
                    "--learning-rate", "0.003", "--validation", "0.25",
                ])
                try #require(end.status == 0, "\(end.description)")
                let split = try String(contentsOfFile: path("bundle/split.csv"), encoding: .utf8)
                #expect(!split.contains("PHANTOM") && split.contains("patient-"), "an identity of a patient is in it")

                let run = try Executable.run([
                    "ingest", path("unseen"), "--pipeline", path("bundle"), "--store", path("store"), "--output",
                    path("reports"),
                ])
                #expect(run.status == 0, "\(run.description)")
                let figures = try Executable.run([
                    "evaluate", "--truth", path("unseen/truth.csv"), "--store", path("store"), "--json",
                ])
                try #require(figures.status == 0, "\(figures.description)")
                let line = try #require(figures.lines.first)
                #expect(line["studies"].number == 12)
                let area = try #require(line["sliceAUC"].number)
                #expect(area > 0.6, "chance is 0.5; this small network has 0.645")
            }
        }

        /// What is asked for, the exit code, and a part of the sentence. `$` is the temporary folder.
        static let refusals: [(arguments: [String], status: Int32, sentence: String)] = [
            (
                ["--images", "$/pictures", "--architecture", "resnet18", "--freeze", "layer1"], 64,
                "begins from nothing"
            ),
            (
                ["--images", "$/pictures", "--architecture", "resnet18", "--augmentation", "ct"], 64,
                "--augmentation ct"
            ),
            (["--images", "$/pictures"], 64, "which network?"),
            (["--architecture", "resnet18"], 64, "what is learned from?"),
            (["--studies", "$/pictures", "--architecture", "resnet18"], 64, "--truth"),
            (["--images", "$/one", "--architecture", "resnet18"], 65, "two classes at least"),
            (["--images", "$/empty", "--architecture", "resnet18"], 66, "no picture"),
            (["--images", "$/absent", "--architecture", "resnet18"], 66, "there is no such"),
            (["--images", "$/sides", "--architecture", "resnet18"], 65, "training has no class third"),
            (["--images", "$/broken", "--architecture", "resnet18"], 65, "cannot be read"),
            (["--images", "$/leaking", "--architecture", "resnet18"], 65, "train/high/0.png"),
            (["--images", "$/pictures", "--model", "$/pictures/high/0.png"], 78, "no weight format"),
            (["--images", "$/pictures", "--model", "$/absent.pth"], 78, "there is no such"),
            (["--recipe", "$/recipe.yaml", "--architecture", "resnet18"], 78, "recipe.yaml:2:"),
            (
                [
                    "--studies", "$/pictures", "--truth", "$/labels.csv", "--architecture", "resnet18",
                ], 65, "labels studies that are not there"
            ),
        ]

        @Test(arguments: refusals.indices)
        func `refuses what cannot be learned from, and writes nothing`(_ index: Int) throws {
            let (arguments, status, sentence) = Self.refusals[index]
            try TemporaryFolder.use { folder in
                func place(_ name: String) -> URL { folder.appending(path: name) }
                try Pictures.write(3, to: place("pictures"), side: 16)
                try Pictures.write(3, to: place("one"), side: 16)
                try FileManager.default.removeItem(at: place("one/low"))
                try FileManager.default.createDirectory(at: place("empty/high"), withIntermediateDirectories: true)
                try Pictures.write(3, to: place("sides/train"), side: 16)
                try Pictures.write(2, to: place("sides/val"), side: 16, seed: 50)
                try FileManager.default.moveItem(at: place("sides/val/low"), to: place("sides/val/third"))
                try Pictures.write(3, to: place("broken"), side: 16)
                try Data("no picture".utf8).write(to: place("broken/high/bad.png"))
                try Pictures.write(3, to: place("leaking/train"), side: 16)
                try Pictures.write(2, to: place("leaking/val"), side: 16)
                try Data("data:\n  nonsense: 1\n".utf8).write(to: place("recipe.yaml"))
                try Data("study_instance_uid,label\n1.2.3,a\n1.2.4,b\n".utf8).write(to: place("labels.csv"))
                let before = folder.everythingBelow
                let end = try Executable.run(
                    ["train", "--output", place("made").path, "--input-size", "32"]
                        + arguments.map { $0.replacing("$", with: folder.path) })
                #expect(end.status == status, "\(end.description)")
                #expect(end.errors.contains(sentence), "\(end.description)")
                #expect(folder.everythingBelow == before)
            }
        }

        @Test func `of a recipe's weight file nothing is left where another network begins from nothing`() throws {
            try TemporaryFolder.use { folder in
                let recipe = folder.appending(path: "recipe.yaml")
                let text = "network:\n  model: \"a.ckpt\"\n  prefix: \"ema\"\n  state-dict: \"net\"\n  stride: v1\n"
                try Data(text.utf8).write(to: recipe)
                let end = try Executable.run([
                    "train", "--recipe", recipe.path, "--architecture", "resnet18", "--images",
                    folder.appending(path: "absent").path, "--output", folder.appending(path: "made").path,
                ])
                // Not 64 for options that contradict each other.
                #expect(end.status == 66 && end.errors.contains("there is no such"), "\(end.description)")
            }
        }

        @Test func `refuses a batch that memory does not hold, and says which would fit`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(12, to: folder.appending(path: "pictures"), side: 16)
                let made = folder.appending(path: "made").path
                let end = try RunningProcess(
                    "/bin/sh",
                    [
                        "-c", "ulimit -v 4000000; exec \"$0\" \"$@\"", Executable.path, "train", "--images",
                        folder.appending(path: "pictures").path, "--output", made, "--architecture", "resnet50-v1.5",
                        "--input-size", "512", "--batch", "64", "--threads", "1",
                    ]
                ).finish()
                #expect(end.status == 78, "\(end.description)")
                #expect(
                    end.errors.contains(#/a batch of \d+ images of 512x512 needs some .* GB .* --batch \d+ would fit/#),
                    "\(end.description)")
                #expect(!FileManager.default.fileExists(atPath: made))
            }
        }

        @Test func `refuses a bundle that is there, and NaN with the layer it came from`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(6, to: folder.appending(path: "pictures"))
                let bundle = folder.appending(path: "made").path
                let diverging = try Executable.run(
                    Self.command(folder, bundle, ["--learning-rate", "1000", "--weight-decay", "10"]))
                #expect(diverging.status == 65, "\(diverging.description)")
                #expect(diverging.errors.contains("no longer finite, first in "), "\(diverging.errors)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: bundle).contains("TRAINING"))
                let there = try Executable.run(Self.command(folder, bundle))
                #expect(there.status == 73 && there.errors.contains("--resume"), "\(there.description)")
            }
        }

        @Test func `refuses to go on with other data or on another kernel path`() throws {
            try TemporaryFolder.use { folder in
                let pictures = folder.appending(path: "pictures")
                try Pictures.write(8, to: pictures)
                let bundle = folder.appending(path: "made").path
                let process = try Executable.start(Self.command(folder, bundle), watching: .output)
                #expect(process.waits(for: "\n1/4 "))
                process.send(SIGKILL)
                _ = try process.finish()
                let kernels = try Executable.start(
                    ["train", "--resume", bundle], environment: ["GANTRY_CPU": "openblas"]
                ).finish()
                #expect(
                    kernels.status == 78 && kernels.errors.contains("--allow-other-kernels"), "\(kernels.description)")
                try FileManager.default.removeItem(at: pictures.appending(path: "low/3.png"))
                let gone = try Executable.run(["train", "--resume", bundle])
                #expect(gone.status == 65 && gone.errors.contains("low/3.png is gone"), "\(gone.description)")
            }
        }
    }
}
