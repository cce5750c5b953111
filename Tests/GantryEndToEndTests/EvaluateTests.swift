import Foundation
import Testing

extension EndToEnd {
    /// `gantry evaluate`: stores and bundles against the truth.
    @Suite struct `Evaluation` {
        private static func evaluate(_ arguments: [String]) throws -> ProcessEnd {
            try Executable.run(["evaluate"] + arguments)
        }

        private static func figures(_ arguments: [String]) throws -> JSON {
            let end = try evaluate(arguments + ["--json"])
            try #require(end.status == 0, "\(end.description)")
            return try #require(try end.lines(of: "evaluation").first)
        }

        /// The figures of a store without what a bundle's run names otherwise.
        private static func comparable(_ figures: JSON) -> JSON {
            figures.without(["evaluated", "truth", "name", "report"])
        }

        @Test func `a store says what it said before, as plain numbers, and more`() throws {
            let cohort = try LabelledCohort.shared()
            let figures = try Self.figures(["--truth", cohort.truth.path, "--store", cohort.store.path])
            #expect(figures["schema"].text == "gantry.evaluation/1" && figures["studies"].number == 6)
            let slices = try #require(figures["slices"].number)
            #expect(slices > 20)
            for key in ["studyAUC", "sliceAUC"] { #expect(0...1 ~= figures[key].number ?? -1) }
            #expect(figures["imageAUC"] == .null)
            let labels = try cohort.labels()
            for (key, isPositive) in [("truePositive", true), ("trueNegative", false)] {
                let sum = ["negative", "indeterminate", "positive"].reduce(0) { $0 + (figures[key][$1].number ?? 0) }
                #expect(Int(sum) == labels.values.count { $0 == isPositive }, "\(key)")
            }
            let levels = figures["levels"].list
            #expect(levels.map { $0["unit"].text } == ["study", "slice"])
            #expect(levels[1]["labels"].list[0]["cases"].number == slices)
            #expect(figures["bootstrap"]["draws"].number == 2000 && figures["bootstrap"]["seed"].number == 1)
            #expect(levels[0]["labels"].list[0]["area"]["value"] == figures["studyAUC"])
            let other = try Self.figures([
                "--truth", cohort.truth.path, "--store", cohort.store.path, "--seed", "2",
            ])
            #expect(other["studyAUC"] == figures["studyAUC"] && other["bootstrap"]["seed"].number == 2)
        }

        @Test func `the area under the slices' curve is scikit-learn's definition, counted by hand`() throws {
            let cohort = try LabelledCohort.shared()
            let figures = try Self.figures(["--truth", cohort.truth.path, "--store", cohort.store.path])
            var truths: [String: Bool] = [:]
            let lines = try String(contentsOf: cohort.truth, encoding: .utf8).split(separator: "\n")
            let columns = lines[0].split(separator: ",")
            let object = try #require(columns.firstIndex(of: "sop_instance_uid"))
            let positive = try #require(columns.firstIndex(of: "positive_slice"))
            for line in lines.dropFirst() {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                truths[String(fields[object])] = fields[positive] == "1"
            }
            var scores: (positive: [Double], negative: [Double]) = ([], [])
            for file in cohort.reports.filesBelow where file.lastPathComponent == "report.json" {
                for slice in try JSON(contentsOf: file)["slices"].list where slice["reason"].text == "scored" {
                    let probability = try #require(slice["probabilities"].list.last?.number)
                    let uid = try #require(slice["sopInstanceUID"].text)
                    let truth = try #require(truths[uid] as Bool?)
                    if truth { scores.positive.append(probability) } else { scores.negative.append(probability) }
                }
            }
            let wins = scores.positive.reduce(0.0) { sum, one in
                sum + scores.negative.reduce(0) { $0 + (one > $1 ? 1 : one == $1 ? 0.5 : 0) }
            }
            let area = wins / Double(scores.positive.count * scores.negative.count)
            #expect(abs(area - (figures["sliceAUC"].number ?? .nan)) < 1e-12)
        }

        @Test func `a bundle that scores now says what the store of its run says`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let output = folder.appending(path: "out")
                let stored = try Self.figures(["--truth", cohort.truth.path, "--store", cohort.store.path])
                let scored = try Self.figures([
                    "--truth", cohort.truth.path, "--bundle", cohort.bundle, "--studies", cohort.studies.path,
                    "--output", output.path,
                ])
                #expect(Self.comparable(scored) == Self.comparable(stored))
                #expect(output.appending(path: "evaluation.html").exists)
                let file = try JSON(contentsOf: output.appending(path: "evaluation.json"))
                #expect(file == scored)
                // Links lead to the reports that were written beside the page.
                let links = file["wrong"].list.compactMap { $0["report"].text }
                #expect(links.count == file["wrong"].list.count)
                for link in links { #expect(output.appending(path: link).exists, "\(link)") }
                let html = try String(contentsOf: output.appending(path: "evaluation.html"), encoding: .utf8)
                for link in links { #expect(html.contains("href=\"\(link)\""), "\(link)") }
            }
        }

        @Test func `a table of studies alone has no figures of slices, and says so`() throws {
            let cohort = try LabelledCohort.shared()
            let whole = try Self.figures(["--truth", cohort.truth.path, "--store", cohort.store.path])
            let alone = try Self.figures(["--truth", cohort.studyTruth.path, "--store", cohort.store.path])
            #expect(alone["studyAUC"] == whole["studyAUC"] && alone["truePositive"] == whole["truePositive"])
            #expect(alone["slices"].number == 0 && alone["sliceAUC"] == .null)
            #expect(alone["remarks"].list.contains { $0.text?.contains("says nothing of slices") == true })
        }

        @Test func `one class only is said, and null`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let positive = try cohort.labels().filter(\.value).keys.sorted()
                let truth = folder.appending(path: "t.csv")
                let rows = positive.map { "\($0)\tpositive\n" }.joined()
                try Data(("study_instance_uid\tlabel\n" + rows).utf8).write(to: truth)
                let figures = try Self.figures(["--truth", truth.path, "--store", cohort.store.path])
                #expect(figures["studyAUC"] == .null && figures["studies"].number == Double(positive.count))
                let label = figures["levels"].list[0]["labels"].list[0]
                #expect(label["area"]["note"].text == "every study is positive")
                #expect(label["thresholds"].list[0]["specificity"]["value"] == .null)
                #expect(
                    figures["remarks"].list.contains {
                        $0.text == "Of studies the area under the ROC curve is not known: every study is positive."
                    })
                let table = try Self.evaluate(["--truth", truth.path, "--store", cohort.store.path])
                #expect(table.output.contains("every study is positive"))
            }
        }

        @Test func `the terminal's lines have 80 columns at most`() throws {
            let cohort = try LabelledCohort.shared()
            let end = try Self.evaluate(["--truth", cohort.truth.path, "--store", cohort.store.path])
            #expect(end.status == 0 && end.output.contains("studies") && end.output.contains("95 % interval"))
            for line in end.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }

        @Test func `every output is valid by the published schema`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let several = try ImageBundle.make(in: folder)
                let pictures = folder.appending(path: "pictures")
                for (index, name) in ImageBundle.classes.enumerated() {
                    try Pictures.write(2, to: folder.appending(path: "made-\(index)"), side: 64, seed: index)
                    try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
                    try FileManager.default.moveItem(
                        at: folder.appending(path: "made-\(index)/high"), to: pictures.appending(path: name))
                }
                var files: [String] = []
                func write(_ arguments: [String], _ name: String) throws {
                    let output = folder.appending(path: name)
                    let end = try Self.evaluate(arguments + ["--output", output.path])
                    #expect(end.status == 0, "\(end.description)")
                    #expect(end.output.contains("Wrote \(output.path)/evaluation.html"))
                    files.append(output.appending(path: "evaluation.json").path)
                }
                try write(["--truth", cohort.truth.path, "--store", cohort.store.path], "store")
                try write(["--truth", cohort.studyTruth.path, "--store", cohort.store.path], "studies")
                try write(
                    ["--truth", cohort.truth.path, "--store", cohort.store.path, "--compare", cohort.store.path],
                    "compared")
                try write(["--bundle", several, "--images", pictures.path], "images")
                let schema = Executable.packageFolder.appending(path: "docs/schema/evaluation-1.schema.json").path
                try Tools.validate(files, by: schema)
            }
        }

        @Test func `a store against itself agrees everywhere`() throws {
            let cohort = try LabelledCohort.shared()
            let figures = try Self.figures([
                "--truth", cohort.truth.path, "--store", cohort.store.path, "--compare", cohort.store.path,
            ])
            let comparison = figures["comparison"]
            #expect(comparison["same"]["value"].number == 1 && comparison["same"]["all"].number == 6)
            for row in comparison["areas"].list {
                #expect(row["difference"]["value"].number == 0 && row["probability"].number == 1)
            }
        }

        @Test func `pictures have a row for each class, a confusion matrix, and their wrong ones`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                let pictures = folder.appending(path: "pictures")
                try Pictures.write(6, to: pictures, side: 64)
                let names = ["high": "owl", "low": "wren"]
                for (old, new) in names {
                    try FileManager.default.moveItem(
                        at: pictures.appending(path: old), to: pictures.appending(path: new))
                }
                let figures = try Self.figures(["--bundle", bundle, "--images", pictures.path])
                #expect(figures["images"].number == 12 && figures["studies"].number == 0)
                let level = figures["levels"].list[0]
                #expect(level["unit"].text == "image")
                #expect(level["labels"].list.map { $0["label"].text } == ["owl", "finch", "wren"])
                #expect(level["labels"].list[1]["area"]["value"] == .null)
                let counts = level["confusion"]["counts"].list.map { $0.list.compactMap(\.number) }
                #expect(counts.map { $0.reduce(0, +) } == [0, 6, 6])
                let predicted = try Executable.run(["model", "predict", bundle, pictures.path, "--json"])
                var right = 0.0
                for line in try predicted.lines(of: "prediction") {
                    let folder = try #require(line["file"].text?.split(separator: "/").dropLast().last)
                    right += line["class"].text == String(folder) ? 1 : 0
                }
                #expect(level["confusion"]["accuracy"]["count"].number == right)
                #expect(figures["wrongCases"].number == 12 - right)
                // A table says the same, and more than one label at once is a contradiction of classes.
                let truth = folder.appending(path: "t.csv")
                let rows = pictures.filesBelow.map { file in
                    let name = file.deletingLastPathComponent().lastPathComponent
                    return "\(name)/\(file.lastPathComponent),\(name)\n"
                }
                try Data(("file,label\n" + rows.joined()).utf8).write(to: truth)
                let same = try Self.figures(["--bundle", bundle, "--images", pictures.path, "--truth", truth.path])
                #expect(same["imageAUC"] == figures["imageAUC"])
                try Data(("file,label\n" + rows[0] + rows[0].replacing(",owl", with: ",finch")).utf8).write(to: truth)
                if rows[0].contains(",owl") {
                    let end = try Self.evaluate(
                        ["--bundle", bundle, "--images", pictures.path, "--truth", truth.path])
                    #expect(end.status == 65 && end.errors.contains("says finch of what line 2 says owl of"))
                }
            }
        }

        @Test func `an array file has its sides and labels`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                let arrays = folder.appending(path: "grey.npz")
                try FileManager.default.copyItem(
                    at: Executable.packageFolder.appending(path: "Tests/GantryImagesTests/Golden/medmnist/grey.npz"),
                    to: arrays)
                let test = try Self.figures(["--bundle", bundle, "--images", arrays.path])
                #expect(test["images"].number == 1 && test["imageAUC"] == .null)
                #expect(test["remarks"].list.contains { $0.text?.contains("test is taken") == true })
                let train = try Self.figures(["--bundle", bundle, "--images", arrays.path, "--split", "train"])
                #expect(train["images"].number == 5)
                // train_labels are 0, 1, 2, 0, 1.
                let counts = train["levels"].list[0]["confusion"]["counts"].list
                #expect(counts.map { $0.list.compactMap(\.number).reduce(0, +) } == [2, 2, 1])
                let truth = try Self.evaluate([
                    "--bundle", bundle, "--images", arrays.path, "--truth", folder.path + "/t.csv",
                ])
                #expect(truth.status == 66, "\(truth.description)")
            }
        }

        @Test func `labels of a network of labels have each its own row, and its own truth`() throws {
            try TemporaryFolder.use { folder in
                let network = SigmoidBundle.several
                let bundle = folder.appending(path: "bundle").path
                let create = try Executable.run(
                    network.create(
                        bundle, in: folder,
                        ["--input", "images", "--input-convention", "torch", "--activation", "sigmoid"]))
                try #require(create.status == 0, "\(create.description)")
                try Pictures.write(3, to: folder.appending(path: "pictures"), side: 64)
                let truth = folder.appending(path: "t.csv")
                let labels = network.labels
                var rows = ["high/0.png,\(labels[0])", "high/0.png,\(labels[1])", "high/1.png,\(labels[1])"]
                rows += ["low/0.png,none", "low/1.png,\(labels[0])", "low/2.png,none", "high/2.png,\(labels[2])"]
                try Data(("file,label\n" + rows.joined(separator: "\n") + "\n").utf8).write(to: truth)
                let figures = try Self.figures([
                    "--bundle", bundle, "--images", folder.appending(path: "pictures").path, "--truth", truth.path,
                ])
                let level = figures["levels"].list[0]
                #expect(Set(level["labels"].list.compactMap { $0["label"].text }) == Set(labels))
                #expect(level["confusion"] == .null)
                let positives = Dictionary(
                    level["labels"].list.map { ($0["label"].text ?? "", $0["positives"].number ?? -1) },
                    uniquingKeysWith: { first, _ in first })
                #expect(positives[labels[0]] == 2 && positives[labels[1]] == 2 && positives[labels[2]] == 1)
                #expect(level["labels"].list.allSatisfy { $0["cases"].number == 6 })
            }
        }

        @Test func `a truth that is none is refused with a sentence`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                func refused(_ text: String, _ status: Int32, _ words: String...) throws {
                    let truth = folder.appending(path: "t.csv")
                    try Data(text.utf8).write(to: truth)
                    let end = try Self.evaluate(["--truth", truth.path, "--store", cohort.store.path])
                    #expect(end.status == status && end.output.isEmpty, "\(text): \(end.description)")
                    for word in words { #expect(end.errors.contains(word), "\(text): \(end.description)") }
                }
                let study = try #require(try cohort.labels().keys.min())
                try refused("", 65, "t.csv", "is empty")
                try refused(
                    "uid,verdict\n1.2,ill\n", 65, "names the columns uid,verdict", "study_instance_uid and label")
                try refused("study_instance_uid,label\n", 65, "nothing stands below")
                try refused("study_instance_uid,label\nx,covid19\n", 65, "t.csv:2", "a UID is expected")
                try refused("study_instance_uid,label\n\(study),flu\n", 65, "t.csv:2", "flu", "negative, covid19")
                try refused(
                    "study_instance_uid,label\n\(study),covid19\n\(study),negative\n", 65, "t.csv:3",
                    "of what line 2 says")
                try refused("study_instance_uid,label\n1.2.3,covid19\n", 66, "none of the 1 study", "with a verdict")
                let absent = try Self.evaluate(["--truth", folder.path + "/no.csv", "--store", cohort.store.path])
                #expect(absent.status == 66 && absent.errors.contains("no.csv"))
                let truth = folder.appending(path: "t.csv")
                try Data("study_instance_uid,label\n1.2.3,covid19\n".utf8).write(to: truth)
                let scored = try Self.evaluate([
                    "--truth", truth.path, "--bundle", cohort.bundle, "--studies", cohort.studies.path,
                ])
                #expect(scored.status == 66 && scored.errors.contains("none of the studies that are labelled is there"))
            }
        }

        @Test(arguments: [
            (["--store", "s"], "--truth"), (["--bundle", "b", "--truth", "t"], "--studies or --images"),
            (["--studies", "s", "--truth", "t"], "--bundle"), (["--bundle", "b", "--studies", "s"], "--truth"),
            (["--bundle", "b", "--images", "i", "--store", "s"], "--store"),
            (["--truth", "t", "--split", "other"], "--split"),
            (["--truth", "t", "--bundle", "b", "--images", "i", "--studies", "s"], "--studies or --images"),
        ])
        func `options that do not go together are refused`(arguments: [String], word: String) throws {
            let end = try Self.evaluate(arguments)
            #expect(end.status == 64 && end.errors.contains(word), "\(end.description)")
        }
    }
}
